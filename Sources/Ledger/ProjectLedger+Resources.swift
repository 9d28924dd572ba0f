// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Execution
import GRDB
package import Planning

extension ProjectLedger {
    package func snapshot(environment: String, module: String) async throws(Diagnostic) -> LedgerSnapshot {
        let found = try await read { [spills] db in
            let version = try Meta.number("version:" + environment, in: db)
            let count = try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM resource JOIN module ON module.id = resource.module
                    WHERE environment = ? AND name = ?
                    """, arguments: StatementArguments(exact: [environment, module]))
            var records: [Address: ResourceRecord] = [:]
            var forgotten: [Address: ResourceRecord] = [:]
            records.reserveCapacity(count ?? 0)
            var reader = ResourceRowReader()
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT \(ResourceRowReader.columns) FROM resource JOIN module ON module.id = resource.module
                    WHERE environment = ? AND name = ?
                    """, arguments: StatementArguments(exact: [environment, module]))
            while let row = try rows.next() {
                let record = spills.whole(try reader.record(row, environment: environment, module: module))
                if record.status == .forgotten {
                    forgotten[record.identity.address] = record
                } else {
                    records[record.identity.address] = record
                }
            }
            return LedgerSnapshot(
                environment: environment, module: module, version: version, records: records, forgotten: forgotten)
        }
        return found ?? LedgerSnapshot(environment: environment, module: module, version: 0, records: [:])
    }

    /// The environments in which something was applied or run, by name.
    package func environments() async throws(Diagnostic) -> [String] {
        try await read { db in
            try String.fetchAll(db, sql: "SELECT environment FROM module UNION SELECT environment FROM run ORDER BY 1")
        } ?? []
    }

    /// Whether a module has a row.
    package func hasRows(environment: String, module: String) async throws(Diagnostic) -> Bool {
        try await read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT 1 FROM resource JOIN module ON module.id = resource.module
                    WHERE environment = ? AND name = ? AND status <> 'forgotten' LIMIT 1
                    """, arguments: StatementArguments(exact: [environment, module])) ?? false
        } ?? false
    }

    package func records(environment: String) async throws(Diagnostic) -> [ResourceRecord] {
        try await read { [spills] db in
            var records: [ResourceRecord] = []
            var reader = ResourceRowReader()
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT \(ResourceRowReader.columns), name FROM resource JOIN module ON module.id = resource.module
                    WHERE environment = ? AND status <> 'forgotten' ORDER BY name, address
                    """, arguments: StatementArguments(exact: [environment]))
            while let row = try rows.next() {
                records.append(
                    spills.whole(
                        try reader.record(row, environment: environment, module: row.text(ResourceRowReader.count))))
            }
            return records
        } ?? []
    }
}
