// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Answers the endpoint's requests by those of its models.
struct EndpointGateway: Sendable {
    private static let answerLimit = Duration.seconds(60)
    /// How long a request waits for a model that is being started again.
    private static let waitLimit = Duration.seconds(10)
    private static let largestAnswer = 64 << 20
    /// Headers of one connection, which say nothing about the next.
    private static let ofConnection: Set<String> = [
        "connection", "keep-alive", "transfer-encoding", "content-length", "te", "trailer", "upgrade", "expect", "host",
        "proxy-authenticate", "proxy-authorization", "proxy-connection"
    ]

    let split: TrafficSplit
    let services: any HostServices

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.url.hasPrefix("/") else { return Self.refusal(400, "the address is no path") }
        let begun = services.clock.now()
        var tries = 0
        while true {
            switch split.next() {
            case .nothingServed:
                return Self.refusal(503, "nothing is deployed here yet: a Deploy step brings a model into service")
            case .noneReady(let version):
                if services.clock.now().since(begun) > Self.waitLimit {
                    split.count(version, isError: true, after: passed(since: begun))
                    return Self.refusal(503, "the model '\(version)' does not answer; it is being started again")
                }
                do throws(CallError) { try await services.clock.sleep(for: .milliseconds(20)) } catch {
                    return Self.refusal(503, "the endpoint is being stopped")
                }
            case .taken(let version, let copy, let port):
                let outcome = await forward(request, to: port, predict: copy.package.predict)
                copy.dismiss()
                tries += 1
                switch outcome {
                case .success(let response):
                    split.count(version, isError: response.status >= 500, after: passed(since: begun))
                    return response
                case .failure(let error):
                    if maySend(again: request, after: error, tries, since: begun) {
                        do throws(CallError) { try await services.clock.sleep(for: .milliseconds(50)) } catch {
                            continue
                        }
                        continue
                    }
                    split.count(version, isError: true, after: passed(since: begun))
                    return Self.refusal(for: error, version)
                }
            }
        }
    }

    /// A clock that was set back makes no request shorter than nothing.
    private func passed(since begun: Timestamp) -> Duration { max(.zero, services.clock.now().since(begun)) }

    /// Whether the request may be sent once more: where it never arrived, as to a program whose death was not noticed
    /// yet, and once where it asks only. More often would let a request that kills a model kill every copy.
    private func maySend(
        again request: HTTPRequest, after error: CallError, _ tries: Int, since begun: Timestamp
    ) -> Bool {
        switch error.reason {
        case .failed, .unreachable: services.clock.now().since(begun) < Self.waitLimit
        case .lost: tries < 2 && (request.method == "GET" || request.method == "HEAD")
        default: false
        }
    }

    /// A request to the endpoint's own address is one for a prediction.
    private func forward(
        _ request: HTTPRequest, to port: Int, predict: String
    ) async -> Result<HTTPResponse, CallError> {
        let path = request.url == "/" && request.method == "POST" ? predict : request.url
        var headers = request.headers.filter { !Self.ofConnection.contains($0.name.lowercased()) }
        // A kept connection may be closed by the model just when it is used again, and the request would be lost.
        headers.append(("connection", "close"))
        do throws(CallError) {
            var response = try await services.http.send(
                HTTPRequest(
                    method: request.method, url: "http://127.0.0.1:\(port)\(path)", headers: headers,
                    body: request.body, timeout: Self.answerLimit, largestResponse: Self.largestAnswer))
            response.headers.removeAll { Self.ofConnection.contains($0.name.lowercased()) }
            return .success(response)
        } catch {
            return .failure(error)
        }
    }

    private static func refusal(for error: CallError, _ version: String) -> HTTPResponse {
        switch error.reason {
        case .timedOut: refusal(504, "the model '\(version)' did not answer in time")
        case .invalid: refusal(400, error.diagnostic.message)
        default: refusal(502, "the model '\(version)' gave no answer: \(error.diagnostic.message)")
        }
    }

    private static func refusal(_ status: Int, _ reason: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("content-type", "application/json")],
            body: Array((Value.object(["error": .string(reason)]).json(.plain) + "\n").utf8))
    }
}
