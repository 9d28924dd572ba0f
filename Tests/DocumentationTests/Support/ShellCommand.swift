// SPDX-License-Identifier: Apache-2.0
import ChildPrograms
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

    private func run(in folder: URL, printingTo file: URL) throws {
        let command = ["/usr/bin/env", "-C", folder.path, "timeout", "--kill-after=5", "100", "bash", "-c", text]
        _ = try ChildProgram(command, variables: Self.variables(home: folder), output: file.path).end()
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
