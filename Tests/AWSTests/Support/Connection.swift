// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import PluginFixtures
import PluginHost
import Synchronization

@testable import AWS

/// A client of AWS on the services that the host lends.
struct Connection: Sendable {
    let services: any HostServices
    let client: AWSClient
    let redactor: Redactor
    /// Sleeping moves it, so that no test waits.
    let clock: FakeClock
    let log: KeptLines

    static let keys = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "testing"]

    /// Lends a client, and closes its connections at the end.
    static func with<T>(
        _ settings: ObjectValue = [:], variables: [String: String] = keys, secrets: [String: String] = [:],
        asker: (any Asker)? = nil, _ body: (Connection) async throws -> T
    ) async throws -> T {
        let folder = try TemporaryFolder()
        let vault = SecretVault(sources: [EnvironmentSecretSource(variables: secrets)])
        let log = KeptLines()
        let services = LentServices(
            stateFolder: folder.path + "/.converge", vault: vault, supervisor: RefusingServices(),
            sink: { log.keep($0) })
        var all = variables
        all["HOME"] = all["HOME"] ?? folder.path
        all["AWS_EC2_METADATA_DISABLED"] = all["AWS_EC2_METADATA_DISABLED"] ?? "true"
        let clock = FakeClock(services.clock.now())
        let timed = TimedServices(real: services, clock: clock, asker: asker ?? Answering(nil))
        do {
            let client = try AWSClient(settings: AWSSettings(settings), services: timed, surroundings: .files(all))
            let connection = Connection(
                services: timed, client: client, redactor: vault.redactor, clock: clock, log: log)
            let result = try await body(connection)
            await services.close()
            return result
        } catch {
            await services.close()
            throw error
        }
    }

    /// A client of a server that says what the test tells it.
    static func with<T>(
        _ server: LoopbackServer, _ settings: ObjectValue = [:], variables: [String: String] = keys,
        secrets: [String: String] = [:], asker: (any Asker)? = nil, _ body: (Connection) async throws -> T
    ) async throws -> T {
        defer { server.stop() }
        var variables = variables
        variables["AWS_ENDPOINT_URL"] = server.address
        let settings = ObjectValue(dictionaryLiteral: ("region", "eu-west-1")).merging(settings)
        return try await with(settings, variables: variables, secrets: secrets, asker: asker, body)
    }

    /// A client of the imitation.
    static func withMoto<T>(
        _ settings: ObjectValue = [:], secrets: [String: String] = [:], _ body: (Connection) async throws -> T
    ) async throws -> T {
        let address = try await MotoServer.shared.address()
        let settings = ObjectValue(
            dictionaryLiteral: ("region", "eu-west-1"), ("endpoint", .string(address))
        ).merging(settings)
        return try await with(settings, secrets: secrets, body)
    }

    /// A token that no other test has.
    static func context(_ token: String = UUID().uuidString.replacing("-", with: "").lowercased()) -> CallContext {
        CallContext(token: OperationToken(token), run: "run-1", operation: "test")
    }

    /// A name that no other test has.
    static func name(_ stem: String) -> String { stem + "-" + UUID().uuidString.prefix(8).lowercased() }
}

/// Somebody who says the same to every question; nil for nobody.
final class Answering: Asker {
    private let answer: String?
    private let kept = Mutex<[String]>([])

    init(_ answer: String?) { self.answer = answer }

    var questions: [String] { kept.withLock { $0 } }

    func ask(_ question: String, _ context: CallContext) async throws(CallError) -> String? {
        kept.withLock { $0.append(question) }
        return answer
    }
}

/// Lent services with another clock, and somebody else to ask.
struct TimedServices: HostServices {
    let real: LentServices
    let clock: any WallClock
    let asker: any Asker

    var http: any HTTPClient { real.http }
    var listener: any HTTPListener { real.listener }
    var processes: any ProcessRunner { real.processes }
    var files: any FileStore { real.files }
    var databases: any DatabaseOpener { real.databases }
    var supervisor: any Supervisor { real.supervisor }
    var hashing: any Hashing { real.hashing }
    var randomness: any Randomness { real.randomness }
    var log: any WorkLog { real.log }
    var secrets: any SecretKeeper { real.secrets }
}

/// The lines that work logged.
final class KeptLines: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func keep(_ event: WorkLogEvent) {
        if case .line(let line, _) = event { kept.withLock { $0.append(line) } }
    }
}
