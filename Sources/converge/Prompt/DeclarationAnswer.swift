// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// What the prompt answers to a declaration.
struct DeclarationAnswer: Sendable {
    let program: Program

    func text(for statement: Statement) throws(Diagnostics) -> String {
        switch statement {
        case .resource, .forLoop, .ifElse, .importModule: return resources(under: statement.declaredResources)
        case .workflow(let node): return try steps(of: node.name.text)
        case .output(let node):
            let value = try program.evaluation.outputs(in: ResourceState())[node.name.text]
            return value.map { "\(node.name.text) = \($0.literal)\n" } ?? ""
        case .param(let node):
            return program.parameters[node.name.text].map { "\(node.name.text) = \($0.literal)\n" } ?? ""
        default: return ""
        }
    }

    /// How many resources of one statement are told by their addresses.
    private static let most = 12

    /// - Parameter names: Of resources and of imports.
    private func resources(under names: [String]) -> String {
        let own = program.resources.filter { node in
            let text = node.address.text
            return names.contains { text == $0 || text.hasPrefix("\($0)/") || text.hasPrefix("\($0)[") }
        }
        if own.isEmpty { return names.isEmpty ? "" : "  no resources\n" }
        let more = own.count > Self.most ? "  … and \(own.count - Self.most + 1) more\n" : ""
        return own.prefix(own.count > Self.most ? Self.most - 1 : own.count).map { node in
            switch node.form {
            case .composite(let composite):
                "  \(node.address)  \(composite.capability) by \(composite.provider) (\(composite.service))\n"
            case .native(let kind, let provider): "  + \(node.address)  \(kind.name) on \(provider)\n"
            }
        }.joined() + more
    }

    private func steps(of workflow: String) throws(Diagnostics) -> String {
        let parameters: ObjectValue
        do {
            parameters = try program.evaluation.parameters(
                of: workflow, arguments: [:], now: Timestamp.ofSystem())
        } catch {
            return ""
        }
        let expansion = try program.evaluation.expansion(
            of: workflow, parameters: parameters, in: WorkflowState(resources: ResourceState()))
        let names = expansion.steps.map { "\($0.address) (\($0.kind.name))" }
        return "  steps: " + names.joined(separator: ", ") + (expansion.isComplete ? "" : ", …") + "\n"
    }
}

extension Statement {
    /// The names of the resources and imports that the statement declares, on whatever level.
    fileprivate var declaredResources: [String] {
        switch self {
        case .resource(let node): [node.name.text]
        case .importModule(let node): [node.alias.text]
        case .forLoop(let node): node.body.statements.flatMap(\.declaredResources)
        case .ifElse(let node):
            (node.branches.map(\.body) + [node.otherwise].compactMap(\.self)).flatMap(\.statements)
                .flatMap(\.declaredResources)
        default: []
        }
    }
}
