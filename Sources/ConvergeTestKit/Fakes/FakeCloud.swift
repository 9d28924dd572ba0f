// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK
import Synchronization

/// A small platform behind HTTP, for tests of the conformance suite and as an example: buckets with a size, a class
/// and a password.
///
/// `POST /buckets?token=T` (the same token gives the same bucket), `GET`, `PATCH?token=T` and `DELETE /buckets/ID`,
/// `GET /buckets?after=ID` (two a page), `GET /buckets?token=T` (made by a token), `GET /buckets/ID?token=T` (whether
/// the token was its last change). `&if=VERSION` behind `PATCH` and `DELETE` answers 412 where the bucket has another one.
/// Secrets arrive in the header `x-password`.
public final class FakeCloud: HTTPClient {
    private struct Bucket {
        var content: ObjectValue
        var token: String
        var change: String?
        var password: String?
        /// How often it was changed.
        var version = 0
    }

    private struct State {
        var buckets: [String: Bucket] = [:]
        var nextNumber = 1
    }

    private let state = Mutex(State())
    private let secrets: [String: String]

    /// - Parameter secrets: The texts of secrets by name.
    public init(secrets: [String: String] = [:]) { self.secrets = secrets }

    public func send(_ request: HTTPRequest) async throws(CallError) -> HTTPResponse {
        if Task.isCancelled { throw CallError(.cancelled, "stopped on request") }
        let parts = request.url.split(separator: "?", maxSplits: 1).map(String.init)
        let id = parts.first?.split(separator: "/").dropFirst().first.map(String.init)
        var query: [String: String] = [:]
        for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
            if sides.count == 2 { query[sides[0]] = sides[1] }
        }
        let content = (try? Value(json: request.body))?.object ?? [:]
        let password = request.headers.first { $0.name == "x-password" }?.value.secret.flatMap { secrets[$0.name] }
        return state.withLock { state in
            switch (request.method, id) {
            case ("POST", nil): Self.make(content, password, query["token"] ?? "", &state)
            case ("GET", nil): Self.list(query, state)
            case ("GET", let id?): Self.answer(id, state.buckets[id], ifChangedBy: query["token"])
            case ("PATCH", let id?), ("DELETE", let id?):
                if let version = query["if"], let bucket = state.buckets[id], version != String(bucket.version) {
                    HTTPResponse(status: 412)
                } else if request.method == "DELETE" {
                    HTTPResponse(status: state.buckets.removeValue(forKey: id) == nil ? 404 : 204)
                } else {
                    Self.change(id, content, query["token"], &state)
                }
            default: HTTPResponse(status: 405)
            }
        }
    }

    private static func answer(_ id: String, _ bucket: Bucket?, ifChangedBy token: String? = nil) -> HTTPResponse {
        guard let bucket, token == nil || bucket.change == token else { return HTTPResponse(status: 404) }
        let value: ObjectValue = [
            "id": .string(id), "content": .object(bucket.content),
            "password": bucket.password.map { .string($0) } ?? .null, "version": .string(String(bucket.version))
        ]
        return HTTPResponse(status: 200, body: Array(Value.object(value).json().utf8))
    }

    private static func make(
        _ content: ObjectValue, _ password: String?, _ token: String, _ state: inout State
    ) -> HTTPResponse {
        if !token.isEmpty, let known = state.buckets.first(where: { $0.value.token == token }) {
            return answer(known.key, known.value)
        }
        let id = "b-\(1000 + state.nextNumber)"
        state.nextNumber += 1
        let bucket = Bucket(content: content, token: token, change: nil, password: password)
        state.buckets[id] = bucket
        return answer(id, bucket)
    }

    private static func change(
        _ id: String, _ content: ObjectValue, _ token: String?, _ state: inout State
    ) -> HTTPResponse {
        guard var bucket = state.buckets[id] else { return HTTPResponse(status: 404) }
        bucket.content = content
        bucket.change = token
        bucket.version += 1
        state.buckets[id] = bucket
        return answer(id, bucket)
    }

    private static func list(_ query: [String: String], _ state: State) -> HTTPResponse {
        var ids = state.buckets.keys.sorted()
        if let token = query["token"] { ids = ids.filter { state.buckets[$0]?.token == token } }
        ids = ids.filter { $0 > query["after"] ?? "" }
        let page = ids.prefix(2).map { Value.string($0) }
        return HTTPResponse(status: 200, body: Array(Value.list(Array(page)).json().utf8))
    }
}
