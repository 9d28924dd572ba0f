// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

@Suite(.serialized) struct PluginSessionTests {
    private let folder: TemporaryFolder
    private let session: PluginSession

    init() throws {
        folder = try TemporaryFolder()
        session = PluginSession(
            .init(
                stateFolder: folder.path + "/.converge",
                locator: PluginLocator(folders: [try PluginFixture.shared.get().folder]), supervisorCommand: []),
            sink: { _ in })
    }

    private func create(_ provider: any Provider) async throws -> Value? {
        let identity = ResourceIdentity(environment: "dev", module: "m", address: Address("a"))
        let request = CreateRequest(kind: "fixture.Thing", identity: identity, inputs: [:], context: Lent.context)
        return try await provider.create(request).outputs["id"]
    }

    @Test func `a connection is opened once for an environment and alias, in a private folder of its own`() async throws
    {
        let first = try await session.provider(plugin: "fixture", alias: "one", environment: "dev", settings: [:])
        _ = try await session.provider(plugin: "fixture", alias: "one", environment: "dev", settings: ["size": 3])
        let other = try await session.provider(
            plugin: "fixture", alias: "two", environment: "dev", settings: ["size": 1])
        #expect(try await create(first) == "one-3")
        #expect(try await create(other) == "two-1")
        #expect(try folder.names(".converge/fixture/dev") == ["one", "two"])
        #expect(try folder.names(".converge/fixture/dev/one") == ["connected"])
        #expect(try TemporaryFolder.mode(folder.path + "/.converge/fixture/dev/one") == 0o700)
    }

    @Test func `an alias never leads out of the project`() async throws {
        _ = try await session.provider(plugin: "fixture", alias: "../../out", environment: "..", settings: [:])
        #expect(try folder.names(".converge/fixture") == ["%2e%2e"])
        #expect(try folder.names(".converge/fixture/%2e%2e") == ["%2e%2e%2f%2e%2e%2fout"])
    }

    @Test func `executors, functions and verbs are found by name and work`() async throws {
        let executor = try #require(try session.executor(of: "Double", placedOn: "elsewhere"))
        #expect(executor.kind == "Double")
        #expect(try session.executor(of: "Triple") == nil)
        let twice = try #require(try session.function(named: "fixture.twice"))
        #expect(try twice.call([21]) == 42)
        #expect(try session.function(named: "fixture.thrice") == nil)
        let found = try #require(try session.verb(named: "fixture.aliases"))
        let provider = try await session.provider(plugin: "fixture", alias: "a", environment: "dev", settings: [:])
        let request = VerbRequest(
            words: [], options: [:], providers: ["a": provider], context: Lent.context, services: session.services)
        #expect(try await found.verb.run(request).value == ["a"])
        #expect(found.plugin == "fixture")
    }

    @Test func `connecting to a plugin that is not there says so`() async throws {
        let error = await #expect(throws: CallError.self) {
            try await session.provider(plugin: "aws", alias: "aws", environment: "dev", settings: [:])
        }
        #expect(error?.diagnostic.code == .unknownPlugin)
    }
}
