// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What kinds are called in another tool: data that a plugin ships.
package struct ExportTable: Sendable, Hashable {
    /// The tool: `terraform`.
    package var target: String
    package var providers: [String: ExportProvider]
    package var kinds: [String: ExportKind]
}

/// A provider of the other tool.
package struct ExportProvider: Sendable, Hashable {
    package var name: String
    /// Where the tool finds it: `hashicorp/aws`; nil for one that is built in.
    package var source: String?
    package var version: String?
    /// Its settings: expressions over `connection`, by argument.
    package var configuration: [(argument: String, expression: String)]

    package static func == (left: ExportProvider, right: ExportProvider) -> Bool {
        left.name == right.name && left.source == right.source && left.version == right.version
            && left.configuration.map(\.argument) == right.configuration.map(\.argument)
            && left.configuration.map(\.expression) == right.configuration.map(\.expression)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What a kind is there.
package enum ExportKind: Sendable, Hashable {
    case equivalent(ExportEquivalent)
    /// Why there is nothing like it.
    case none(String)
}

package struct ExportEquivalent: Sendable, Hashable {
    package var type: String
    /// Nil for a type of the tool itself.
    package var provider: String?
    /// By what the tool finds the thing: an expression over fields, `outputs` and `connection`.
    package var id: String
    /// Attributes and expressions over fields, `outputs` and `connection`, in the order of the table.
    package var attributes: [String: String]
    /// The attribute that an output is there, by output.
    package var outputs: [String: String]
}

extension ExportTable {
    /// - Parameter text: JSON as docs/plugins.md describes it.
    package init(json text: String) throws(TableFault) {
        let table = try TableObject(json: text)
        try table.refuseOthers(than: ["target", "providers", "kinds"])
        target = try table.text("target")
        guard target == "terraform" else { throw table.fault("target", "terraform") }
        providers = [:]
        for (name, provider) in try table.objects("providers") {
            try provider.refuseOthers(than: ["source", "version", "configuration"])
            providers[name] = ExportProvider(
                name: name, source: try provider.optional("source"), version: try provider.optional("version"),
                configuration: try provider.texts("configuration").map { ($0.key, $0.value) })
        }
        kinds = [:]
        for (name, kind) in try table.objects("kinds") {
            try kind.refuseOthers(than: ["type", "provider", "id", "attributes", "outputs", "none"])
            if let reason = try kind.optional("none") {
                kinds[name] = ExportKind.none(reason)
                continue
            }
            let provider = try kind.optional("provider")
            if let provider, providers[provider] == nil { throw kind.fault("provider", "one of the table's providers") }
            kinds[name] = .equivalent(
                ExportEquivalent(
                    type: try kind.text("type"), provider: provider, id: try kind.text("id"),
                    attributes: Dictionary(
                        try kind.texts("attributes").map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }),
                    outputs: Dictionary(
                        try kind.texts("outputs").map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })))
        }
    }
}
