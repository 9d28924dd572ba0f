// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

@Suite(.serialized) struct SupervisorTests {
    private let folder: TemporaryFolder
    private let service = SupervisedServiceSpecification(
        id: "echo/one", plugin: "fixture", service: "echo", configuration: ["a": 1])

    /// In a folder whose socket has a longer path than an address holds.
    init() throws { folder = try TemporaryFolder() }

    private var stateFolder: String { folder.path + "/" + String(repeating: "long-", count: 20) + "/.converge" }

    private func session(launching command: [String] = ["/no/such/supervisor"]) throws -> PluginSession {
        let locator = PluginLocator(folders: [try PluginFixture.shared.get().folder])
        return PluginSession(
            .init(stateFolder: stateFolder, locator: locator, supervisorCommand: command), sink: { _ in })
    }

    /// Runs a supervisor while the body runs, and ends it.
    private func supervising(_ body: (any Supervisor) async throws -> Void) async throws {
        let server = SupervisorServer(session: try session(), patience: .seconds(60))
        let task = Task { try await server.run() }
        try await listening()
        try await body(try session().services.supervisor)
        task.cancel()
        #expect(try await task.value == .terminated)
    }

    private func listening() async throws {
        let socket = stateFolder + "/run/supervisor.sock"
        let isThere = try await eventually { FileManager.default.fileExists(atPath: socket) }
        #expect(isThere)
    }

