// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// A supervisor that this process has just started; it goes its own way once it listens.
struct LaunchedSupervisor {
    private let process: pid_t
    private let log: String
    /// Where in the log begins what it writes.
    private let logStart: Int
    private var status: Int32?

    /// Starts the command with nothing of this process's terminal; what it prints goes to the supervisor's log.
    init(_ command: [String], _ place: SupervisorPlace) throws(CallError) {
        try Folders.make(place.folder)
        log = place.log
        logStart = try DurableFile.read(place.log)?.count ?? 0
        let program = DetachedProgram(
            command: command, environment: try Self.environment(), input: .nothing, output: .file(place.log),
            hasOwnGroup: false)
        switch program.start() {
        case .success(let process): self.process = process
        case .failure(let failure):
            throw CallError(.failed, .supervisorNotStarted(command.first ?? "", failure.words))
        }
    }

    /// The variables that this process was given, as they were given.
    private static func environment() throws(CallError) -> [[UInt8]] {
        try (DurableFile.read("/proc/self/environ") ?? []).split(separator: 0).map(Array.init)
    }

    /// Looks whether it has ended, and takes its exit then, so that it does not stay a zombie.
    mutating func hasEnded() -> Bool {
        if status != nil { return true }
        var ended: Int32 = 0
        if waitpid(process, &ended, WNOHANG) == process { status = ended }
        return status != nil
    }

    /// Why it failed, as it told its log; nil where it said nothing.
    func reason() throws(CallError) -> String? {
        let text = try DurableFile.read(log)?.dropFirst(logStart) ?? []
        return SupervisorLog.failure(in: String(decoding: text, as: UTF8.self))
    }

    /// True where it ended with anything but success, which means that another supervisor was there first.
    var hasFailed: Bool { status.map { $0 != 0 } ?? false }
}
