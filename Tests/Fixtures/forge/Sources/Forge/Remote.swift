// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The server's side, which makes a new thing at every request that asks for one.
struct Remote: Sendable {
    private let url: String
    private let services: any HostServices

    init(_ url: String, _ services: any HostServices) {
        self.url = url
        self.services = services
    }

    /// - Returns: What the server answers; nil where it has no such thing.
    func ask(_ method: String, _ path: String, _ body: ObjectValue? = nil) async throws(CallError) -> ObjectValue? {
        let response = try await services.http.send(
            HTTPRequest(
                method: method, url: url + path, body: body.map { Array(Value.object($0).json(.plain).utf8) } ?? []))
        if response.status == 404 { return nil }
        guard response.status == 200 else {
            throw CallError(.failed, "the forge answered \(response.status)")
        }
        do throws(JSONError) {
            return try Value(json: response.body).object ?? [:]
        } catch {
            throw CallError(.failed, "the forge answered nonsense")
        }
    }

    /// What was made under a token; nil where nothing was.
    func found(_ things: String, _ token: OperationToken) async throws(CallError) -> ObjectValue? {
        try await ask("GET", "/\(things)?token=\(token.text)")
    }
}
