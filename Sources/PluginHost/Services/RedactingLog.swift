// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What a piece of work told: where the host's executor takes logs and progress from.
package enum WorkLogEvent: Sendable, Hashable {
    /// One line, without its end.
    case line(String, CallContext)
    /// How far the work is, from 0 to 1 where that is known, and what it is doing.
    case progress(Double?, String, CallContext)
}

/// Takes what work tells, from any thread, without waiting.
package typealias WorkLogSink = @Sendable (WorkLogEvent) -> Void

/// Hands redacted lines and progress to a sink.
struct RedactingLog: WorkLog {
    let redactor: Redactor
    let sink: WorkLogSink

    func write(_ text: String, _ context: CallContext) {
        var lines = redactor.redact(text).split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines { sink(.line(String(line), context)) }
    }

    func progress(_ fraction: Double?, _ text: String, _ context: CallContext) {
        let clipped = fraction.flatMap { $0.isNaN ? nil : min(max($0, 0), 1) }
        sink(.progress(clipped, redactor.redact(text), context))
    }
}
