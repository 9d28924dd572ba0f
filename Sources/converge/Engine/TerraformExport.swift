// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PluginHost
import RecipeRuntime

/// Recorded things as a configuration of Terraform that imports them.
struct TerraformExport {
    /// A thing that stands in the configuration.
    struct Exported {
        let record: ResourceRecord
        let address: TerraformAddress
    }

    /// A thing that does not, and why.
    struct LeftOut {
        let record: ResourceRecord
        let reason: String
    }

    private(set) var exported: [Exported] = []
    private(set) var leftOut: [LeftOut] = []
    private(set) var document: ObjectValue = [:]
    private(set) var variables: [TerraformValues.Variable] = []

    private let kinds: [String: (equivalent: ExportKind, providers: [String: ExportProvider])]
    private let schemas: KnownKinds
    private let evaluation: ExportEvaluation
    private var values = TerraformValues()

    /// What the file says of itself, by which it is known again.
    static let mark = "Written by `converge export terraform`"

    init(_ records: [ResourceRecord], _ engine: Engine) throws {
        kinds = try Self.kinds(engine.catalog)
        schemas = KnownKinds(engine.catalog)
        evaluation = ExportEvaluation(engine.vocabulary)
        let natives = records.filter { $0.composite == nil }
            .sorted { ($0.identity.module, $0.identity.address) < ($1.identity.module, $1.identity.address) }
        choose(natives)
        document = try written()
        variables = values.variables
    }

    private static func kinds(
        _ catalog: PluginCatalog
    ) throws(Diagnostic) -> [String: (equivalent: ExportKind, providers: [String: ExportProvider])] {
        var kinds: [String: (equivalent: ExportKind, providers: [String: ExportProvider])] = [:]
        for plugin in catalog.plugins {
            for text in try plugin.manifest.exportTables.all() {
                let table: ExportTable
                do throws(TableFault) {
                    table = try ExportTable(json: text.text)
                } catch {
                    throw Diagnostic(
                        .exportTableUnreadable,
                        "the export table \(text.path) of the plugin '\(plugin.manifest.name)' cannot be read",
                        notes: [error.reason], help: ["mend the table and build the plugin again"])
                }
                for (kind, equivalent) in table.kinds { kinds[kind] = (equivalent, table.providers) }
            }
        }
        return kinds
    }

    // MARK: What is exported

    private mutating func choose(_ records: [ResourceRecord]) {
        let hasModules = Set(records.map(\.identity.module)).count > 1
        var taken: Set<String> = []
        for record in records {
            guard record.status == .ready else {
                leftOut.append(LeftOut(record: record, reason: "it is not ready: \(record.status.rawValue)"))
                continue
            }
            switch kinds[record.kind]?.equivalent {
            case nil: leftOut.append(LeftOut(record: record, reason: "no table says what \(record.kind) is there"))
            case .some(.none(let reason)): leftOut.append(LeftOut(record: record, reason: reason))
            case .equivalent(let equivalent)?:
                let wish = TerraformText.name(
                    (hasModules ? record.identity.module + "_" : "") + record.identity.address.text)
                var name = wish
                var number = 2
                while !taken.insert("\(equivalent.type).\(name)").inserted {
                    name = "\(wish)_\(number)"
                    number += 1
                }
                exported.append(
                    Exported(record: record, address: TerraformAddress(type: equivalent.type, name: name)))
            }
        }
    }

    // MARK: The document

    private mutating func written() throws -> ObjectValue {
        let byIdentity = Dictionary(
            exported.map { ($0.record.identity, $0) }, uniquingKeysWith: { first, _ in first })
        var resources: [String: ObjectValue] = [:]
        var imports: [Value] = []
        var uses: [Use] = []
        for item in exported {
            guard case .equivalent(let equivalent)? = kinds[item.record.kind]?.equivalent else { continue }
            let record = item.record
            let needed = record.dependencies.compactMap { address in
                byIdentity[
                    ResourceIdentity(
                        environment: record.identity.environment, module: record.identity.module, address: address)]
            }
            let known = needed.flatMap { self.known($0) }
            var inputs: ObjectValue = [:]
            for entry in record.inputs {
                let isSecret = schemas[record.kind]?.field(entry.key)?.isSensitive ?? false
                inputs[entry.key] = values.terraform(
                    entry.value, known, secret: isSecret ? "\(item.address.name)_\(entry.key)" : nil)
            }
            let names = equivalent.attributes.keys.sorted()
            let found = try evaluation.values(
                names.map { equivalent.attributes[$0] ?? "null" }, ofKind: record.kind,
                inputs: inputs, outputs: record.outputs, connection: record.provider.settings)
            var body: ObjectValue = [:]
            for (name, value) in zip(names, found) where !value.isNull { body[name] = value }
            let use = Use(equivalent, kinds[record.kind]?.providers ?? [:], record.provider)
            if let use, !uses.contains(where: { $0.key == use.key }) { uses.append(use) }
            if let use { body["provider"] = .string(use.key) }
            // What is referred to comes first without being named.
            let text = Value.object(body).json()
            let others = needed.map(\.address.text).filter { !text.contains("${\($0).") }
            if !others.isEmpty { body["depends_on"] = .list(others.map { .string($0) }) }
            resources[equivalent.type, default: [:]][item.address.name] = .object(body)
            imports.append(["to": .string(item.address.text), "id": .string(try id(record, equivalent))])
        }
        return try document(resources, imports, uses)
    }

