// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

/// A local platform in a temporary folder, on the services that the host lends.
struct LocalPlatform: Sendable {
    static let secretText = "correct horse battery"

    let folder: String
    let services: LentServices
    let supervisor: InProcessSupervisor

    /// Lends a platform, and takes it away with all that it started.
    static func with<T>(_ body: (LocalPlatform) async throws -> T) async throws -> T {
        let folder = NSTemporaryDirectory() + "converge-local-" + UUID().uuidString.lowercased()
        try FileManager.default.createDirectory(atPath: folder + "/local", withIntermediateDirectories: true)
        defer {
            // Kept artifacts are read-only, their folders too.
            for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
                chmod(folder + "/" + path, 0o700)
            }
            try? FileManager.default.removeItem(atPath: folder)
        }
        let supervisor = InProcessSupervisor(folder: folder + "/supervisor")
        let services = LentServices(
            stateFolder: folder + "/.converge",
            vault: SecretVault(sources: [EnvironmentSecretSource(variables: ["LOCAL_SECRET": secretText])]),
            supervisor: supervisor, sink: { _ in })
        await supervisor.lend(services)
        let platform = LocalPlatform(folder: folder, services: services, supervisor: supervisor)
        do {
            let result = try await body(platform)
            await supervisor.end()
            await services.close()
            return result
        } catch {
            await supervisor.end()
            await services.close()
            throw error
        }
    }

    /// A connection; a second one is what another process sees.
    func connect(_ services: (any HostServices)? = nil) async throws(CallError) -> any ListingProvider {
        let request = ConnectRequest(
            alias: "local", environment: "default", settings: [:], folder: folder + "/local",
            services: services ?? self.services)
        let contents = LoadedPlugins.local
        guard let connect = contents.connect, let provider = try await connect(request) as? any ListingProvider else {
            throw CallError(.failed, "the local plugin makes no provider that lists")
        }
        return provider
    }

    static func context(_ token: String = UUID().uuidString) -> CallContext {
        CallContext(token: OperationToken(token), run: "run-1", operation: "test")
    }

    static func schema(_ kind: String) throws -> ResourceKindSchema {
        try #require(LoadedPlugins.local.resourceKinds.first { $0.name == kind })
    }

    /// The defaults of a kind, with some fields given.
    static func inputs(_ kind: String, _ given: ObjectValue = [:]) throws -> ObjectValue {
        var inputs = ObjectValue()
        for field in try schema(kind).fields { inputs[field.name] = given[field.name] ?? field.defaultValue }
        return inputs
    }

    /// Makes a thing and gives one of its facets.
    func facet<T>(_ type: T.Type, _ name: String, of kind: String, _ given: ObjectValue = [:]) async throws -> T {
        let provider = try await connect()
        let inputs = try Self.inputs(kind, given)
        let identity = ResourceIdentity(
            environment: "default", module: "test", address: Address("thing_" + UUID().uuidString.prefix(8)))
        let made = try await provider.create(
            CreateRequest(kind: kind, identity: identity, inputs: inputs, context: Self.context()))
        let facet = try await provider.facet(
            FacetRequest(facet: name, kind: kind, identity: identity, inputs: inputs, outputs: made.outputs))
        return try #require(facet as? T)
    }

    /// Writes a file of this test and says where it is.
    func file(_ name: String, _ text: String) throws -> String {
        let path = folder + "/files/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }
}
