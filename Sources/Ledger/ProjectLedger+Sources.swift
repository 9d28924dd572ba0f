// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution
import GRDB

extension ProjectLedger {
    /// Keeps the texts that a run goes by; once for all runs that go by the same.
    ///
    /// - Parameter digest: Of the texts as they are encoded; the name under which `texts` gives them back.
    package func keep(_ texts: RecipeTexts, digest: String) async throws(Diagnostic) {
        let content = texts.encoded
        let isKnown = try await read { db in
            try Bool.fetchOne(db, sql: "SELECT 1 FROM source WHERE digest = ?", arguments: [digest]) ?? false
        }
        if isKnown == true { return }
        try await write { transaction in
            try transaction.execute(
                "INSERT INTO source (digest, content) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING", [digest, content])
        }
    }

    /// The texts that were kept under a digest; nil where there are none.
    ///
    /// - Throws: A diagnostic where they are not what was kept.
    package func texts(digest: String) async throws(Diagnostic) -> RecipeTexts? {
        let content = try await read { db -> String? in
            let content = try String.fetchOne(
                db, sql: "SELECT content FROM source WHERE digest = ?", arguments: [digest])
            if let content, !SourceRow.isWhole(digest: digest, content: content) {
                throw try SourceRow.problem(digest, db)
            }
            return content
        }
        return (content ?? nil).flatMap { RecipeTexts(encoded: $0) }
    }

    /// Checks that the texts of all runs are what was kept.
    ///
    /// - Throws: A diagnostic that names a run which went by one that is not.
    package func verifyTexts() async throws(Diagnostic) {
        try await read { db in
            if let digest = try SourceRow.changed(db).first { throw try SourceRow.problem(digest, db) }
        }
    }

    /// The runs that changed resources of a module, or meant to; the newest first.
    ///
    /// Those of a module that goes on under another name are that one's.
    ///
    /// - Parameter module: Nil for every module.
    package func versions(
        environment: String, module: String?, limit: Int
    ) async throws(Diagnostic) -> [RunRecord] {
        try await read { [spills] db in
            let takeovers = try Takeovers(db, environment: environment)
            let filter = module == nil || !takeovers.isEmpty ? "" : "AND module = ?"
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT \(RunRecord.columns) FROM run
                    WHERE environment = ? AND purpose IN ('apply', 'destroy', 'rollback') \(filter)
                    ORDER BY number DESC
                    """,
                arguments: StatementArguments(exact: [environment] + (filter.isEmpty ? [] : [module])))
            var runs: [RunRecord] = []
            while runs.count < limit, let row = try rows.next() {
                var run = spills.whole(try RunRecord(row: row))
                run.module = takeovers.owner(of: run.module, run: RunName(run.id)?.number ?? 0)
                if module == nil || run.module == module { runs.append(run) }
            }
            return runs
        } ?? []
    }

    /// Notes that a module has from now on what another one made, so that the other one's versions are its own.
    package func noteTakeover(of former: String, by module: String, environment: String) async throws(Diagnostic) {
        try await write { transaction in
            try Takeovers.add(former, by: module, environment: environment, in: transaction)
        }
    }

    /// True where a module has what another one made.
    package func hasTakenOver(
        _ former: String, by module: String, environment: String
    ) async throws(Diagnostic) -> Bool {
        try await read { try Takeovers($0, environment: environment).has(former, by: module) } ?? false
    }

    /// The module whose a version is by now.
    package func owner(of run: RunRecord) async throws(Diagnostic) -> String {
        try await read { db in
            try Takeovers(db, environment: run.environment)
                .owner(of: run.module, run: RunName(run.id)?.number ?? 0)
        } ?? run.module
    }

    /// How many effects of each kind a run had on resources.
    package func effects(ofRun id: String) async throws(Diagnostic) -> [ResourceEffect: Int] {
        guard let number = RunName(id)?.number, number < 1 << 31 else { return [:] }
        return try await read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT effect, count(*) FROM operation
                    WHERE id >= ? AND id < ? AND status = 'succeeded' GROUP BY effect
                    """, arguments: [number << 32, (number + 1) << 32])
            var counts: [ResourceEffect: Int] = [:]
            while let row = try rows.next() {
                if let effect = ResourceEffect(rawValue: row.text(0)) { counts[effect] = Int(row.number(1)) }
            }
            return counts
        } ?? [:]
    }
}
