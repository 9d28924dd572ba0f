// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A checked mapping: how one service of one provider fulfils a capability.
struct MappingCode: Sendable {
    let origin: MappingOrigin
    let contract: CapabilityContract
    let capability: CapabilityCode
    let module: ModuleCode
    /// The features that it lacks, and why.
    let lacks: [String: String]
    let diagnostics: [Diagnostic]

    var service: String { origin.service }
    var version: Int { Int(clamping: origin.declaration.version) }
}

extension ContractLibrary {
    /// The mapping as code; it is compiled when a recipe first uses it.
    func compiledMapping(_ origin: MappingOrigin, _ contract: CapabilityContract) -> MappingCode {
        let node = origin.declaration
        return compiled("mapping \(origin.source.name) \(node.range.lower) \(contract.name)") {
            let session = CheckSession(library: self, modules: ModuleLoader(.none, root: ""))
            session.report.add(origin.problems)
            let surroundings = ModuleChecker(session, source: contract.source, path: nil)
            for parameter in contract.parameters { surroundings.declare(parameter) }
            surroundings.root.items = [:]
            let module = ModuleChecker(session, source: origin.source, path: nil, around: surroundings.root)
            for output in contract.outputs { module.wantedOutputs[output.schema.name] = output.type }
            let code = module.check(node.body.statements, .mapping)
            let lacks = module.lacks(node, contract)
            module.checkCompleteness(node, contract, lacks, given: code.outputs.map(\.name))
            return MappingCode(
                origin: origin, contract: contract, capability: compiledCapability(contract), module: code,
                lacks: lacks, diagnostics: session.report.ordered)
        }
    }
}

extension ModuleChecker {
    fileprivate func lacks(_ node: MappingDeclaration, _ contract: CapabilityContract) -> [String: String] {
        var lacks: [String: String] = [:]
        for statement in node.body.statements {
            guard case .lacks(let lack) = statement else { continue }
            if !contract.features.contains(where: { $0.name == lack.feature.text }) {
                let nearest = NearestName.find(lack.feature.text, in: contract.features.map(\.name))
                report(
                    .featureUnknown, "\(contract.name) has no feature '\(lack.feature.text)'", at: lack.feature.range,
                    nearest.map { "did you mean '\($0)'?" } ?? "")
            }
            lacks[lack.feature.text] = lack.reason.plainText ?? ""
        }
        return lacks
    }

    fileprivate func checkCompleteness(
        _ node: MappingDeclaration, _ contract: CapabilityContract, _ lacks: [String: String], given: [String]
    ) {
        let missing = contract.outputs.filter { output in
            !given.contains(output.schema.name) && (output.feature.map { lacks[$0] == nil } ?? true)
        }.map(\.schema.name)
        let isWhole = !node.body.statements.contains {
            if case .output(let output) = $0 { output.value == nil } else { false }
        }
        if !missing.isEmpty, isWhole {
            report(
                .mappingIncomplete,
                "the mapping of \(contract.name) gives no \(missing.map { "'\($0)'" }.joined(separator: ", "))",
                at: node.capability.range, notes: ["every output of a contract is given, whatever the service"])
        }
        for statement in node.body.statements {
            guard case .output(let output) = statement,
                !contract.outputs.contains(where: { $0.schema.name == output.name.text })
            else { continue }
            let nearest = NearestName.find(output.name.text, in: contract.outputs.map(\.schema.name))
            report(
                .mappingIncomplete, "\(contract.name) has no output '\(output.name.text)'", at: output.name.range,
                nearest.map { "did you mean '\($0)'?" } ?? "")
        }
    }
}
