// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let wait = StepKindSchema(
        name: "Wait",
        doc: "Waits for a time or a signal; no process need be there meanwhile",
        example: #"step pause: Wait { duration: 2h }"#,
        fields: [
            .optional("duration", .optional(.duration), default: nil, "how long, from when the step begins"),
            .optional("until", .optional(.time), default: nil, "the time at which it goes on"),
            .optional(
                "signal", .optional(.string), default: nil, "the name under which `signal RUN NAME` lets it go on")
        ],
        outputs: [
            .output("at", .time, "when it went on"),
            .output("signalled", .bool, "true where the signal came, false where the time did"),
            .output("value", .any, "what was given with the signal; null without"),
            .output("by", .optional(.string), "who gave it")
        ],
        rules: [
            KindRule(
                .nothingToWaitFor, where: "duration != null or until != null or signal != null", field: "signal",
                message: "nothing is said that could be waited for",
                help: ["duration: 2h", "until: 2026-12-01T08:00:00Z", "signal: \"delivered\""]),
            KindRule(
                .nothingToWaitFor, where: "duration == null or until == null", field: "until",
                message: "'duration' and 'until' name two times", help: ["keep one of them"]),
            KindRule(
                .noSpan, where: "duration == null or duration > 0s", field: "duration",
                message: "there is nothing to wait for in ${duration ?? 0s}",
                help: [
                    "give it a time longer than nothing", "leave the step out with `@when` where nothing is waited for"
                ])
        ]
    ).waiting()
}

/// Waits without a process.
struct WaitExecutor: StepExecutor {
    let kind = "Wait"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        throw CallError(.unsupported(feature: "waiting"), "this host waits for nothing")
    }

    func advance(_ request: StepRequest) async throws(CallError) -> StepProgress {
        let fields = StepFields(request)
        let now = request.host.services.clock.now()
        let signal = try fields.optionalText("signal")
        if let signal, let given = try await request.host.signal(signal, request.context) {
            return .finished(
                StepResponse(outputs: [
                    "at": .time(given.at), "signalled": true, "value": given.value, "by": .string(given.by)
                ]))
        }
        let end = try await end(fields, now, request)
        if let end, end <= now {
            return .finished(
                StepResponse(outputs: ["at": .time(end), "signalled": false, "value": .null, "by": .null]))
        }
        let parts = [signal.map { "the signal '\($0)'" }, end?.toTheSecond].compactMap(\.self)
        return .paused(StepPause(until: end, signal: signal, text: parts.joined(separator: " or ")))
    }

    /// When it goes on without a signal; nil for never. The end of a duration is recorded when it begins.
    private func end(
        _ fields: StepFields, _ now: Timestamp, _ request: StepRequest
    ) async throws(CallError) -> Timestamp? {
        if case .time(let time) = fields.value("until") { return time }
        guard case .duration(let duration) = fields.value("duration") else { return nil }
        if let handle = request.handle, let nanoseconds = Int64(handle) { return Timestamp(nanoseconds: nanoseconds) }
        let end = now.advanced(by: duration)
        try await request.host.record(handle: String(end.nanoseconds), request.context)
        return end
    }
}

extension Timestamp {
    /// For people: `2026-12-01T08:00:00Z`.
    var toTheSecond: String { description.prefix(19) + "Z" }
}
