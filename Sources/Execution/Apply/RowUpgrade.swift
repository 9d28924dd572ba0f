// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Brings what older versions of kinds recorded into the form of the present ones, in memory; an apply records it.
package struct RowUpgrade: Sendable {
    private let gateway: any ProviderGateway

    package init(gateway: any ProviderGateway) { self.gateway = gateway }

    /// The snapshot with every row in the form of its kind's present version.
    ///
    /// - Throws: A diagnostic for a row of a newer version, or of one that the plugin does not understand.
    package func upgraded(_ snapshot: LedgerSnapshot) async throws(Diagnostic) -> LedgerSnapshot {
        struct Kind: Hashable {
            let name: String
            let plugin: String
        }
        var versions: [Kind: Int] = [:]
        var upgraded = snapshot
        for (address, record) in snapshot.records where record.composite == nil {
            let kind = Kind(name: record.kind, plugin: record.provider.plugin)
            let present =
                versions[kind] ?? gateway.schema(of: kind.name, plugin: kind.plugin)?.version ?? record.schemaVersion
            versions[kind] = present
            if present == record.schemaVersion { continue }
            upgraded.replace(address, by: try await self.upgraded(record, to: present))
        }
        return upgraded
    }

    /// The row in the form of its kind's present version, and the inputs of an operation on it.
    func upgraded(
        _ record: ResourceRecord, _ operation: OperationRecord
    ) async throws(Diagnostic) -> (record: ResourceRecord, operation: OperationRecord) {
        guard record.composite == nil,
            let present = gateway.schema(of: record.kind, plugin: record.provider.plugin)?.version,
            present != record.schemaVersion
        else { return (record, operation) }
        var asked = record
        asked.inputs = operation.inputs
        var upgradedOperation = operation
        upgradedOperation.inputs = try await upgraded(asked, to: present).inputs
        return (try await upgraded(record, to: present), upgradedOperation)
    }

    private func upgraded(_ record: ResourceRecord, to version: Int) async throws(Diagnostic) -> ResourceRecord {
        let address = record.identity.address
        if record.schemaVersion > version {
            throw Diagnostic(
                .rowOfNewerKind,
                "\(address) was recorded by version \(record.schemaVersion) of \(record.kind), and the plugin "
                    + "'\(record.provider.plugin)' knows version \(version)",
                help: ["use the plugin that recorded it, or a newer one"])
        }
        do throws(CallError) {
            let provider = try await gateway.provider(record.provider, environment: record.identity.environment)
            let response = try await provider.upgrade(
                UpgradeRequest(
                    kind: record.kind, identity: record.identity, from: record.schemaVersion, inputs: record.inputs,
                    outputs: record.outputs))
            var upgraded = record
            upgraded.schemaVersion = version
            upgraded.inputs = response.inputs
            upgraded.outputs = response.outputs
            return upgraded
        } catch {
            var diagnostic = error.diagnostic
            diagnostic.notes.insert(
                "while bringing \(address) from version \(record.schemaVersion) of \(record.kind) to version \(version)",
                at: 0)
            throw diagnostic
        }
    }
}
