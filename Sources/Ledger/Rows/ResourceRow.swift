// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import GRDB
import Planning

/// A resource record as columns; made by the caller, so that the one writer only binds.
struct ResourceRow: Sendable {
    let identity: ResourceIdentity
    let kind: String
    let schemaVersion: Int64
    let provider: String
    let status: String
    let inputs: String
    let outputs: String
    let dependencies: String?
    let isProtected: Bool
    let composite: String?
    let changed: Int64
    let terms: String?
    let checksum: Int64

    init(_ record: ResourceRecord) {
        identity = record.identity
        kind = record.kind
        schemaVersion = Int64(record.schemaVersion)
        provider = Self.text(record.provider)
        status = record.status.rawValue
        inputs = ColumnText.write(record.inputs)
        outputs = ColumnText.write(record.outputs)
        dependencies = ColumnText.write(record.dependencies.map { .string($0.text) })
        isProtected = record.isProtected
        composite = record.composite.map(Self.text)
        changed = record.changed.nanoseconds
        terms = Self.terms(of: record)
        checksum = Checksum.of(
            [
                identity.environment, identity.module, identity.address.text, kind, provider, status, inputs, outputs,
                dependencies, composite
            ] + (terms.map { [$0] } ?? []), [schemaVersion, isProtected ? 1 : 0, changed])
    }

    /// The columns beside the identity.
    var columns: [(any DatabaseValueConvertible)?] {
        [
            kind, schemaVersion, provider, status, inputs, outputs, dependencies, isProtected, composite, changed,
            terms, checksum
        ]
    }

    private static func terms(of record: ResourceRecord) -> String? {
        if record.owner == nil, record.ignored.isEmpty, record.fingerprints.isEmpty { return nil }
        var terms: ObjectValue = [
            "owner": record.owner.map { .string($0) } ?? .null,
            "ignored": .list(record.ignored.map { .string($0) })
        ]
        if !record.fingerprints.isEmpty {
            terms["secrets"] = .object(
                ObjectValue(record.fingerprints.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        return Value.object(terms).json(.exact)
    }

    private static func text(_ use: ProviderUse) -> String {
        Value.list([.string(use.alias), .string(use.plugin), .object(use.settings)]).json(.exact)
    }

    private static func text(_ form: CompositeForm) -> String {
        Value.object([
            "capability": .string(form.capability), "provider": .string(form.provider),
            "service": .string(form.service), "mappingVersion": .int(Int64(form.mappingVersion)),
            "children": .list(form.children.map { .string($0.text) }),
            "facets": .list(form.facets.map { .string($0) })
        ]).json(.exact)
    }
}

/// Reads resource rows; providers that repeat from row to row are read once.
struct ResourceRowReader {
    static let columns = """
        address, kind, schema_version, provider, status, inputs, outputs, dependencies, protected, composite, changed, \
        terms, checksum
        """
    /// How many columns these are; what else is asked for stands behind them.
    static let count = 13

    private var providers: [String: ProviderUse] = [:]

    /// - Parameter row: The columns of `columns`, from the offset on.
    mutating func record(_ row: Row, environment: String, module: String) throws -> ResourceRecord {
        let address = row.text(0)
        do {
            let (kind, schemaVersion, provider, status) = (row.text(1), row.number(2), row.text(3), row.text(4))
            let (inputs, outputs, dependencies) = (row.text(5), row.text(6), row.optionalText(7))
            let (isProtected, composite, changed) = (row.number(8) != 0, row.optionalText(9), row.number(10))
            let terms = row.optionalText(11)
            let checksum = Checksum.of(
                [environment, module, address, kind, provider, status, inputs, outputs, dependencies, composite]
                    + (terms.map { [$0] } ?? []),
                [schemaVersion, isProtected ? 1 : 0, changed])
            guard checksum == row.number(12), let known = ResourceRecord.Status(rawValue: status) else {
                throw ColumnText.Misfit(reason: "its content is not what was written")
            }
            var record = ResourceRecord(
                identity: ResourceIdentity(environment: environment, module: module, address: Address(address)),
                kind: kind, schemaVersion: Int(schemaVersion), provider: try use(provider), status: known,
                inputs: try ColumnText.object(inputs), outputs: try ColumnText.object(outputs),
                dependencies: ColumnText.strings(.list(try ColumnText.list(dependencies))).map { Address($0) },
                isProtected: isProtected, composite: try composite.map(Self.form),
                changed: Timestamp(nanoseconds: changed))
            if let terms = try terms.map({ try ColumnText.object($0) }) {
                record.owner = terms["owner"]?.string
                record.ignored = ColumnText.strings(terms["ignored"])
                record.fingerprints = Dictionary(
                    (terms["secrets"]?.object ?? [:]).compactMap { entry in
                        entry.value.string.map { (entry.key, $0) }
                    }, uniquingKeysWith: { first, _ in first })
            }
            return record
        } catch let misfit as ColumnText.Misfit {
            throw RowDamage(row: "resource \(environment)/\(module)/\(address)", reason: misfit.reason)
        }
    }

    private mutating func use(_ text: String) throws(ColumnText.Misfit) -> ProviderUse {
        if let known = providers[text] { return known }
        let parts = try ColumnText.list(text)
        guard parts.count == 3, let alias = parts[0].string, let plugin = parts[1].string,
            let settings = parts[2].object
        else { throw ColumnText.Misfit(reason: "its provider is not what was written") }
        let use = ProviderUse(alias: alias, plugin: plugin, settings: settings)
        providers[text] = use
        return use
    }

    private static func form(_ text: String) throws(ColumnText.Misfit) -> CompositeForm {
        let object = try ColumnText.object(text)
        guard let capability = object["capability"]?.string, let provider = object["provider"]?.string,
            let service = object["service"]?.string, let version = object["mappingVersion"]?.int
        else { throw ColumnText.Misfit(reason: "its mapping is not what was written") }
        return CompositeForm(
            capability: capability, provider: provider, service: service, mappingVersion: Int(version),
            children: ColumnText.strings(object["children"]).map { Address($0) },
            facets: ColumnText.strings(object["facets"]))
    }
}
