// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// A policy in the module that declares it, with the module's parameters.
struct PlacedPolicy: Sendable {
    /// With the names of the imports around it in front.
    let name: String
    let code: PolicyCode
    let module: ModuleInstance

    /// The policies of a module and of everything that it imports.
    static func all(of root: ModuleInstance, prefix: String = "") -> [PlacedPolicy] {
        var all = root.code.policies.map { PlacedPolicy(name: prefix + $0.name, code: $0, module: root) }
        for (index, code) in root.code.imports.enumerated() {
            // Nil where an `if` left it out.
            guard let imported = root.madeImport(index) else { continue }
            all += self.all(of: imported, prefix: "\(prefix)\(code.alias).")
        }
        return all
    }
}

/// The policies of a program by the kind that they speak of.
struct PolicyTable: Sendable {
    private let byKind: [String: [PlacedPolicy]]
    let all: [PlacedPolicy]

    init(_ all: [PlacedPolicy]) {
        self.all = all
        byKind = Dictionary(grouping: all, by: \.code.kind)
    }

    func policies(for kind: String) -> [PlacedPolicy] { byKind.isEmpty ? [] : byKind[kind] ?? [] }

    var nodes: [PolicyNode] {
        all.map { placed in
            PolicyNode(
                name: placed.name, kind: placed.code.kind,
                place: placed.module.code.source.place(placed.code.range))
        }
    }
}
