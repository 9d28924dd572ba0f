// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The open connections of a process, each made once.
actor ProviderConnections {
    private struct Key: Hashable {
        let plugin: String
        let environment: String
        let alias: String
        let settings: ObjectValue
    }

    private var opened: [Key: Task<Result<any Provider, CallError>, Never>] = [:]

    /// The connection, which the first who asks opens while the others wait. One that failed is tried again by the
    /// next who asks.
    func provider(
        plugin: String, _ request: ConnectRequest,
        _ connect: @escaping @Sendable (ConnectRequest) async throws(CallError) -> any Provider
    ) async throws(CallError) -> any Provider {
        let key = Key(
            plugin: plugin, environment: request.environment, alias: request.alias, settings: request.settings)
        let task = opened[key] ?? Task { await Self.open(request, connect) }
        opened[key] = task
        let result = await task.value
        if case .failure = result, opened[key] == task { opened[key] = nil }
        return try result.get()
    }

    private static func open(
        _ request: ConnectRequest, _ connect: @Sendable (ConnectRequest) async throws(CallError) -> any Provider
    ) async -> Result<any Provider, CallError> {
        do throws(CallError) {
            try await BlockingWork.run { (_) throws(CallError) in try Folders.make(request.folder) }
            return .success(try await connect(request))
        } catch {
            return .failure(error)
        }
    }

    func close() { opened = [:] }
}
