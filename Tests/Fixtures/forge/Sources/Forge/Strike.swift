// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A job that the remote server does: begun once, found again by its token.
struct Strike: StepExecutor {
    static let schema = StepKindSchema(
        name: "forge.Strike", doc: "Has a job done",
        example: #"step strike: forge.Strike { at: "http://…", job: "bend" }"#,
        fields: [FieldSchema("at", .string, "the forge"), FieldSchema("job", .string, "what is to be done")],
        outputs: [.output("id", .string, "the job's number")])

    let kind = Strike.schema.name

    private func remote(_ request: StepRequest) -> Remote {
        Remote(request.inputs["at"]?.string ?? "", request.host.services)
    }

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let job: ObjectValue = [
            "job": request.inputs["job"] ?? .null, "token": .string(request.context.token.text)
        ]
        guard let begun = try await remote(request).ask("POST", "/jobs", job), let id = begun["id"] else {
            throw CallError(.failed, "the forge does no jobs")
        }
        try await request.host.record(handle: id.string ?? "", request.context)
        return StepResponse(outputs: ["id": id])
    }

    func recover(_ request: StepRequest) async throws(CallError) -> StepRecovery {
        guard let found = try await remote(request).found("jobs", request.context.token) else { return .executeAgain }
        return .finished(StepResponse(outputs: ["id": found["id"] ?? .null]))
    }
}
