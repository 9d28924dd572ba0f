// SPDX-License-Identifier: Apache-2.0
import CSystemCalls
import Glibc

/// A program that goes its own way: nobody waits for its end or reads its output.
struct DetachedProgram {
    /// Where a standard stream of the program leads.
    enum Stream {
        case descriptor(Int32)
        /// A file that is made where it is missing, for its owner alone, and appended to.
        case file(String)
        case nothing
    }

    /// The path of the program, and its arguments.
    var command: [String]
    /// `NAME=value`, as bytes.
    var environment: [[UInt8]]
    var input: Stream
    /// Of output and errors.
    var output: Stream
    /// In a group of its own, Ctrl-C at the terminal does not reach it.
    var hasOwnGroup: Bool

    /// Starts the program.
    ///
    /// - Returns: The process, or the number of the error.
    func start() -> Result<pid_t, Failure> {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        Self.add(input, as: STDIN_FILENO, O_RDONLY, to: &actions)
        Self.add(output, as: STDOUT_FILENO, O_WRONLY | O_CREAT | O_APPEND, to: &actions)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // Sockets that libraries open are inherited otherwise, and a port stays taken as long as the program lives.
        csc_close_from(&actions, STDERR_FILENO + 1)
        // The thread that starts it may have signals blocked, which the program would inherit.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // What this process does not take notice of would stay so in the program.
        var pipes = sigset_t()
        sigemptyset(&pipes)
        sigaddset(&pipes, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &pipes)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
                | (hasOwnGroup ? Int16(POSIX_SPAWN_SETPGROUP) : 0))

        var arguments = Self.texts(command.map { Array($0.utf8) })
        var variables = Self.texts(environment)
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let error = posix_spawn(&process, command.first ?? "", &actions, &attributes, &arguments, &variables)
        return error == 0 ? .success(process) : .failure(Failure(error: error))
    }

    /// Why a program could not be started.
    struct Failure: Error {
        let error: Int32

        var words: String { String(cString: strerror(error)) }
    }

    private static func add(
        _ stream: Stream, as descriptor: Int32, _ flags: Int32, to actions: inout posix_spawn_file_actions_t
    ) {
        switch stream {
        case .descriptor(let source): posix_spawn_file_actions_adddup2(&actions, source, descriptor)
        case .file(let path): posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0o600)
        case .nothing: posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
    }

    /// A list of C strings that ends with null.
    private static func texts(_ texts: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { text in
            (text + [0]).withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.flatMap { strdup($0) } }
            }
        } + [nil]
    }
}
