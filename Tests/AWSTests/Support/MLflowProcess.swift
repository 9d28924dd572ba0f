// SPDX-License-Identifier: Apache-2.0
import ChildPrograms
import Foundation

/// MLflow's own server, one for all tests of the process. It ends with the process.
actor MLflowProcess {
    static let shared = MLflowProcess()

    private var started: Task<String, any Error>?

    /// The server's address; the first call starts it.
    func address() async throws -> String {
        if let started { return try await started.value }
        let script = WarehouseServer.script.replacing("redshift_data.py", with: "mlflow_server.py")
        let task = Task { try await MotoServer.start { port in "python3 -W ignore '\(script)' \(port)" } }
        started = task
        return try await task.value
    }
}

let mlflowIsInstalled: Bool = {
    let child = try? ChildProgram(
        [
            "python3", "-c",
            "import sys; from importlib import util; sys.exit(not util.find_spec('mlflow') or not util.find_spec('flask'))"
        ], variables: ProcessInfo.processInfo.environment, output: "/dev/null")
    return child?.end() == 0
}()
