// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A folder that goes with the test.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.path + "/converge-test-" + UUID().uuidString.prefix(12)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // What is kept is read-only, its folders too.
        let files = FileManager.default
        let below = files.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        do {
            for place in below.map({ path + "/" + $0 }) {
                let type = try files.attributesOfItem(atPath: place)[.type] as? FileAttributeType
                if type == .typeDirectory { try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: place) }
            }
            try files.removeItem(atPath: path)
        } catch { print("cannot remove \(path): \(error)") }
    }

    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let place = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: place).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: place))
        return place
    }

    @discardableResult
    package func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    package func text(_ name: String) throws -> String {
        try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }

    package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    /// The names in a folder below, sorted.
    package func names(_ name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + name).sorted()
    }

    /// The permissions of a file.
    package static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}
