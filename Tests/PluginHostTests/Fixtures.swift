// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Synchronization

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

/// Waits until the condition holds; false after four minutes, which a busy machine may need.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(240)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
