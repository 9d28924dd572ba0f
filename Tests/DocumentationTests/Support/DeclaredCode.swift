// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A diagnostic code as the sources declare it.
struct DeclaredCode: Sendable, Hashable, Comparable {
    let text: String
    /// The static member that holds it.
    let name: String
    let title: String
    /// Where it is declared.
    let path: String

    static func < (left: DeclaredCode, right: DeclaredCode) -> Bool { left.text < right.text }

    /// All codes of the shipped code, in order; one that is declared twice stands twice.
    static func all() throws -> [DeclaredCode] {
        let declaration = /\(\s*"([^"]*)",\s*"((?:[^"\\]|\\.)*)"/
        let files = ["Sources", "Plugins"].flatMap { Repository.files(below: $0, ["swift"]) }
        return try files.flatMap { file in
            // Cut at each declaration: a search through the whole text is a hundred times slower.
            let pieces = try file.text.components(separatedBy: "DiagnosticCode(")
            return zip(pieces, pieces.dropFirst()).compactMap { before, text -> DeclaredCode? in
                guard let match = ("(" + text).prefixMatch(of: declaration),
                    let name = before.components(separatedBy: "static let ").last?.components(separatedBy: " ").first
                else { return nil }
                let title = String(match.output.2).replacing("\\\"", with: "\"")
                return DeclaredCode(text: String(match.output.1), name: name, title: title, path: file.path)
            }
        }.sorted()
    }
}
