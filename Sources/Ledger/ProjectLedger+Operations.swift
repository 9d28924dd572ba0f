// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution
import GRDB

extension ProjectLedger {
    package func operations(run id: String) async throws(Diagnostic) -> [OperationRecord] {
        guard let number = RunName(id)?.number, number < 1 << 31 else { return [] }
        let found = try await operations(
            where: "operation.id >= ? AND operation.id < ? ORDER BY operation.id", [number << 32, (number + 1) << 32])
        return found.filter { $0.run == id }
    }

    package func openOperations(environment: String) async throws(Diagnostic) -> [OperationRecord] {
        try await operations(
            where: """
                operation.status = 'intended' AND effect <> 'step' AND module.environment = ? ORDER BY operation.id
                """, [environment])
    }

    /// The operations on resources of an environment that succeeded, in their order, under the modules whose the
    /// resources are by now.
    ///
    /// - Parameter newest: The last run that counts; nil for all.
    package func resourceHistory(
        environment: String, through newest: String? = nil
    ) async throws(Diagnostic) -> [OperationRecord] {
        let number = newest.flatMap { RunName($0)?.number }
        let end = number.map { ($0 + 1) << 32 } ?? Int64.max
        let found = try await operations(
            where: """
                operation.status = 'succeeded' AND effect <> 'step' AND module.environment = ? AND operation.id < ?
                ORDER BY operation.id
                """, [environment, end])
        let takeovers = try await read { try Takeovers($0, environment: environment) }
        guard let takeovers, !takeovers.isEmpty else { return found }
        return found.map { operation in
            var operation = operation
            operation.identity.module = takeovers.owner(
                of: operation.identity.module, run: RunName(operation.run)?.number ?? 0)
            return operation
        }
    }

    package func succeededOperation(contentKey: String) async throws(Diagnostic) -> OperationRecord? {
        try await operations(
            where: """
                content_key IS NOT NULL AND operation.status = 'succeeded' AND content_key = ?
                ORDER BY operation.id DESC LIMIT 1
                """, [contentKey]
        ).first
    }

    private func operations(
        where condition: String, _ arguments: [(any DatabaseValueConvertible & Sendable)?]
    ) async throws(Diagnostic) -> [OperationRecord] {
        try await read { [spills] db in
            let statement = try db.cachedStatement(
                sql: "SELECT \(OperationRecord.columns) FROM \(OperationRecord.tables) WHERE \(condition)")
            let rows = try Row.fetchCursor(statement, arguments: StatementArguments(exact: arguments))
            var operations: [OperationRecord] = []
            while let row = try rows.next() { operations.append(spills.whole(try OperationRecord(row: row))) }
            return operations
        } ?? []
    }
}
