// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution

/// The spans of one run while it goes on: one of the run, and one of each attempt at an operation.
struct RunTrace {
    private let settings: TraceSettings
    private let run: Span
    private var open: [Address: Span] = [:]
    private let randomness: any Randomness

    init(_ record: RunRecord, _ settings: TraceSettings, _ randomness: any Randomness, at time: Timestamp) {
        self.settings = settings
        self.randomness = randomness
        let what = record.workflow.map { "\(record.module) \($0)" } ?? record.module
        run = Span(
            id: Self.id(8, randomness), name: "\(record.workflow == nil ? record.purpose.rawValue : "run") \(what)",
            parent: settings.parent?.span, trace: settings.parent?.trace ?? Self.id(16, randomness), started: time,
            attributes: Self.attributes(of: record))
    }

    private static func attributes(of record: RunRecord) -> ObjectValue {
        var attributes: ObjectValue = [
            "converge.run": .string(record.id), "converge.purpose": .string(record.purpose.rawValue),
            "converge.environment": .string(record.environment), "converge.module": .string(record.module)
        ]
        if let workflow = record.workflow { attributes["converge.workflow"] = .string(workflow) }
        return attributes
    }

    private static func id(_ count: Int, _ randomness: any Randomness) -> String {
        randomness.bytes(count).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    /// Where the work on an operation is in the trace; the run's own place where it is not under way.
    func place(of operation: Address) -> TraceParent {
        TraceParent(trace: run.trace, span: open[operation]?.id ?? run.id)
    }

    /// - Returns: The spans that have ended with the event.
    mutating func take(_ event: ExecutionEvent, at time: Timestamp) -> [ObjectValue] {
        switch event {
        case .operationStarted(let address, let action, let attempt):
            open[address] = span(address, action, attempt, time)
            return []
        case .operationRetry(let address, _, let failure):
            guard var span = open.removeValue(forKey: address) else { return [] }
            span.attributes["converge.status"] = "failed"
            return [span.document(ended: time, isOK: false, failure: Self.failure(failure))]
        case .operationEnded(let address, let action, let status, let took, let failure):
            // What was reused or skipped never began.
            var span = open.removeValue(forKey: address) ?? span(address, action, 0, time)
            span.attributes["converge.status"] = .string(status.rawValue)
            let ended = took > .zero ? min(time, span.started.advanced(by: took)) : time
            return [
                span.document(ended: ended, isOK: status.isWell, failure: failure.map { Self.failure($0) })
            ]
        case .runEnded(let record):
            var run = run
            run.attributes["converge.status"] = .string(record.status.rawValue)
            return [
                run.document(
                    ended: record.ended ?? time, isOK: record.status == .succeeded,
                    failure: record.failure.map { ($0.code, $0.message) })
            ]
        default: return []
        }
    }

    private func span(_ address: Address, _ action: String, _ attempt: Int, _ time: Timestamp) -> Span {
        var attributes: ObjectValue = [
            "converge.address": .string(address.text), "converge.action": .string(action)
        ]
        if attempt > 0 { attributes["converge.attempt"] = .int(Int64(attempt)) }
        return Span(
            id: Self.id(8, randomness), name: "\(action) \(address)", parent: run.id, trace: run.trace, started: time,
            attributes: attributes)
    }

    private static func failure(_ diagnostic: Diagnostic) -> (code: String, message: String) {
        (diagnostic.code.text, diagnostic.message)
    }
}

extension OperationRecord.Status {
    fileprivate var isWell: Bool { self == .succeeded || self == .reused || self == .recovered }
}
