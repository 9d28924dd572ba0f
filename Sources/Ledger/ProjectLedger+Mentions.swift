// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import GRDB

extension ProjectLedger {
    /// Every text in which the ledger may name content that has to be kept: of each resource, and of what the runs of
    /// modules gave that are there. A module is there until everything that it made is destroyed; one that never made a
    /// resource stays.
    package func textsOfWhatIsThere() async throws(Diagnostic) -> [String] {
        try await read { [spills] db in try Self.mentions(db, spills) } ?? []
    }

    /// Those of backups that refer to large values beside the ledger, which backups do not hold: whoever goes on from
    /// one finds everything that it tells of.
    package func textsOfBackups() throws(Diagnostic) -> [String] {
        try told {
            let shelf = BackupShelf(files: files)
            return try shelf.backups().flatMap { try Self.mentions(inBackup: shelf.path($0)) }
        }
    }

    /// - Returns: Nothing for a backup that cannot be read, which is told of when somebody wants it.
    private static func mentions(inBackup path: String) throws -> [String] {
        var configuration = LedgerConnection.configuration(Patience(.zero))
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let texts = try queue.inDatabase { db in try mentions(db, nil) }
            try queue.close()
            return texts.filter { SpillStore.isNamed(in: $0) }
        } catch is DatabaseError {
            return []
        }
    }

    /// - Parameter spills: Where what lies beside the ledger is looked at, too; nil to leave it.
    private static func mentions(_ db: SQLiteDatabase, _ spills: SpillStore?) throws -> [String] {
        let resources = try String.fetchAll(
            db, sql: "SELECT inputs FROM resource UNION ALL SELECT outputs FROM resource")
        let isThere = """
            run.purpose = 'workflow' AND (
                EXISTS (SELECT 1 FROM resource JOIN module ON module.id = resource.module
                        WHERE module.environment = run.environment AND module.name = run.module)
                OR NOT EXISTS (SELECT 1 FROM run AS other
                        WHERE other.environment = run.environment AND other.module = run.module
                        AND other.purpose = 'destroy'))
            """
        let given = try String.fetchAll(
            db,
            sql: """
                SELECT operation.outputs FROM operation JOIN run ON run.number = operation.id >> 32
                WHERE operation.outputs IS NOT NULL AND \(isThere)
                UNION ALL SELECT run.outputs FROM run WHERE \(isThere)
                """)
        // What a run was given names content of others; what it needs to go on is what was too large for its rows.
        let taken = try String.fetchAll(
            db,
            sql: """
                SELECT operation.inputs FROM operation JOIN run ON run.number = operation.id >> 32
                WHERE instr(operation.inputs, ?1) > 0 AND \(isThere)
                UNION ALL SELECT run.parameters FROM run WHERE instr(run.parameters, ?1) > 0 AND \(isThere)
                """, arguments: ["\"\(SpillStore.type)\""])
        let texts = resources + given + taken
        guard let spills else { return texts }
        return try texts.flatMap { text in [text] + (try spills.texts(behind: text)) }
    }

    /// Works while nobody else holds a lease or has the ledger open to write.
    package func whileAlone<T>(_ body: () throws(CallError) -> T) throws(Diagnostic) -> T {
        try close()
        return try told {
            try StateFile.makeFolder(files.locks)
            let locks = try StateFile.names(in: files.locks).filter { $0.hasSuffix(".lock") }.sorted()
            return try holding(locks[...]) {
                do throws(CallError) { return try body() } catch { throw error.diagnostic }
            }
        }
    }
}
