// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Recipe {
    /// The text as the house writes it: `converge fmt`. Formatting again changes nothing, and the tree stays the same.
    ///
    /// - Throws: the errors of a text that has some; such a text is not formatted.
    package static func format(_ source: SourceText, mode: Mode = .file) throws(Diagnostics) -> String {
        try format(parse(source, mode: mode), mode: mode)
    }

    /// The text that was parsed, formatted.
    package static func format(_ parsed: ParsedRecipe, mode: Mode = .file) throws(Diagnostics) -> String {
        guard parsed.isValid else { throw Diagnostics(parsed.diagnostics) }
        var (text, mayChange) = layout(parsed)
        // A line that was broken may take a column of its neighbours with it, which only the next turn sees.
        var turns = 1
        while mayChange, turns < mostTurns {
            let (next, mayChangeAgain) = layout(
                parse(SourceText(name: parsed.file.source.name, utf8: text), mode: mode))
            if next == text { break }
            (text, mayChange) = (next, mayChangeAgain)
            turns += 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let mostTurns = 4

    private static func layout(_ parsed: ParsedRecipe) -> (text: [UInt8], mayChange: Bool) {
        var list = PieceList(parsed)
        Alignment.keep(in: &list)
        var layout = Layout(list)
        let shebang = parsed.shebang.map { parsed.file.source.utf8[Int($0.lower)..<Int($0.upper)] } ?? []
        let text = layout.text(shebang: shebang)
        return (text, layout.hasBrokenLines)
    }
}
