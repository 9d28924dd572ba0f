// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Sends HTTP requests.
struct HttpExecutor: StepExecutor {
    let kind = "Http"

    private static let shownBody = 500

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let sent = try Self.request(fields)
        let answer = try await request.host.services.http.send(sent)
        let expected = (fields.value("expect_status").list ?? []).compactMap(\.int)
        let isExpected =
            expected.isEmpty ? (200..<300).contains(answer.status) : expected.contains(Int64(answer.status))
        let text = String(decoding: answer.body, as: UTF8.self)
        guard isExpected else {
            let shown = text.count > Self.shownBody ? text.prefix(Self.shownBody) + "…" : text
            throw CallError(
                .failed,
                Diagnostic(
                    .unexpectedStatus, "\(sent.method) \(sent.url) answered with status \(answer.status)",
                    notes: shown.isEmpty ? [] : ["it said: \(shown)"],
                    help: ["add expect_status: [\(answer.status)] where that is an answer"]))
        }
        return StepResponse(outputs: ["status": .int(Int64(answer.status)), "body": Self.body(answer, text)])
    }

    /// Sending again is safe only where the method says so.
    func recover(_ request: StepRequest) async throws(CallError) -> StepRecovery {
        let method = try StepFields(request).text("method")
        switch method {
        case "POST", "PATCH": return .cannotTell(reason: "the \(method) request may or may not have been answered")
        default: return .executeAgain
        }
    }

    private static func request(_ fields: StepFields) throws(CallError) -> HTTPRequest {
        var request = HTTPRequest(
            method: try fields.text("method"), url: try URLText.render(fields.value("url")),
            timeout: try fields.duration("timeout"))
        for entry in try fields.object("headers") {
            let value = entry.value.containsSecret ? entry.value : .string(try PlainText.render(entry.value))
            request.headers.append((entry.key, value))
        }
        switch fields.value("body") {
        case .null: break
        case .string, .template: request.body = Array(try fields.text("body").utf8)
        case let value:
            if value.containsSecret {
                throw CallError(
                    .invalid,
                    Diagnostic(
                        .secretBody, "the body holds a secret, and bodies are made of clear text",
                        help: ["send it in a header"]))
            }
            request.body = Array(value.json(.plain).utf8)
            if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
                request.headers.append(("Content-Type", "application/json"))
            }
        }
        return request
    }

    /// The answer as a value where it says that it is JSON and is; else as its text.
    private static func body(_ answer: HTTPResponse, _ text: String) -> Value {
        guard answer.header("Content-Type")?.lowercased().contains("json") == true else { return .string(text) }
        do {
            return try Value(foreignJSON: answer.body)
        } catch {
            return .string(text)
        }
    }
}
