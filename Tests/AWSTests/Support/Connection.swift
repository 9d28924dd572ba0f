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
    let services: LentServices
    let client: AWSClient
    let redactor: Redactor
    let log: KeptLines

    static let keys = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "testing"]

    /// Lends a client, and closes its connections at the end.
    static func with<T>(
        _ settings: ObjectValue = [:], variables: [String: String] = keys, secrets: [String: String] = [:],
        _ body: (Connection) async throws -> T
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
        do {
            let client = try AWSClient(
                settings: AWSSettings(settings), services: services, surroundings: .files(all))
            let result = try await body(
                Connection(services: services, client: client, redactor: vault.redactor, log: log))
            await services.close()
            return result
        } catch {
            await services.close()
            throw error
        }
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

/// The lines that work logged.
final class KeptLines: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func keep(_ event: WorkLogEvent) {
        if case .line(let line, _) = event { kept.withLock { $0.append(line) } }
    }
}
