// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Shell
import Testing

struct DiagnosticRendererTests {
    private func lines(_ line: String, marking word: String, width: Int? = nil) throws -> [String] {
        let text = "\n" + line
        let source = SourceText(name: "a.recipe", text)
        let range = try #require(text.range(of: word))
        let lower = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
        let place = source.place(SourceRange(lower, lower + word.utf8.count))
        let diagnostic = Diagnostic(DiagnosticCode("R0001", "", ""), "wrong", at: place, "here")
        return DiagnosticRenderer(style: .plain, width: width).text(diagnostic)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `a line that has room is shown whole`() throws {
        let lines = try lines("resource a: local.Note { text: bad }", marking: "bad")
        #expect(
            lines == [
                "error[R0001]: wrong", " --> a.recipe:2:32", "   |",
                " 2 | resource a: local.Note { text: bad }",
                "   |                                ^^^ here", ""
            ])
    }

    @Test(arguments: [nil, 40, 200] as [Int?])
    func `of a line without end the part around the mark is shown`(width: Int?) throws {
        let filler = String(repeating: "ab,", count: 100_000)
        let lines = try lines(filler + "bad" + filler, marking: "bad", width: width)
        let shown = lines[3]
        #expect(shown.count == width ?? 120)
        #expect(shown.hasPrefix(" 2 | …") && shown.hasSuffix("…"))
        let mark = try #require(lines[4].firstIndex(of: "^"))
        let offset = lines[4].distance(from: lines[4].startIndex, to: mark)
        #expect(shown.dropFirst(offset).hasPrefix("bad"))
        #expect(lines[1] == " --> a.recipe:2:300001")
    }

    @Test func `a mark at either end of a long line leaves the room to the other side`() throws {
        let filler = String(repeating: "x", count: 500)
        let atStart = try lines("bad" + filler, marking: "bad", width: 60)
        #expect(atStart[3] == " 2 | bad" + String(repeating: "x", count: 50) + "…")
        #expect(atStart[4] == "   | ^^^ here")
        let atEnd = try lines(filler + "bad", marking: "bad", width: 60)
        #expect(atEnd[3] == " 2 | …" + String(repeating: "x", count: 50) + "bad")
    }

    @Test func `a mark that is longer than the room ends with what is shown`() throws {
        let word = String(repeating: "x", count: 500)
        let lines = try lines("a " + word + " b", marking: word, width: 60)
        #expect(lines[3].count <= 60)
        #expect(lines[4].filter { $0 == "^" }.count < 60)
    }

    @Test func `control characters are shown by name, wherever they stand`() throws {
        let drawn = try lines("text: \u{1B}[31m\u{7} bad \u{202E}x", marking: "bad")
        #expect(drawn[3] == " 2 | text: ^[[31m^G bad <202E>x")
        #expect(drawn[4] == "   |" + String(repeating: " ", count: 16) + "^^^ here")
        let diagnostic = Diagnostic(
            DiagnosticCode("R0001", "", ""), "a \u{1B}[2J b", notes: ["one\n\u{1B}two"], help: ["\u{9B}x"])
        let text = DiagnosticRenderer(style: .plain).text(diagnostic)
        #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
        #expect(text.contains("a ^[[2J b"))
    }

    @Test func `tabs and wide characters keep the mark below what it marks`() throws {
        let lines = try lines("\t\"東京\" bad", marking: "bad")
        #expect(lines[3] == " 2 |     \"東京\" bad")
        #expect(lines[4] == "   |" + String(repeating: " ", count: 12) + "^^^ here")
    }
}
