// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Sends HTTP requests.
struct HttpExecutor: StepExecutor {
    let kind = "Http"

    private static let shownBody = 500

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let sent = try Self.request(fields)
        let answer = try await Self.answer(to: sent, request.host.services.http)
        let expected = (fields.value("expect_status").list ?? []).compactMap(\.int)
        let isExpected =
            expected.isEmpty ? (200..<300).contains(answer.status) : expected.contains(Int64(answer.status))
        let text = String(decoding: answer.body, as: UTF8.self)
        guard isExpected else { throw Self.unexpected(answer, text, to: sent) }
        guard text.utf8.elementsEqual(answer.body) else {
            throw CallError(
                .failed,
                Diagnostic(
                    .bodyNotText, "\(sent.method) \(sent.url) was answered with bytes that are not UTF-8",
                    help: [#"fetch a file with a Shell step: command: ["curl", "-fsSo", "FILE", "ADDRESS"]"#])
            ).about("url")
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

    private static func answer(
        to request: HTTPRequest, _ client: any HTTPClient
    ) async throws(CallError) -> HTTPResponse {
        do {
            return try await client.send(request)
        } catch {
            var error = error.about("url")
            switch error.reason {
            case .timedOut: error.diagnostic.help.append("raise `timeout` where an answer takes longer")
            case .lost: error.diagnostic.help.append(Self.retry + " where sending twice does no harm")
            case .unreachable: error.diagnostic.help.append(Self.retry + " where it may be there later")
            default: break
            }
            throw error
        }
    }

    private static let retry = #"add @retry: { attempts: 3, backoff: 1s, on: "transient" }"#

    /// An answer that the step does not expect.
    private static func unexpected(_ answer: HTTPResponse, _ text: String, to sent: HTTPRequest) -> CallError {
        let message = "\(sent.method) \(sent.url) answered with status \(answer.status)"
        let shown = text.count > shownBody ? text.prefix(shownBody) + "…" : text
        var notes = shown.isEmpty ? [] : ["it said: \(shown)"]
        let seconds = answer.header("Retry-After").flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
        guard answer.status == 429 || answer.status == 503 && seconds != nil else {
            let help = ["add expect_status: [\(answer.status)] where that is an answer"]
            return CallError(.failed, Diagnostic(.unexpectedStatus, message, notes: notes, help: help)).about("url")
        }
        let wait = seconds.map { Duration.seconds($0) }
        if let wait { notes.append("it asks to wait \(Value.duration(wait).literal)") }
        return CallError(.throttled(retryAfter: wait), message, notes: notes, help: [retry]).about("url")
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
                        help: ["send it in `headers`"])
                ).about("body")
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
