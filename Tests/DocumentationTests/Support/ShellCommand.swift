// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A line or script for a shell in which `converge` is the executable under test.
struct ShellCommand {
    /// The release build, or what `CONVERGE_EXECUTABLE` names.
    static let executable = URL(
        fileURLWithPath: ProcessInfo.processInfo.environment["CONVERGE_EXECUTABLE"]
            ?? CommandLine.arguments[0].replacing(/[^\/]*$/, with: "converge"))

    static var hasExecutable: Bool { FileManager.default.isExecutableFile(atPath: executable.path) }

    let text: String

    /// What it prints, results and messages together, in a folder that is its home too. It is ended when it takes
    /// minutes.
    func output(in folder: URL, name: String) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "converge-page-\(UUID().uuidString).txt")
        defer { try? FileManager.default.removeItem(at: file) }
        try run(in: folder, printingTo: file)
        let real = Self.executable.resolvingSymlinksInPath().deletingLastPathComponent()
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self).replacing(folder.path, with: name)
            .replacing(real.deletingLastPathComponent().path + "/lib/converge", with: "/usr/local/lib/converge")
            .replacing(real.path, with: "/usr/local/bin")
        var lines = text.components(separatedBy: "\n")
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Not by Foundation's `Process`, which takes a program for running as long as anything that it started does, and
    /// whose programs inherit the signals that this thread blocks.
    private func run(in folder: URL, printingTo file: URL) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, file.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let command = ["/usr/bin/env", "-C", folder.path, "timeout", "--kill-after=5", "100", "bash", "-c", text]
        let words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        let variables: [UnsafeMutablePointer<CChar>?] =
            Self.variables(home: folder).map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, words, variables)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .ENOEXEC) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
    }

    private static func variables(home: URL) -> [String: String] {
        var variables = ProcessInfo.processInfo.environment
        variables["PATH"] = executable.deletingLastPathComponent().path + ":" + (variables["PATH"] ?? "/usr/bin:/bin")
        variables["HOME"] = home.path
        variables["GOLDEN"] = Repository.root.appendingPathComponent("Tests/Golden").path
        for name in ["XDG_DATA_HOME", "XDG_STATE_HOME", "CONVERGE_PLUGIN_PATH", "CONVERGE_EXECUTABLE"] {
            variables[name] = nil
        }
        return variables
    }

    /// Runs the body in an empty folder that is gone afterwards.
    static func withFolder<T>(_ body: (URL) throws -> T) throws -> T {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("converge-page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
