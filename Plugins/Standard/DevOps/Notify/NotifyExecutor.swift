// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Tells people something.
struct NotifyExecutor: StepExecutor {
    let kind = "Notify"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let notifier = try await request.host.facet(
            (any Notifier).self, named: "Notifier", of: try fields.reference("to"))
        try await notifier.send(
            NotifyRequest(
                text: try fields.text("text"),
                severity: NoticeSeverity(rawValue: try fields.text("severity")) ?? .info, context: request.context))
        return StepResponse(outputs: [:])
    }
}
