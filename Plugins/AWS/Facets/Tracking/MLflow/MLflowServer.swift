// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The REST API of an MLflow tracking server, in its version 2.0.
struct MLflowServer: Sendable {
    /// Without a slash at its end.
    let address: String
    let services: any HostServices

    private static let tries = 4

    /// A call that only asks, or that does no harm when it comes twice.
    ///
    /// - Parameters:
    ///   - path: Behind `/api/2.0/mlflow/`.
    ///   - body: Nil for a question by GET, whose parameters are in `query`.
    func call(
        _ path: String, query: [(String, String)] = [], _ body: ObjectValue? = nil
    ) async throws(CallError) -> ObjectValue {
        let answer = try await send(
            HTTPRequest(
                method: body == nil ? "GET" : "POST", url: address + "/api/2.0/mlflow/" + path + Self.text(query),
                headers: body == nil ? [] : [("Content-Type", "application/json")],
                body: body.map { Array(Value.object($0).plainJSON.utf8) } ?? []))
        do {
            return try Value(foreignJSON: answer.body).object ?? [:]
        } catch { throw fault(path, "byte \(error.offset): \(error.reason)") }
    }

    /// Sends, and again where the answer was lost or the server was not well.
    func send(_ request: HTTPRequest) async throws(CallError) -> HTTPResponse {
        var waits = Waits(first: .milliseconds(200), longest: .seconds(5), total: .seconds(20))
        for attempt in 1...Self.tries {
            try checkCancellation()
            let isLast = attempt == Self.tries
            do throws(CallError) {
                let answer = try await services.http.send(request)
                if (200...299).contains(answer.status) { return answer }
                if ![429, 500, 502, 503, 504].contains(answer.status) || isLast { throw refusal(answer, request) }
            } catch {
                guard !isLast, [.lost, .timedOut, .unreachable].contains(error.reason) else { throw told(error) }
            }
            guard let wait = waits.next(services.randomness) else { break }
            try await services.clock.sleep(for: wait)
        }
        throw CallError(.failed, "the MLflow server at \(address) does not answer as it should")
    }

    private func told(_ error: CallError) -> CallError {
        guard error.reason == .unreachable else { return error }
        return CallError(
            .unreachable, "the MLflow server at \(address) cannot be reached: \(error.diagnostic.message)",
            notes: error.diagnostic.notes,
            help: [
                "it may listen inside its own network alone: work from there, or give `mlflow` the address of a tunnel"
            ])
    }

    func refusal(_ answer: HTTPResponse, _ request: HTTPRequest) -> CallError {
        let said = Self.object(answer.body)
        let code = said?["error_code"]?.string
        let message = said?["message"]?.string.map { $0.prefix { $0 != "\n" } }.map(String.init)
        let reason: CallError.Reason =
            switch (code, answer.status) {
            case ("RESOURCE_DOES_NOT_EXIST", _), (_, 404): .notFound
            case ("RESOURCE_ALREADY_EXISTS", _), (_, 409): .conflict
            case ("PERMISSION_DENIED", _), ("UNAUTHENTICATED", _), (_, 401), (_, 403): .denied
            case ("INVALID_PARAMETER_VALUE", _), ("BAD_REQUEST", _), (_, 400): .invalid
            case ("REQUEST_LIMIT_EXCEEDED", _), (_, 429): .throttled(retryAfter: nil)
            default: .failed
            }
        return CallError(
            reason, "MLflow refuses: \(message ?? "status \(answer.status)")",
            notes: [
                "\(request.method) \(request.url.split(separator: "?").first ?? "")" + (code.map { ": \($0)" } ?? "")
            ])
    }

    /// Nil of a page, or of nothing, which proxies answer with.
    private static func object(_ body: [UInt8]) -> ObjectValue? {
        do {
            return try Value(foreignJSON: body).object
        } catch { return nil }
    }

    func fault(_ path: String, _ reason: String) -> CallError {
        CallError(
            .failed, "the answer to \(path) is not what MLflow says: \(reason)",
            help: ["check that \(address) is the address of an MLflow tracking server"])
    }

    private static func text(_ query: [(String, String)]) -> String {
        query.isEmpty
            ? "" : "?" + query.map { "\($0.0)=\(MLflowServer.escaped($0.1))" }.joined(separator: "&")
    }

    /// Text as a part of an address.
    static func escaped(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        var escaped = ""
        for byte in text.utf8 {
            if plain.contains(byte) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                escaped += "%" + WireText.hex([byte]).uppercased()
            }
        }
        return escaped
    }

    /// A text in a filter.
    static func quoted(_ text: String) throws(CallError) -> String {
        if !text.contains("'") { return "'\(text)'" }
        if !text.contains("\"") { return "\"\(text)\"" }
        throw CallError(.invalid, "MLflow finds nothing by a name with both kinds of quotes: \(text)")
    }
}

/// Tags by which things made here are known again.
enum MLflowTag {
    static let token = "converge.token"
    static let digest = "converge.digest"
    static let metrics = "converge.metrics"
    /// Which files of a package may be executed, which MLflow does not keep.
    static let executables = "converge.executables"

    /// The digest of an artifact of a run.
    static func artifact(_ name: String) -> String { "converge.artifact.\(name)" }

    static func list(_ tags: [(String, String)]) -> Value {
        .list(tags.map { ["key": .string($0.0), "value": .string($0.1)] })
    }

    static func values(_ list: Value?) -> [String: String] {
        let pairs = (list?.list ?? []).compactMap { item -> (String, String)? in
            guard let key = item.object?["key"]?.string else { return nil }
            return (key, item.object?["value"]?.string ?? "")
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}
