// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let approve = StepKindSchema(
        name: "Approve",
        doc: "Waits until somebody approves with `approve RUN`; no process need be there meanwhile",
        example: #"step allow: Approve { by: ["ana", "bob"], text: "release the new model?", expires: 3d }"#,
        fields: [
            FieldSchema("text", .string, "the question", example: "release the new model?"),
            .optional("by", .list(.string), default: [], "the users who may; none: everybody"),
            .optional("expires", .optional(.duration), default: nil, "how long it is waited for; the step fails then")
        ],
        outputs: [
            .output("by", .string, "who approved"),
            .output("at", .time, "when"),
            .output("why", .optional(.string), "what was said with it")
        ],
        rules: [
            KindRule(
                .noSpan, where: "expires == null or expires > 0s", field: "expires",
                message: "nobody can approve within ${expires ?? 0s}",
                help: ["give it a time longer than nothing", "leave it out: it is waited for without an end"])
        ]
    ).waiting()
}

/// Waits for a person's word, without a process.
struct ApproveExecutor: StepExecutor {
    let kind = "Approve"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        throw CallError(.unsupported(feature: "approval"), "this host asks nobody")
    }

    func advance(_ request: StepRequest) async throws(CallError) -> StepProgress {
        let fields = StepFields(request)
        let people = try fields.texts("by")
        let signal = StepPause.approval(of: request.context.operation)
        if let given = try await request.host.signal(signal, request.context) {
            let why = given.value.object?["why"] ?? .null
            guard given.value.object?["approved"]?.bool == true else {
                let reason = why.string.map { ": \($0)" } ?? ""
                throw CallError(
                    .denied,
                    Diagnostic(
                        .notApproved, "\(given.by) denied it\(reason)",
                        help: ["a new run asks again"])
                ).about("text")
            }
            return .finished(StepResponse(outputs: ["by": .string(given.by), "at": .time(given.at), "why": why]))
        }
        let now = request.host.services.clock.now()
        let end = try await end(fields, now, request)
        if let end, end <= now {
            throw CallError(
                .denied, Diagnostic(.notApproved, "nobody approved until \(end.toTheSecond)", help: ["raise `expires`"])
            ).about("expires")
        }
        let names = people.isEmpty ? "" : " by \(people.joined(separator: " or "))"
        return .paused(
            StepPause(
                until: end, signal: signal,
                text: "approval\(names): \(try fields.text("text"))"))
    }

    private func end(
        _ fields: StepFields, _ now: Timestamp, _ request: StepRequest
    ) async throws(CallError) -> Timestamp? {
        guard case .duration(let duration) = fields.value("expires") else { return nil }
        if let handle = request.handle, let nanoseconds = Int64(handle) { return Timestamp(nanoseconds: nanoseconds) }
        let end = now.advanced(by: duration)
        try await request.host.record(handle: String(end.nanoseconds), request.context)
        return end
    }
}
