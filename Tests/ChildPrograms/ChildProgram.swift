// SPDX-License-Identifier: Apache-2.0
import CSystemCalls
import Glibc

/// A program that a test has started.
///
/// Not Foundation's `Process`, which takes a program for running as long as anything that it started holds a
/// descriptor of its own, and whose programs inherit the signals that the pool's threads block.
package struct ChildProgram: Sendable {
    package let pid: Int32

    /// - Parameters:
    ///   - command: The program, looked for in the folders of `PATH`, and its arguments.
    ///   - errors: The file that gets what it says to standard error; nil for that of its output.
    package init(
        _ command: [String], variables: [String: String], input: String = "/dev/null", output: String,
        errors: String? = nil
    ) throws(NotStarted) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let writing = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, writing, 0o600)
        if let errors {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, writing, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        }
        // Sockets and pipes of tests beside this one would stay open as long as the program lives.
        csc_close_from(&actions, STDERR_FILENO + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, command.first ?? "", &actions, &attributes, &words, &settings)
        guard code == 0 else { throw NotStarted(program: command.first ?? "", code: code) }
        self.pid = pid
    }

    /// Blocks until it has ended.
    ///
    /// - Returns: Its exit code, or the number of the signal that ended it, negative.
    package func end() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : -signal
    }

    package struct NotStarted: Error, CustomStringConvertible {
        let program: String
        let code: Int32

        package var description: String { "\(program) cannot be started: \(String(cString: strerror(code)))" }
    }
}
