// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// A supervisor that this process has just started; it goes its own way once it listens.
struct LaunchedSupervisor {
    private let process: pid_t
    private var status: Int32?

    /// Starts the command with nothing of this process's terminal; what it prints goes to the supervisor's log.
    init(_ command: [String], _ place: SupervisorPlace) throws(CallError) {
        try Folders.make(place.folder)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, place.log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var arguments = Self.texts(command.map { Array($0.utf8) })
        var environment = Self.texts(try Self.environment())
        defer { for text in arguments + environment { free(text) } }
        let program = command.first ?? ""
        var started: pid_t = 0
        let error = posix_spawn(&started, program, &actions, nil, &arguments, &environment)
        guard error == 0 else {
            throw CallError(.failed, .supervisorNotStarted(program, String(cString: strerror(error))))
        }
        process = started
    }

    /// The variables that this process was given, as they were given.
    private static func environment() throws(CallError) -> [[UInt8]] {
        try (DurableFile.read("/proc/self/environ") ?? []).split(separator: 0).map(Array.init)
    }

    /// A list of C strings that ends with null.
    private static func texts(_ texts: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { text in (text + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.flatMap { strdup($0) } }
        } } + [nil]
    }

    /// Looks whether it has ended, and takes its exit then, so that it does not stay a zombie.
    mutating func hasEnded() -> Bool {
        if status != nil { return true }
        var ended: Int32 = 0
        if waitpid(process, &ended, WNOHANG) == process { status = ended }
        return status != nil
    }

    /// True where it ended with anything but success, which means that another supervisor was there first.
    var hasFailed: Bool { status.map { $0 != 0 } ?? false }
}
