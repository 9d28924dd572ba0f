// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The repository that these tests are part of, read as text.
enum Repository {
    /// Found from the place of this file, so that the tests need no working directory.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The files below a folder, in order of path.
    ///
    /// - Parameters:
    ///   - folder: A path below the root.
    ///   - extensions: Without their point.
    static func files(below folder: String, _ extensions: Set<String>) -> [SourceFile] {
        let start = root.appendingPathComponent(folder)
        guard let walk = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil) else { return [] }
        return walk.compactMap { $0 as? URL }
            .filter { extensions.contains($0.pathExtension) && !$0.pathComponents.contains(".build") }
            .map { SourceFile(path: String($0.path.dropFirst(root.path.count + 1))) }
            .sorted { $0.path < $1.path }
    }

    /// The names of what stands directly in a folder, in order; empty where there is no such folder.
    static func names(in folder: String) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
        return (names ?? []).sorted()
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}

/// A file of the repository.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// Below the root.
    let path: String

    var testDescription: String { path }

    var text: String { get throws { try Repository.text(of: path) } }

    var lines: [String] { get throws { try text.components(separatedBy: "\n") } }
}
