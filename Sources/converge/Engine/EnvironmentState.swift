// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import RecipeRuntime
import Shell

/// What there is of one environment: what the project's file declares of it, and what the ledger holds.
struct EnvironmentState: Sendable {
    let name: String
    /// Nil where the project declares no such environment.
    let definition: EnvironmentDefinition?
    /// True where the project's file says it, and it is not the one that is there without.
    let isWritten: Bool
    let records: [ResourceRecord]
    let newest: RunRecord?
    private let catalog: PluginCatalog

    init(_ engine: Engine) async throws {
        name = engine.environment
        do {
            definition = try engine.environmentDefinition()
        } catch let problem as Diagnostic where problem.code == .noSuchEnvironment {
            definition = nil
        }
        isWritten = definition != nil && Paths.isFile(engine.project.environmentsFile)
        records = try await engine.ledger.records(environment: name)
        newest = try await engine.ledger.versions(environment: name, module: nil, limit: 1).first
        catalog = engine.catalog
    }

    /// True where neither the project nor the ledger knows the name.
    var isUnknown: Bool { definition == nil && records.isEmpty && newest == nil }

    var natives: [ResourceRecord] { records.filter { $0.composite == nil } }

    /// How many native resources each module has.
    var modules: [(name: String, resources: Int)] {
        Dictionary(grouping: natives, by: \.identity.module).map { ($0.key, $0.value.count) }.sorted {
            $0.name < $1.name
        }
    }

    /// The connections with their settings; what a provider's schema calls sensitive is not shown.
    var providers: [(alias: String, plugin: String, settings: ObjectValue)] {
        (definition?.connections ?? []).map { connection in
            let schema = catalog.plugins.first { $0.manifest.name == connection.plugin }?.manifest.provider
            let shown = connection.settings.map { entry -> (String, Value) in
                let isSensitive = schema?.settings.first { $0.name == entry.key }?.isSensitive ?? false
                return (entry.key, isSensitive && !entry.value.isNull ? "(sensitive)" : entry.value)
            }
            return (connection.alias, connection.plugin, ObjectValue(shown))
        }
    }

    /// What the environment gives to parameters.
    var parameters: ObjectValue {
        ObjectValue((definition?.values ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value.value) })
    }

    var policies: [String] { definition?.packs?.names ?? [] }

    /// What it may cost in a month.
    private var budget: Budget? { definition?.budget }

    var document: ObjectValue {
        [
            "budget": budget.map { ["amount": .string($0.amount.text), "currency": .string($0.currency)] } ?? .null,
            "name": .string(name), "declared": .bool(isWritten),
            "providers": .list(
                providers.map { provider in
                    [
                        "alias": .string(provider.alias), "plugin": .string(provider.plugin),
                        "settings": .object(provider.settings)
                    ]
                }),
            "parameters": .object(parameters), "policies": .list(policies.map { .string($0) }),
            "resources": .int(Int64(natives.count)),
            "modules": .object(ObjectValue(modules.map { ($0.name, .int(Int64($0.resources))) })),
            "newest_version": newest.map { .string($0.id) } ?? .null
        ]
    }

    /// The cells of a row of `environment list`.
    var row: [String] {
        let aliases = providers.map { $0.alias == $0.plugin ? $0.alias : "\($0.alias) (\($0.plugin))" }
        return [
            name, definition == nil ? "not declared any more" : aliases.joined(separator: ", "),
            policies.joined(separator: ", "), String(natives.count), String(modules.count), newest?.id ?? ""
        ]
    }

    func text(_ style: TextStyle, width: Int?) -> String {
        let origin =
            isWritten
            ? "declared in converge.project"
            : definition == nil ? "not declared any more; the ledger knows it" : "there without being declared"
        var text = style(.heading, name) + style(.dim, "  \(origin)") + "\n"
        let renderer = RecordRenderer(style: style, width: width)
        text += renderer.fields(
            "providers",
            ObjectValue(
                providers.map { provider in
                    let name =
                        provider.alias == provider.plugin ? provider.alias : "\(provider.plugin) as \(provider.alias)"
                    return (name, .object(provider.settings))
                }))
        text += renderer.fields("parameters", parameters)
        text += renderer.fields("policies", ObjectValue(policies.map { ($0, true) }))
        text += renderer.fields(
            "resources", ObjectValue(modules.map { ($0.name, .int(Int64($0.resources))) }))
        if let budget { text += "  budget    \(budget.shown) a month\n" }
        if let newest { text += "  newest version  \(newest.id), \(newest.started.shown), by \(newest.actor)\n" }
        return text
    }
}