    @Test func `a service starts, answers, is listed and stops`() async throws {
        try await supervising { supervisor in
            try await supervisor.ensure(service)
            let answer = try await supervisor.call("echo/one", "hello", timeout: .seconds(10))
            #expect(answer == ["echo": "hello", "configuration": ["a": 1], "count": 0])
            let status = SupervisedServiceStatus(
                id: "echo/one", plugin: "fixture", service: "echo", isRunning: true, restarts: 0, lastFailure: nil)
            #expect(try await supervisor.list() == [status])
            try await supervisor.stop("echo/one")
            try await supervisor.stop("echo/one")
            #expect(try await supervisor.list().isEmpty)
            let error = await #expect(throws: CallError.self) {
                try await supervisor.call("echo/one", "hello", timeout: .seconds(10))
            }
            #expect(error?.reason == .notFound)
        }
    }

    @Test func `the same configuration changes nothing, another one restarts`() async throws {
        try await supervising { supervisor in
            try await supervisor.ensure(service)
            _ = try await supervisor.call("echo/one", 1, timeout: .seconds(10))
            try await supervisor.ensure(service)
            #expect(try await supervisor.call("echo/one", 2, timeout: .seconds(10)).object?["count"] == 1)
            var changed = service
            changed.configuration = ["a": 2]
            try await supervisor.ensure(changed)
            let answer = try await supervisor.call("echo/one", 3, timeout: .seconds(10))
            #expect(answer == ["echo": 3, "configuration": ["a": 2], "count": 0])
        }
    }

    @Test func `a service that fails is started again, and its sender is told that the answer is lost`() async throws {
        try await supervising { supervisor in
            try await supervisor.ensure(service)
            let error = await #expect(throws: CallError.self) {
                try await supervisor.call("echo/one", "fail", timeout: .seconds(10))
            }
            #expect(error?.reason == .lost)
            #expect(try await supervisor.call("echo/one", "again", timeout: .seconds(10)).object?["count"] == 0)
            let status = try #require(try await supervisor.list().first)
            #expect(status.restarts == 1)
            #expect(status.lastFailure == "asked to fail")
        }
    }

    @Test func `what a service refuses arrives whole, and silence is a time-out`() async throws {
        try await supervising { supervisor in
            try await supervisor.ensure(service)
            let refused = await #expect(throws: CallError.self) {
                try await supervisor.call("echo/one", "refuse", timeout: .seconds(10))
            }
            #expect(refused == CallError(.denied, "no", help: ["ask nicely"]))
            let silent = await #expect(throws: CallError.self) {
                try await supervisor.call("echo/one", "silence", timeout: .milliseconds(200))
            }
            #expect(silent?.reason == .timedOut)
        }
    }

    @Test func `a plugin or service that is not there is told to the one who asked`() async throws {
        try await supervising { supervisor in
            var wrong = service
            wrong.service = "nothing"
            let unknown = wrong
            let error = await #expect(throws: CallError.self) { try await supervisor.ensure(unknown) }
            #expect(error?.diagnostic.code == .unknownService)
            #expect(error?.diagnostic.notes == ["it has: echo"])
            let running = try await supervisor.list()
            #expect(running.isEmpty)
        }
    }

    @Test func `the next supervisor starts what the last one ran`() async throws {
        try await supervising { try await $0.ensure(service) }
        let specifications = stateFolder + "/run/services.json"
        #expect(try TemporaryFolder.mode(specifications) == 0o600)
        #expect(try TemporaryFolder.mode(stateFolder + "/run") == 0o700)
        try await supervising { supervisor in
            let answer = try await supervisor.call("echo/one", "hello", timeout: .seconds(10))
            #expect(answer.object?["count"] == 0)
        }
    }

    @Test func `a second supervisor is not needed`() async throws {
        try await supervising { _ in
            let ending = try await SupervisorServer(session: try session()).run()
            #expect(ending == .notNeeded)
        }
    }

    @Test func `a supervisor with nothing to do leaves, and one whose project is gone does too`() async throws {
        let idle = SupervisorServer(session: try session(), patience: .milliseconds(100))
        #expect(try await idle.run() == .left)
        let server = SupervisorServer(session: try session(), patience: .seconds(60))
        let task = Task { try await server.run() }
        try await listening()
        try FileManager.default.removeItem(atPath: stateFolder)
        #expect(try await task.value == .projectGone)
    }

    @Test func `a supervisor of another build makes room for a new one`() async throws {
        let server = SupervisorServer(session: try session(), patience: .seconds(60))
        let task = Task { try await server.run() }
        try await listening()
        let other = try PluginFixture()
        let bundle = try other.add(FixtureLibraries.working)
        try other.addManifest(for: bundle, sha256: "of another build")
        let client = PluginSession(
            .init(
                stateFolder: stateFolder, locator: PluginLocator(folders: [other.folder]),
                supervisorCommand: ["/no/such/supervisor"]), sink: { _ in })
        let error = await #expect(throws: CallError.self) { try await client.services.supervisor.ensure(service) }
        #expect(error?.diagnostic.code == .supervisorNotStarted)
        #expect(try await task.value == .left)
    }

    @Test func `the supervisor is started on first need, apart from the terminal`() async throws {
        let marker = folder.path + "/started"
        let client = try session(launching: ["/bin/sh", "-c", "echo hello; pwd >'\(marker)'; exec sleep 20"])
        let ensuring = Task { [service] in try await client.services.supervisor.ensure(service) }
        let isStarted = try await eventually { FileManager.default.fileExists(atPath: marker) }
        #expect(isStarted)
        try await supervising { supervisor in
            try await ensuring.value
            #expect(try await supervisor.list().map(\.id) == ["echo/one"])
        }
        let log = stateFolder + "/run/supervisor.log"
        #expect(try String(contentsOfFile: log, encoding: .utf8).hasPrefix("hello\n"))
        #expect(try TemporaryFolder.mode(log) == 0o600)
    }

    @Test func `a supervisor that fails at its start is told with its log`() async throws {
        try FileManager.default.createDirectory(atPath: stateFolder + "/run", withIntermediateDirectories: true)
        try Data("T supervisor: fails: an older story\n".utf8).write(
            to: URL(fileURLWithPath: stateFolder + "/run/supervisor.log"))
        let client = try session(launching: ["/bin/sh", "-c", "echo no room left; exit 1"])
        let error = await #expect(throws: CallError.self) { try await client.services.supervisor.ensure(service) }
        #expect(error?.diagnostic.code == .supervisorNotStarted)
        #expect(error?.diagnostic.notes == ["it said: no room left"])
        #expect(error?.diagnostic.help == ["tail '\(stateFolder)/run/supervisor.log'"])
    }

    @Test func `SIGTERM ends the supervisor and its services cleanly`() async throws {
        let state = stateFolder
        await #expect(processExitsWith: .success) { [state = state as String] in
            let locator = PluginLocator(folders: [])
            let session = PluginSession(
                .init(stateFolder: state, locator: locator, supervisorCommand: []), sink: { _ in })
            let server = Task { try await SupervisorServer(session: session, patience: .seconds(60)).run() }
            let socket = state + "/run/supervisor.sock"
            while !FileManager.default.fileExists(atPath: socket) { await Task.yield() }
            kill(getpid(), SIGTERM)
            let ending = try await server.value
            #expect(ending == .terminated)
            #expect(!FileManager.default.fileExists(atPath: socket))
        }
    }

    @Test func `nothing is started to find out that nothing runs`() async throws {
        let supervisor = try session().services.supervisor
        #expect(try await supervisor.list().isEmpty)
        try await supervisor.stop("echo/one")
        let error = await #expect(throws: CallError.self) {
            try await supervisor.call("echo/one", 1, timeout: .seconds(1))
        }
        #expect(error?.diagnostic.code == .unknownService)
        #expect(!FileManager.default.fileExists(atPath: stateFolder))
    }
}