    /// By what Terraform finds a thing: as it is recorded, since what an import is asked for may refer to nothing.
    private func id(_ record: ResourceRecord, _ equivalent: ExportEquivalent) throws -> String {
        let found = try evaluation.values(
            [equivalent.id], ofKind: record.kind, inputs: record.inputs, outputs: record.outputs,
            connection: record.provider.settings)
        guard let id = found.first?.string else {
            throw Diagnostic(
                .exportTableUnreadable, "the import id of \(record.identity.address) is no text",
                notes: ["the export table says `\(equivalent.id)`, which gives \(found.first?.literal ?? "nothing")"],
                help: ["mend the table and build the plugin again"])
        }
        return TerraformText.escaped(id)
    }

    private func known(_ item: Exported) -> [TerraformValues.Known] {
        guard case .equivalent(let equivalent)? = kinds[item.record.kind]?.equivalent else { return [] }
        return equivalent.outputs.sorted { $0.key < $1.key }.compactMap { output, attribute in
            item.record.outputs[output].flatMap { value in
                value.isNull
                    ? nil : TerraformValues.Known(value: value, reference: "\(item.address.text).\(attribute)")
            }
        }
    }

    /// A provider of Terraform with the settings of one connection.
    private struct Use {
        let provider: ExportProvider
        let connection: ProviderUse

        init?(_ equivalent: ExportEquivalent, _ providers: [String: ExportProvider], _ connection: ProviderUse) {
            guard let provider = equivalent.provider.flatMap({ providers[$0] }) else { return nil }
            self.provider = provider
            self.connection = connection
        }

        /// As resources name it.
        var key: String { provider.name + "." + TerraformText.name(connection.alias) }
    }

    private mutating func document(
        _ resources: [String: ObjectValue], _ imports: [Value], _ uses: [Use]
    ) throws -> ObjectValue {
        var document: ObjectValue = ["//": .string(Self.mark)]
        // Blocks that import came with 1.5.
        var settings: ObjectValue = ["required_version": ">= 1.5"]
        var required: ObjectValue = [:]
        var configured: ObjectValue = [:]
        for use in uses {
            if let source = use.provider.source {
                var entry: ObjectValue = ["source": .string(source)]
                if let version = use.provider.version { entry["version"] = .string(version) }
                required[use.provider.name] = .object(entry)
            }
            var connection: ObjectValue = [:]
            for entry in use.connection.settings {
                connection[entry.key] = values.terraform(entry.value, [], secret: nil)
            }
            let found = try evaluation.values(
                use.provider.configuration.map(\.expression), ofKind: "", inputs: [:], outputs: [:],
                connection: connection)
            var block: ObjectValue = ["alias": .string(TerraformText.name(use.connection.alias))]
            for (setting, value) in zip(use.provider.configuration, found) where !value.isNull {
                block[setting.argument] = value
            }
            configured[use.provider.name] = .list(
                (configured[use.provider.name]?.list ?? []) + [.object(block)])
        }
        if !required.isEmpty { settings["required_providers"] = .object(required) }
        document["terraform"] = .object(settings)
        if !configured.isEmpty { document["provider"] = .object(configured) }
        if !values.variables.isEmpty {
            document["variable"] = .object(
                ObjectValue(
                    values.variables.map { variable in
                        (
                            variable.name,
                            [
                                "type": "string", "sensitive": true,
                                "description": .string(variable.description)
                            ]
                        )
                    }))
        }
        if !resources.isEmpty {
            document["resource"] = .object(
                ObjectValue(resources.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value)) }))
            document["import"] = .list(imports)
        }
        return document
    }
}
