// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import GRDB
import Planning

/// A journal entry as columns.
enum EncodedEntry: Sendable {
    case intent(IntentRow, EncodedChange?)
    case handle(token: String, String)
    case result(ResultRow, EncodedChange?)
    case undo(token: String, run: Int64, OperationRecord.Status)
    case pause(token: String, run: Int64, StepPause)
    case resource(EncodedChange)
    case audit(AuditEntry)

    init(_ entry: JournalEntry) {
        switch entry {
        case .intent(let record, let change): self = .intent(IntentRow(record), change.map(EncodedChange.init))
        case .handle(let token, let handle): self = .handle(token: token.text, handle)
        case .result(let result, let change): self = .result(ResultRow(result), change.map(EncodedChange.init))
        case .undo(let token, let run, let isDone):
            self = .undo(token: token.text, run: RunName(run)?.number ?? -1, isDone ? .undone : .undoing)
        case .pause(let token, let run, let pause):
            self = .pause(token: token.text, run: RunName(run)?.number ?? -1, pause)
        case .resource(let change): self = .resource(EncodedChange(change))
        case .audit(let line): self = .audit(line)
        }
    }
}

enum EncodedChange: Sendable {
    case put(ResourceRow)
    case remove(ResourceIdentity)
    case move(from: ResourceIdentity, to: ResourceRow)

    init(_ change: ResourceChange) {
        switch change {
        case .put(let record): self = .put(ResourceRow(record))
        case .remove(let identity): self = .remove(identity)
        case .move(let identity, let record): self = .move(from: identity, to: ResourceRow(record))
        }
    }
}

extension JournalTransaction {
    /// Refuses entries that do not follow from what is recorded; writes nothing.
    func verify(_ entries: [EncodedEntry]) throws {
        var intended: Set<String> = []
        var done: Set<String> = []
        for entry in entries {
            switch entry {
            case .intent(let row, _):
                guard let number = RunName(row.run)?.number, try hasRun(number) else {
                    throw Diagnostic(.journalOrder, "operation \(row.token) belongs to no run: '\(row.run)'")
                }
                intended.insert(row.token)
            case .handle(let token, _), .pause(let token, _, _):
                guard try intended.contains(token) || openOperation(token) != nil else { throw notOpen(token) }
            case .result(let row, _):
                guard try intended.remove(row.token) != nil || openOperation(row.token) != nil else {
                    throw notOpen(row.token)
                }
                if row.status == OperationRecord.Status.succeeded.rawValue { done.insert(row.token) }
            case .undo(let token, let run, _):
                guard try done.contains(token) || doneStep(token, run) != nil else { throw notOpen(token) }
            case .resource, .audit: break
            }
        }
    }

    /// The row of a step that was done, or cut off so that it may have been, and not taken back.
    private func doneStep(_ token: String, _ run: Int64) throws -> Row? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT id, outputs, reads, writes, failure, ended FROM operation
                    WHERE id >= ? AND id < ? AND token = ? AND status IN ('succeeded', 'undoing', 'intended', 'cancelled', 'failed')
                    """), arguments: [run << 32, (run + 1) << 32, token])
    }

    private func markUndone(_ token: String, _ run: Int64, _ status: OperationRecord.Status) throws {
        guard let row = try doneStep(token, run) else { return }
        let (outputs, reads, writes) = (row.optionalText(1), row.optionalText(2), row.optionalText(3))
        let checksum = Checksum.of(
            [token, status.rawValue, outputs, reads, writes, row.optionalText(4)], [row.optionalNumber(5)])
        try execute(
            "UPDATE operation SET status = ?, result_checksum = ? WHERE id = ?",
            [status.rawValue, checksum, row.number(0)])
    }

    private func notOpen(_ token: String) -> Diagnostic {
        Diagnostic(
            .journalOrder, "the ledger holds no operation whose result this could be: token \(token)",
            help: ["end what else writes to the ledger; where nothing does, please report this"])
    }

    private func openOperation(_ token: String) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM operation WHERE token = ? AND status = 'intended'"),
            arguments: StatementArguments(exact: [token]))
    }

    func write(_ entry: EncodedEntry) throws {
        switch entry {
        case .intent(let row, let change):
            try insert(row)
            if let change { try write(change) }
        case .handle(let token, let handle):
            try execute("UPDATE operation SET handle = ? WHERE token = ? AND status = 'intended'", [handle, token])
        case .result(let row, let change):
            try execute(
                """
                UPDATE operation SET status = ?, outputs = ?, reads = ?, writes = ?, failure = ?, ended = ?,
                    result_checksum = ? WHERE token = ? AND status = 'intended'
                """,
                [
                    row.status, row.outputs, row.reads, row.writes, row.failure, row.ended, row.checksum, row.token
                ])
            if let change { try write(change) }
        case .undo(let token, let run, let status): try markUndone(token, run, status)
        case .pause(let token, let run, let pause):
            try execute(
                """
                INSERT INTO pause VALUES (?, ?, ?, ?, ?) ON CONFLICT (token) DO UPDATE
                SET until = excluded.until, signal = excluded.signal, text = excluded.text
                """, [token, run, pause.until?.nanoseconds, pause.signal, pause.text])
        case .resource(let change): try write(change)
        case .audit(let line): try audit(line)
        }
    }

    private func insert(_ row: IntentRow) throws {
        guard let run = RunName(row.run)?.number else { return }
        let module = try module(row.identity.environment, row.identity.module)
        let result = row.result
        try execute(
            """
            INSERT INTO operation VALUES (
                coalesce((SELECT max(id) + 1 FROM operation WHERE id >= ? AND id < ?), ?),
                ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                run << 32, (run + 1) << 32, run << 32, row.token, module, row.identity.address.text, row.effect,
                row.kind, row.attempt, result.status, row.inputs, row.contentKey, row.handle, row.started,
                row.checksum, result.outputs, result.reads, result.writes, result.failure, result.ended,
                result.checksum
            ])
    }

    func write(_ change: EncodedChange) throws {
        switch change {
        case .put(let row): try put(row)
        case .remove(let identity): try remove(identity)
        case .move(let identity, let row):
            if identity != row.identity { try remove(identity) }
            try put(row)
        }
    }

    private func put(_ row: ResourceRow) throws {
        let identity = row.identity
        let module = try module(identity.environment, identity.module)
        try execute(
            """
            UPDATE resource SET kind = ?, schema_version = ?, provider = ?, status = ?, inputs = ?, outputs = ?,
                dependencies = ?, protected = ?, composite = ?, changed = ?, terms = ?, checksum = ?
            WHERE module = ? AND address = ?
            """, row.columns + [module, identity.address.text])
        if db.changesCount == 0 {
            try execute(
                """
                INSERT INTO resource (kind, schema_version, provider, status, inputs, outputs, dependencies, protected,
                    composite, changed, terms, checksum, module, address)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, row.columns + [module, identity.address.text])
            rows += 1
        }
        changedEnvironments.insert(identity.environment)
    }

    private func remove(_ identity: ResourceIdentity) throws {
        try execute(
            "DELETE FROM resource WHERE module = ? AND address = ?",
            [try module(identity.environment, identity.module), identity.address.text])
        rows -= Int64(db.changesCount)
        changedEnvironments.insert(identity.environment)
    }
}
