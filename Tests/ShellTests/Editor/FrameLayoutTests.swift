// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import Shell

struct FrameLayoutTests {
    private func frame(
        _ text: String, cursor: Int? = nil, columns: Int = 20, rows: Int = 10, theme: Theme = .plain,
        _ change: (inout EditorView) -> Void = { _ in }
    ) -> ScreenFrame {
        var view = EditorView(prompt: "converge> ", buffer: TextBuffer(text, cursor: cursor))
        change(&view)
        return FrameLayout(size: TerminalSize(columns: columns, rows: rows), theme: theme).frame(of: view)
    }

    private func texts(_ frame: ScreenFrame) -> [String] { frame.textRows.map(\.text) }

    @Test func `the prompt stands before the text, the continuation as wide as it`() {
        let frame = frame("a {\n  b\n}")
        #expect(texts(frame) == ["converge> a {", "      ...   b", "      ... }"])
        #expect((frame.cursorRow, frame.cursorColumn) == (2, 11))
    }

    @Test(arguments: ["", ">", "> ", "db> ", "converge> ", "世界> "])
    func `every continuation prompt has the prompt's width`(prompt: String) {
        #expect(DisplayWidth.of(FrameLayout.continuationPrompt(for: prompt)) == DisplayWidth.of(prompt))
    }

    @Test func `a wide character that does not fit goes to the next row, and so does the cursor on it`() {
        let frame = frame("123456789世x", cursor: 9)
        #expect(texts(frame) == ["converge> 123456789", "世x"])
        #expect((frame.cursorRow, frame.cursorColumn) == (1, 0))
    }

    @Test func `the cursor behind a full row stands on the next`() {
        let atEnd = frame("1234567890")
        #expect(texts(atEnd) == ["converge> 1234567890", ""])
        #expect((atEnd.cursorRow, atEnd.cursorColumn) == (1, 0))
        let beforeLineEnd = frame("1234567890\nx", cursor: 10)
        #expect(texts(beforeLineEnd) == ["converge> 1234567890", "", "      ... x"])
        #expect((beforeLineEnd.cursorRow, beforeLineEnd.cursorColumn) == (1, 0))
    }

    @Test func `tabs and what has no form are shown in columns that are known`() {
        let frame = frame("\ta\tb\u{1}\u{202E}", columns: 60)
        #expect(texts(frame) == ["converge>     a   b^A<202E>"])
        #expect(frame.cursorColumn == 27)
    }

    @Test func `colours are closed at the end of each row and opened again`() {
        let frame = frame("let abcdefghijkl", theme: .colored) {
            $0.styles = [StyledRange(SourceRange(4, 16), .string)]
        }
        #expect(
            texts(frame) == [
                "\u{1B}[1;36mconverge> \u{1B}[0mlet \u{1B}[32mabcdef\u{1B}[0m", "\u{1B}[32mghijkl\u{1B}[0m"
            ])
    }

    @Test func `styles that do not fit the text are harmless`() {
        let wild = [StyledRange(SourceRange(2, 900), .error), StyledRange(SourceRange(1000, 2000), .string)]
        #expect(frame("aé世", theme: .colored) { $0.styles = wild }.textRows.count == 1)
    }

    @Test func `a hint is cut at the row's end and at its first line`() {
        let cut = frame("let", columns: 20) { $0.hint = " region = 1" }
        #expect(texts(cut) == ["converge> let regi…"])
        #expect((cut.cursorRow, cut.cursorColumn) == (0, 13))
        let lines = frame("a", columns: 40) { $0.hint = " {\n  b\n}" }
        #expect(texts(lines) == ["converge> a { … +2 lines"])
    }

    @Test func `a secret shows nothing but its prompt`() {
        let frame = frame("s3cret") { $0.isHidden = true }
        #expect(texts(frame) == ["converge> "])
        #expect(frame.cursorColumn == 10)
    }

    @Test func `without colour no sequence but inverse video is sent`() {
        let items = (1...3).map { CompletionItem("item\($0)", detail: "doc \($0)") }
        var menu = CompletionMenu(Completion(replaces: SourceRange(0, 0), items: items), original: TextBuffer(""))
        menu.move(.next)
        let frame = frame("let x", columns: 40) {
            $0.menu = menu
            $0.styles = [StyledRange(SourceRange(0, 3), .keyword)]
        }
        let bytes = (frame.textRows + frame.belowRows).map(\.text).joined()
        #expect(bytes.replacing("\u{1B}[7m", with: "").replacing("\u{1B}[0m", with: "").contains("\u{1B}") == false)
    }

    @Test func `any text at any width fits its rows`() {
        var random = SystemRandomNumberGenerator()
        let pieces = ["a", "bc ", "世", "👩‍👩‍👧", "e\u{301}", "\t", "\n", "\u{1}", "\u{202E}", "\u{301}", "🇩🇪", "\"", "{"]
        for _ in 0..<300 {
            var text = ""
            for _ in 0..<Int.random(in: 0...40, using: &random) { text += pieces.randomElement(using: &random) ?? "" }
            let columns = Int.random(in: 8...40, using: &random)
            let buffer = TextBuffer(text)
            let frame = frame(text, cursor: Int.random(in: 0...buffer.scalars.count, using: &random), columns: columns)
            #expect(frame.textRows.allSatisfy { $0.width <= columns })
            #expect(frame.textRows.indices.contains(frame.cursorRow))
            #expect((0..<columns).contains(frame.cursorColumn))
        }
    }
}
