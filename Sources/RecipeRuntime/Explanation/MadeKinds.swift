// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// The native kinds that mappings make, by themselves or through capabilities that they use.
struct MadeKinds {
    private let library: ContractLibrary
    /// How deep mappings are looked into.
    private static let deepest = 8

    init(_ library: ContractLibrary) { self.library = library }

    /// In the order of the text, each once.
    func of(_ origin: MappingOrigin) -> [String] {
        var kinds: [String] = []
        collect(origin, 0, into: &kinds)
        return kinds
    }

    private func collect(_ origin: MappingOrigin, _ depth: Int, into kinds: inout [String]) {
        collect(origin.declaration.body.statements, origin, depth, into: &kinds)
    }

    private func collect(
        _ statements: [Statement], _ origin: MappingOrigin, _ depth: Int, into kinds: inout [String]
    ) {
        for statement in statements {
            switch statement {
            case .resource(let node):
                if let used = mapping(of: node, on: origin.provider), depth < Self.deepest {
                    collect(used, depth + 1, into: &kinds)
                } else if !kinds.contains(node.kind.text) {
                    kinds.append(node.kind.text)
                }
            case .forLoop(let node): collect(node.body.statements, origin, depth, into: &kinds)
            case .ifElse(let node):
                for branch in node.branches { collect(branch.body.statements, origin, depth, into: &kinds) }
                collect(node.otherwise?.statements ?? [], origin, depth, into: &kinds)
            default: continue
            }
        }
    }

    /// The mapping that fulfils a capability inside of another mapping; nil for a native kind.
    private func mapping(of node: ResourceDeclaration, on provider: String) -> MappingOrigin? {
        let offered = library.mappings(of: node.kind.text).filter { $0.provider == provider }
        let service = node.fields.entries.lazy.compactMap { entry -> Value? in
            guard case .meta(let name) = entry.key, name.text == "service" else { return nil }
            return LiteralReader.value(of: entry.value)
        }.first?.string
        return offered.first { service == nil || $0.service == service }
    }
}
