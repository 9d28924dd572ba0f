// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A folder that goes with the test.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/converge-standard-" + UUID().uuidString.prefix(12)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // What is kept is read-only, its folders too.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "chmod -R u+w \"$0\" && rm -rf \"$0\"", path]
        do {
            try process.run()
            process.waitUntilExit()
        } catch { print("cannot remove \(path): \(error)") }
    }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let place = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: place).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: place))
        return place
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
}
