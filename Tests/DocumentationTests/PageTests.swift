// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What pages show is what happens. With `CONVERGE_UPDATE_PAGES=1` what happens is written to the pages.
struct PageTests {
    private static let executable = URL(
        fileURLWithPath: ProcessInfo.processInfo.environment["CONVERGE_EXECUTABLE"]
            ?? CommandLine.arguments[0].replacing(/[^\/]*$/, with: "converge"))

    @Test(
        .enabled("there is no executable") { FileManager.default.isExecutableFile(atPath: executable.path) },
        arguments: ["docs/tutorial.md"])
    func `the commands of a page print what it shows`(_ path: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("converge-page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var page = Page(try Repository.text(of: path))
        var printed: [(lines: Range<Int>, text: [String])] = []
        for action in page.actions {
            switch action {
            case .file(let name, let text):
                try Data(text.utf8).write(to: folder.appendingPathComponent(name))
            case .command(let command, let shown, let lines):
                let output = try Self.output(of: command, in: folder)
                printed.append((lines, output))
                if Self.isUpdating { continue }
                #expect(Page.settled(output) == Page.settled(shown), "\(path):\(lines.lowerBound): \(command)")
            }
        }
        if Self.isUpdating {
            page.replace(printed)
            try Data(page.text.utf8).write(to: Repository.root.appendingPathComponent(path))
        }
    }

    private static let isUpdating = ProcessInfo.processInfo.environment["CONVERGE_UPDATE_PAGES"] == "1"

    /// What a shell prints for the command, results and messages together.
    private static func output(of command: String, in folder: URL) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = folder
        var variables = ProcessInfo.processInfo.environment
        variables["PATH"] = executable.deletingLastPathComponent().path + ":" + (variables["PATH"] ?? "/usr/bin:/bin")
        variables["HOME"] = folder.path
        variables["XDG_DATA_HOME"] = nil
        variables["CONVERGE_PLUGIN_PATH"] = nil
        process.environment = variables
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: bytes, as: UTF8.self).replacing(folder.path, with: "/home/you/tutorial")
        var lines = text.components(separatedBy: "\n")
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
