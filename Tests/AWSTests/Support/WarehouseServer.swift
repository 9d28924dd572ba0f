// SPDX-License-Identifier: Apache-2.0
import ChildPrograms
import ConvergeSDK
import Foundation
import Testing

/// A server of Redshift's Data API over PostgreSQL, one for all tests of the process. It ends with the process.
actor WarehouseServer {
    static let shared = WarehouseServer()

    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Moto/redshift_data.py").path

    private var started: Task<String, any Error>?

    /// The server's address; the first call starts it.
    func address() async throws -> String {
        if let started { return try await started.value }
        let task = Task { try await Self.start() }
        started = task
        return try await task.value
    }

    private static func start() async throws -> String {
        let store = try await MotoServer.shared.address()
        return try await MotoServer.start { port in "python3 -W ignore '\(script)' \(port) --s3 '\(store)'" }
    }
}

/// True where the modules of Tests/Moto/requirements.txt are there of which the server is made.
let warehouseIsInstalled: Bool = {
    guard MotoServer.isInstalled else { return false }
    let child = try? ChildProgram(
        ["python3", "-W", "ignore", "-c", "import pgserver, pg8000, botocore"],
        variables: ProcessInfo.processInfo.environment, output: "/dev/null")
    return child?.end() == 0
}()
