// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Execution
import GRDB
import Glibc

/// How much of what an environment's ledger holds, for those who watch it.
package struct LedgerFigures: Sendable {
    /// Runs that have all but their times in common.
    package struct Runs: Sendable {
        package var purpose: String
        package var module: String
        /// Nil for applies and the like.
        package var workflow: String?
        package var status: String
        package var count: Int
        /// Of those that have ended.
        package var durations: Durations
    }

    package struct Durations: Sendable {
        package var count: Int
        package var seconds: Double
        /// How many took no longer than each of the bounds.
        package var within: [Int]
    }

    package struct Resources: Sendable {
        package var module: String
        package var kind: String
        package var status: String
        package var count: Int
    }

    /// The bounds of durations, in seconds.
    package static let bounds: [Double] = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600, 21_600]

    package var runs: [Runs]
    package var resources: [Resources]
    /// Operations of the project whose intent has no result.
    package var openOperations: Int
    /// How often the ledger was written, since it was made.
    package var commits: Int64
    /// What its files hold.
    package var bytes: Int64
}

extension ProjectLedger {
    /// Nil for a project that never applied.
    package func figures(environment: String) async throws(Diagnostic) -> LedgerFigures? {
        var found = try await read { db in
            LedgerFigures(
                runs: try Self.runs(environment, db), resources: try Self.resources(environment, db),
                openOperations: try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM operation INDEXED BY operation_open WHERE status = 'intended'") ?? 0,
                commits: try Meta.number("sequence", in: db), bytes: 0)
        }
        for path in [files.ledger, files.ledger + "-wal"] {
            var status = stat()
            if stat(path, &status) == 0 { found?.bytes += Int64(status.st_size) }
        }
        return found
    }

    private static func runs(_ environment: String, _ db: SQLiteDatabase) throws -> [LedgerFigures.Runs] {
        let within = LedgerFigures.bounds.map { "total(ended - started <= \(Int64($0 * 1e9)))" }
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT purpose, module, workflow, status, count(*), count(ended), total(ended - started),
                    \(within.joined(separator: ", "))
                FROM run WHERE environment = ? GROUP BY purpose, module, workflow, status
                """, arguments: [environment])
        var runs: [LedgerFigures.Runs] = []
        while let row = try rows.next() {
            let durations = LedgerFigures.Durations(
                count: Int(row.number(5)), seconds: (row[6] as Double) / 1e9,
                within: LedgerFigures.bounds.indices.map { Int(row[7 + $0] as Double) })
            runs.append(
                LedgerFigures.Runs(
                    purpose: row.text(0), module: row.text(1), workflow: row.optionalText(2), status: row.text(3),
                    count: Int(row.number(4)), durations: durations))
        }
        return runs
    }

    private static func resources(_ environment: String, _ db: SQLiteDatabase) throws -> [LedgerFigures.Resources] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT module.name, kind, status, count(*) FROM resource JOIN module ON module.id = resource.module
                WHERE module.environment = ? AND composite IS NULL GROUP BY module.name, kind, status
                """, arguments: [environment])
        var resources: [LedgerFigures.Resources] = []
        while let row = try rows.next() {
            resources.append(
                LedgerFigures.Resources(
                    module: row.text(0), kind: row.text(1), status: row.text(2), count: Int(row.number(3))))
        }
        return resources
    }
}
