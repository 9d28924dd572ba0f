// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

struct SourceTextTests {
    /// Lines of every length around the sizes at which they are treated differently, with characters of all widths.
    private static let text: String = {
        let pieces = ["a", "é", "東", "🙂", "\t"]
        return [0, 1, 100, 4095, 4096, 4097, 9000, 30_000, 3].map { length in
            (0..<length).map { pieces[($0 * 7 + length) % pieces.count] }.joined()
        }.joined(separator: "\r\n")
    }()

    @Test func `a column counts scalars, however far it is from the line's beginning`() {
        let source = SourceText(name: "a", Self.text)
        var offset = 0
        var line = 1
        var column = 1
        var checked = 0
        for scalar in Self.text.unicodeScalars {
            if checked % 97 == 0 || scalar == "\n" {
                #expect(source.position(of: offset) == SourcePosition(line: line, column: column))
            }
            checked += 1
            offset += scalar.utf8.count
            column += 1
            if scalar == "\n" { (line, column) = (line + 1, 1) }
        }
        #expect(source.position(of: offset) == SourcePosition(line: line, column: column))
        #expect(source.position(of: offset + 10) == SourcePosition(line: line, column: column))
    }

    @Test func `an excerpt is the line, or the part of a long one that holds the place`() {
        let source = SourceText(name: "a", Self.text)
        let lines = Self.text.split(separator: "\r\n", omittingEmptySubsequences: false)
            .map { Array($0.unicodeScalars) }
        var offset = 0
        for (number, line) in lines.enumerated() {
            let length = line.reduce(0) { $0 + $1.utf8.count }
            for within in [0, length / 3, length / 2, length - 1, length] where (0...length).contains(within) {
                let place = source.place(SourceRange(offset + within, offset + within))
                #expect(place.start.line == number + 1)
                let excerpt = Array(place.excerpt.unicodeScalars)
                let start = place.excerptColumn - 1
                #expect(line[start..<(start + excerpt.count)].elementsEqual(excerpt), "line \(number + 1)")
                #expect((start...(start + excerpt.count)).contains(place.start.column - 1))
                #expect(place.excerpt.utf8.count <= 4 * 4096)
                if length <= 4096 { #expect(excerpt.count == line.count) }
            }
            offset += length + 2
        }
    }

    @Test func `an empty text has a first line`() {
        let place = SourceText(name: "a", "").place(SourceRange(0, 0))
        #expect(place.start == SourcePosition(line: 1, column: 1))
        #expect(place.excerpt.isEmpty)
    }
}
