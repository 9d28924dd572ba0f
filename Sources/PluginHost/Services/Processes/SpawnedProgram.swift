// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Glibc

/// A program that this process started and may look after, and that goes on where this process dies.
///
/// One owner at a time uses it.
package struct SpawnedProgram: Sendable {
    package enum Ending: Sendable, Hashable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    package let process: Int32

    /// Starts a command with this process's variables, in a group of its own, with nothing to read.
    ///
    /// - Parameter log: The file that its output and errors are appended to.
    package init(_ command: [String], log: String) throws(CallError) {
        try Folders.make(Paths.parent(of: log))
        let environment = try (DurableFile.read("/proc/self/environ") ?? []).split(separator: 0).map(Array.init)
        let program = DetachedProgram(
            command: command, environment: environment, input: .nothing, output: .file(log), hasOwnGroup: true)
        switch program.start() {
        case .success(let process): self.process = process
        case .failure(let failure):
            throw CallError(.failed, "\(command.first ?? "") cannot be started: \(failure.words)")
        }
    }

    /// How it ended; nil while it runs. To be asked until it says so, and not again.
    package func ending() -> Ending? {
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: status & 0x7F)
    }

    /// Asks it to end, as Ctrl-C does.
    package func interrupt() { kill(process, SIGTERM) }
}
