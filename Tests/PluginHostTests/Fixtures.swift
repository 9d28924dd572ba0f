// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginHost
import Synchronization

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/converge-test-" + UUID().uuidString.prefix(12)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "chmod -R u+w \"$0\" && rm -rf \"$0\"", path]
        do {
            try process.run()
            process.waitUntilExit()
        } catch { print("cannot remove \(path): \(error)") }
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let place = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: place).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try text.write(toFile: place, atomically: false, encoding: .utf8)
        return place
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    func names(_ name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + name).sorted()
    }

    static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}

/// Collects what is told from any thread.
final class Collector<Element: Sendable>: Sendable {
    private let collected = Mutex<[Element]>([])

    var all: [Element] { collected.withLock { $0 } }

    func add(_ element: Element) { collected.withLock { $0.append(element) } }
}

/// A supervisor for tests that need none.
struct NoSupervisor: Supervisor {
    func ensure(_ service: SupervisedServiceSpecification) async throws(CallError) { throw CallError(.failed, "none") }
    func call(_ id: String, _ message: Value, timeout: Duration) async throws(CallError) -> Value {
        throw CallError(.notFound, "none")
    }
    func stop(_ id: String) async throws(CallError) {}
    func list() async throws(CallError) -> [SupervisedServiceStatus] { [] }
}

/// Lent services over a folder of the test.
struct Lent {
    let folder: TemporaryFolder
    let services: LentServices
    let log = Collector<WorkLogEvent>()
    let redactor: Redactor

    init(secrets: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        let vault = SecretVault(sources: [EnvironmentSecretSource(variables: secrets)])
        redactor = vault.redactor
        services = LentServices(
            stateFolder: folder.path + "/.converge", vault: vault, supervisor: NoSupervisor(), sink: log.add)
    }

    static let context = CallContext(token: OperationToken("0"), run: "run-1", operation: "step")
}

/// Waits until the condition holds; false after ten seconds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
