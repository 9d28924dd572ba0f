// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Shell

/// A language of brackets only, to test the editor without the real one.
struct BracketLanguage: EditorLanguage {
    func highlight(_ text: String) -> [StyledRange] {
        text.hasPrefix("let") ? [StyledRange(SourceRange(0, 3), .keyword)] : []
    }

    func completeness(of text: String) -> EntryCompleteness {
        var open: [(closer: Character, line: Int)] = []
        var line = 1
        for character in text {
            switch character {
            case "\n": line += 1
            case "(": open.append((")", line))
            case "{": open.append(("}", line))
            case ")", "}": if open.popLast() == nil { return .complete }
            default: break
            }
        }
        guard let innermost = open.last else { return .complete }
        return .open(
            OpenStatement(
                "a bracket of line \(innermost.line) is open", indentation: 2 * open.count, closer: innermost.closer,
                closerIndentation: 2 * (open.count - 1)))
    }
}
