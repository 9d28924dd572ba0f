// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Tells all who subscribed to a topic of SNS.
///
/// SNS knows no token of a message, but in a first-in-first-out topic: a call whose answer is lost may have told them.
struct TopicNotifier: Notifier {
    let client: AWSClient
    let topic: String

    func send(_ request: NotifyRequest) async throws(CallError) {
        try checkCancellation()
        var parameters: ObjectValue = [
            "topic_arn": .string(topic), "message": .string(request.text), "subject": .string(request.subject),
            "message_attributes": [
                "severity": ["data_type": "String", "string_value": .string(request.severity.rawValue)],
                "run": ["data_type": "String", "string_value": .string(request.context.run)],
                "step": ["data_type": "String", "string_value": .string(request.context.operation)]
            ]
        ]
        let isOrdered = topic.hasSuffix(".fifo")
        if isOrdered {
            parameters["message_group_id"] = "converge"
            parameters["message_deduplication_id"] = .string(request.context.token.text)
        }
        do throws(AWSFailure) {
            _ = try await client.call("sns", "Publish", parameters, context: request.context, repeatable: isOrdered)
        } catch { throw error.callError }
    }
}
