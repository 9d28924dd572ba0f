// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import GRDB

extension ProjectLedger {
    /// Every text in which the ledger may name content that has to be kept: of each resource, and of what the steps of
    /// modules gave that are there. A module is there until everything that it made is destroyed; one that never made a
    /// resource stays.
    package func textsOfWhatIsThere() async throws(Diagnostic) -> [String] {
        try await read { [spills] db in
            let resources = try String.fetchAll(
                db, sql: "SELECT inputs FROM resource UNION ALL SELECT outputs FROM resource")
            let steps = try String.fetchAll(
                db,
                sql: """
                    SELECT operation.outputs FROM operation JOIN run ON run.number = operation.id >> 32
                    WHERE run.purpose = 'workflow' AND operation.outputs IS NOT NULL AND (
                        EXISTS (SELECT 1 FROM resource JOIN module ON module.id = resource.module
                                WHERE module.environment = run.environment AND module.name = run.module)
                        OR NOT EXISTS (SELECT 1 FROM run AS other
                                WHERE other.environment = run.environment AND other.module = run.module
                                AND other.purpose = 'destroy'))
                    """)
            return try (resources + steps).flatMap { text in [text] + (try spills.texts(behind: text)) }
        } ?? []
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
