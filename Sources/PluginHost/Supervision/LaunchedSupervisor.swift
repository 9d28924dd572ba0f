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

    /// Those of this process's variables that say where programs and their files are and how a person reads, as they
    /// were given.
    ///
    /// It lives longer than whoever starts it, and so do the programs that it runs: what else was set there, secrets
    /// among it, is not for them.
    private static func environment() throws(CallError) -> [[UInt8]] {
        try (DurableFile.read("/proc/self/environ") ?? []).split(separator: 0).map(Array.init).filter { variable in
            let name = String(decoding: variable.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            return keptVariables.contains(name) || name.hasPrefix("LC_")
        }
    }

    private static let keptVariables: Set<String> = [
        "PATH", "LD_LIBRARY_PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "LANG", "LANGUAGE", "TZ",
        "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
        "CONVERGE_PLUGIN_PATH"
    ]

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
