// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import RecipeSyntax

/// The text of a module that is edited declaration by declaration; what stands between the declarations, such as
/// comments, and the commands behind them, stays as it is.
package struct ModuleText: Sendable, Equatable {
    package let text: String
    private let statements: [Statement]
    private let source: SourceText

    /// Any text will do; what is wrong with it is for a check to say.
    package init(_ text: String) {
        self.text = text
        source = SourceText(name: "", text)
        statements = Recipe.parse(source).file.statements
    }

    package static let empty = ModuleText("")

    package static func == (left: ModuleText, right: ModuleText) -> Bool { left.text == right.text }

    private var declared: [Statement] { statements.filter(\.isDeclaration) }

    /// Each declaration as it is written, in order.
    package var declarations: [String] { declared.map { source.text(of: $0.range) } }

    /// What each declaration is called, such as `lake` or `output url`; those without a name are left out.
    package var names: [String] { declared.compactMap { Self.name(of: $0) } }

    /// The names of the module's parameters.
    package var parameters: [String] {
        declared.compactMap { if case .param(let node) = $0 { node.name.text } else { nil } }
    }

    /// A module's text with another declaration in it.
    package struct Addition: Sendable {
        package var module: ModuleText
        /// Whether it stands in the place of another one of its name.
        package var replaces: Bool
        /// Where it begins.
        package var place: SourcePosition
    }

    /// The text with another declaration: in the place of the one of that name, else behind the last one.
    package func adding(_ declaration: String) -> Addition {
        let added = Recipe.parse(SourceText(name: "", declaration)).file.statements.first
        if let name = added.flatMap({ Self.name(of: $0) }),
            let earlier = declared.first(where: { Self.name(of: $0) == name })
        {
            return replacing(Self.offsets(earlier.range), with: declaration, replaces: true)
        }
        return inserting(declaration)
    }

    /// The text without its last declaration; nil where it has none.
    package func removingLast() -> ModuleText? {
        guard let last = declared.last else { return nil }
        var bytes = Array(text.utf8)
        var range = Self.offsets(last.range)
        // Nothing is left of a line that held it alone.
        let lineStart = Self.startOfLine(before: range.lowerBound, in: bytes)
        let lineEnd = Self.endOfLine(from: range.upperBound, in: bytes)
        if Self.isBlank(bytes[lineStart..<range.lowerBound]), Self.isBlank(bytes[range.upperBound..<lineEnd]) {
            range = lineStart..<min(lineEnd + 1, bytes.count)
        }
        bytes.removeSubrange(range)
        return ModuleText(String(decoding: bytes, as: UTF8.self))
    }

    private func inserting(_ declaration: String) -> Addition {
        let bytes = Array(text.utf8)
        if let last = declared.last {
            let end = Int(last.range.upper)
            let lineEnd = Self.endOfLine(from: end, in: bytes)
            let rest = bytes[end..<lineEnd].drop { Self.isBlank([$0]) }
            // A comment stays with the declaration before it; another statement goes to a line of its own.
            if rest.isEmpty || rest.first == UInt8(ascii: "#") {
                return replacing(lineEnd..<min(lineEnd + 1, bytes.count), after: "\n", with: declaration, before: "\n")
            }
            let next = rest.first == UInt8(ascii: ";") ? rest.startIndex + 1 : rest.startIndex
            return replacing(end..<next, after: "\n", with: declaration, before: "\n")
        }
        if let command = statements.first {
            let start = Int(command.range.lower)
            return replacing(start..<start, with: declaration, before: "\n")
        }
        let isOnNewLine = bytes.isEmpty || bytes.last == UInt8(ascii: "\n")
        return replacing(
            bytes.count..<bytes.count, after: isOnNewLine ? "" : "\n", with: declaration, before: "\n")
    }

    private func replacing(
        _ range: Range<Int>, after: String = "", with declaration: String, before: String = "", replaces: Bool = false
    ) -> Addition {
        var bytes = Array(text.utf8)
        bytes.replaceSubrange(range, with: (after + declaration + before).utf8)
        let module = ModuleText(String(decoding: bytes, as: UTF8.self))
        return Addition(
            module: module, replaces: replaces,
            place: module.source.position(of: range.lowerBound + after.utf8.count))
    }

    private static func offsets(_ range: SourceRange) -> Range<Int> { Int(range.lower)..<Int(range.upper) }

    private static func startOfLine(before offset: Int, in bytes: [UInt8]) -> Int {
        bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    }

    private static func endOfLine(from offset: Int, in bytes: [UInt8]) -> Int {
        bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }

    private static func isBlank(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
    }

    /// The name that a declaration binds in its module; nil for one that binds none.
    private static func name(of statement: Statement) -> String? {
        switch statement {
        case .param(let node): node.name.text
        case .letBinding(let node): node.name.text
        case .def(let node): node.name.text
        case .resource(let node) where node.key == nil: node.name.text
        case .workflow(let node): node.name.text
        case .importModule(let node): node.alias.text
        case .output(let node): "output \(node.name.text)"
        default: nil
        }
    }
}
