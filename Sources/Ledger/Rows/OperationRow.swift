// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import GRDB

/// The columns that an intent fills.
struct IntentRow: Sendable {
    let token: String
    let run: String
    let identity: ResourceIdentity
    let effect: String
    /// Of the resource or the step; nil for a move.
    let kind: String?
    let attempt: Int64
    let inputs: String
    let contentKey: String?
    let handle: String?
    let started: Int64
    let checksum: Int64
    /// The columns of its end; an operation that was reused or skipped has them from the start.
    let result: ResultRow

    init(_ record: OperationRecord) {
        token = record.token.text
        run = record.run
        identity = record.identity
        switch record.effect {
        case .resource(let form, let name): (effect, kind) = (form.rawValue, name)
        case .move: (effect, kind) = ("move", nil)
        case .forget(let name): (effect, kind) = ("forget", name)
        case .adopt(let name): (effect, kind) = ("adopt", name)
        case .step(let name): (effect, kind) = ("step", name)
        }
        attempt = Int64(record.attempt)
        if case .move(let former) = record.effect {
            inputs = ColumnText.write(["from": .string(former.text)])
        } else {
            inputs = ColumnText.write(record.inputs)
        }
        contentKey = record.contentKey
        handle = record.handle
        started = record.started.nanoseconds
        checksum = Checksum.of(
            [
                token, identity.environment, identity.module, identity.address.text, effect, kind, inputs, contentKey
            ], [attempt, started])
        result = ResultRow(
            OperationResult(
                token: record.token, status: record.status, outputs: record.outputs, reads: record.reads,
                writes: record.writes, failure: record.failure, ended: record.ended ?? record.started),
            hasEnded: record.ended != nil)
    }
}

/// The columns that the end of an operation fills.
struct ResultRow: Sendable {
    let token: String
    let status: String
    let outputs: String?
    let reads: String?
    let writes: String?
    let failure: String?
    let ended: Int64?
    let checksum: Int64

    init(_ result: OperationResult, hasEnded: Bool = true) {
        token = result.token.text
        status = result.status.rawValue
        outputs = result.outputs.isEmpty ? nil : ColumnText.write(result.outputs)
        reads = ColumnText.write(result.reads.map { .reference($0) })
        writes = ColumnText.write(result.writes.map { .reference($0) })
        failure = ColumnText.write(result.failure)
        ended = hasEnded ? result.ended.nanoseconds : nil
        checksum = Checksum.of([token, status, outputs, reads, writes, failure], [ended])
    }
}

extension OperationRecord {
    static let columns = """
        operation.id, token, module.environment, module.name, address, effect, operation.kind, attempt, operation.status, \
        inputs, content_key, handle, operation.started, intent_checksum, operation.outputs, reads, writes, \
        operation.failure, operation.ended, result_checksum, run.purpose
        """
    static let tables = """
        operation LEFT JOIN module ON module.id = operation.module LEFT JOIN run ON run.number = operation.id >> 32
        """

    /// - Parameter row: The columns of `columns`.
    init(row: Row) throws {
        let (id, token) = (row.number(0), row.text(1))
        do {
            let (address, effect, kind, attempt) = (row.text(4), row.text(5), row.optionalText(6), row.number(7))
            let (status, inputs, contentKey, started) = (row.text(8), row.text(9), row.optionalText(10), row.number(12))
            let (outputs, reads, writes) = (row.optionalText(14), row.optionalText(15), row.optionalText(16))
            let (failure, ended) = (row.optionalText(17), row.optionalNumber(18))
            let intent = Checksum.of(
                [token, row.text(2), row.text(3), address, effect, kind, inputs, contentKey], [attempt, started])
            let result = Checksum.of([token, status, outputs, reads, writes, failure], [ended])
            let given = try ColumnText.object(inputs)
            guard intent == row.number(13), result == row.number(19), let known = Status(rawValue: status),
                let meaning = Self.effect(effect, kind, given),
                let purpose = RunRecord.Purpose(rawValue: row.text(20))
            else { throw ColumnText.Misfit(reason: "its content is not what was written") }
            self.init(
                token: OperationToken(token), run: RunName(id >> 32, purpose).description,
                identity: ResourceIdentity(environment: row.text(2), module: row.text(3), address: Address(address)),
                effect: meaning, attempt: Int(attempt), status: known, inputs: given,
                outputs: try ColumnText.object(outputs ?? "{}"), handle: row.optionalText(11), contentKey: contentKey,
                reads: try ColumnText.references(reads), writes: try ColumnText.references(writes),
                failure: try ColumnText.failure(failure), started: Timestamp(nanoseconds: started),
                ended: ended.map { Timestamp(nanoseconds: $0) })
        } catch let misfit as ColumnText.Misfit {
            throw RowDamage(row: "operation \(token)", reason: misfit.reason)
        }
    }

    private static func effect(_ name: String, _ kind: String?, _ inputs: ObjectValue) -> Effect? {
        switch name {
        case "step": kind.map(Effect.step)
        case "forget": kind.map(Effect.forget)
        case "adopt": kind.map(Effect.adopt)
        case "move": inputs["from"]?.string.map { .move(from: Address($0)) }
        default: ResourceEffect(rawValue: name).map { .resource($0, kind: kind) }
        }
    }
}
