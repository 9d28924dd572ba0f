// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime

/// A part of what was typed at the prompt.
struct TypedText: Sendable {
    /// Everything that was typed with it.
    let source: SourceText
    private let range: SourceRange

    init(_ range: SourceRange, of source: SourceText) {
        self.range = range
        self.source = source
    }

    /// A text that stands for itself.
    init(_ text: String) {
        self.init(SourceRange(0, text.utf8.count), of: SourceText(name: "<prompt>", text))
    }

    var text: String { source.text(of: range) }

    /// Problems that a declaration brought which replaces one: those that lie elsewhere point at it as well.
    func blaming(_ problems: Diagnostics) -> Diagnostics {
        let place = source.place(range)
        let first = source.line(place.start.line)
        return Diagnostics(
            problems.all.map { problem in
                guard problem.severity == .error, !problem.labels.isEmpty,
                    !problem.labels.contains(where: { $0.place.file == source.name })
                else { return problem }
                var problem = problem
                let isOneLine = place.start.line == place.end.line
                let end = isOneLine ? place.end : SourcePosition(line: place.start.line, column: first.utf8.count + 1)
                let shown = SourcePlace(file: source.name, start: place.start, end: end, excerpt: first)
                problem.labels.append(DiagnosticLabel(shown, "since this is declared anew"))
                return problem
            })
    }

    /// Problems of a module that holds the text, with those places in it as they were typed.
    ///
    /// - Parameters:
    ///   - file: The module's name in places.
    ///   - start: Where the text begins in the module.
    func asTyped(_ problems: Diagnostics, in file: String, at start: SourcePosition) -> Diagnostics {
        let begin = source.position(of: Int(range.lower))
        let end = SourcePosition(line: start.line + text.utf8.count { $0 == UInt8(ascii: "\n") } + 1, column: 0)
        func typed(_ position: SourcePosition) -> SourcePosition {
            let isFirst = position.line == start.line
            return SourcePosition(
                line: position.line - start.line + begin.line,
                column: isFirst ? position.column - start.column + begin.column : position.column)
        }
        return Diagnostics(
            problems.all.map { problem in
                var problem = problem
                problem.labels = problem.labels.map { label in
                    let place = label.place
                    guard place.file == file, place.start >= start, place.start < end else { return label }
                    let first = typed(place.start)
                    return DiagnosticLabel(
                        SourcePlace(
                            file: source.name, start: first, end: typed(place.end), excerpt: source.line(first.line)),
                        label.text)
                }
                return problem
            }.maskingSecrets)
    }
}
