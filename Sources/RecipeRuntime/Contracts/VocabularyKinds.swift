// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// The kinds of things of one plugin: their names, and each when it is asked for.
package struct VocabularyKinds: Sendable {
    package let names: [String]
    private let find: @Sendable (String) -> ResourceKindSchema?

    package init(names: [String], find: @escaping @Sendable (String) -> ResourceKindSchema?) {
        self.names = names
        self.find = find
    }

    /// Kinds that are known whole.
    package init(_ kinds: [ResourceKindSchema]) {
        let byName = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.init(names: kinds.map(\.name)) { byName[$0] }
    }

    package subscript(name: String) -> ResourceKindSchema? { find(name) }
}

extension VocabularyKinds: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: ResourceKindSchema...) { self.init(elements) }
}

/// The kinds of things of all plugins.
struct KindIndex: Sendable {
    private let owners: [String: Int]
    private let plugins: [VocabularyPlugin]

    init(_ plugins: [VocabularyPlugin]) {
        self.plugins = plugins
        var owners: [String: Int] = [:]
        owners.reserveCapacity(plugins.reduce(0) { $0 + $1.resourceKinds.names.count })
        for (place, plugin) in plugins.enumerated() {
            for name in plugin.resourceKinds.names { owners[name] = place }
        }
        self.owners = owners
    }

    /// All names, in no order.
    var names: [String] { Array(owners.keys) }

    func contains(_ name: String) -> Bool { owners[name] != nil }

    subscript(name: String) -> KindOrigin<ResourceKindSchema>? {
        guard let owner = owners[name], let schema = plugins[owner].resourceKinds[name] else { return nil }
        return KindOrigin(plugin: plugins[owner].name, schema: schema)
    }

    /// Every kind, in the order of names.
    var all: [KindOrigin<ResourceKindSchema>] { names.sorted().compactMap { self[$0] } }
}
