// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Shell

struct TextBufferTests {
    private static let family = "👩‍👩‍👧"

    @Test func `motion and deletion never stop inside a character`() {
        var buffer = TextBuffer("ae\u{301}世" + Self.family)
        var seen: [Int] = []
        while buffer.cursor > 0 {
            buffer.moveCursor(to: buffer.previousCluster)
            seen.append(buffer.cursor)
        }
        #expect(seen == [4, 3, 1, 0])
        var back: [Int] = []
        while !buffer.isAtEnd {
            buffer.moveCursor(to: buffer.nextCluster)
            back.append(buffer.cursor)
        }
        #expect(back == [1, 3, 4, 9])
        buffer.remove(to: buffer.previousCluster)
        buffer.remove(to: buffer.previousCluster)
        buffer.remove(to: buffer.previousCluster)
        #expect(buffer.text == "a")
    }

    @Test func `a position inside a character is moved on in the direction of travel`() {
        let buffer = TextBuffer("ae\u{301}b")
        #expect(buffer.snapped(2, forward: true) == 3)
        #expect(buffer.snapped(2, forward: false) == 1)
        #expect(buffer.snapped(3, forward: false) == 3)
    }

    @Test(
        arguments: [
            ("let  region = x", 3, 11, 0), ("a.b", 1, 3, 0), ("naïve x", 0, 5, 0), ("x = \"", 4, 5, 0)
        ])
    func `words end and begin at letters`(text: String, cursor: Int, end: Int, start: Int) {
        let buffer = TextBuffer(text, cursor: cursor)
        #expect(buffer.wordEnd() == end)
        #expect(buffer.wordStart() == start)
    }

    @Test func `a blank separated word takes punctuation along`() {
        #expect(TextBuffer("plan --env prod-1 ").wordStart(.blankSeparated) == 11)
    }

    @Test func `lines are walked in the same column as far as they go`() {
        var buffer = TextBuffer("abcdef\nxy\n世界人", cursor: 5)
        #expect(buffer.lineAbove == nil)
        buffer.moveCursor(to: buffer.lineBelow ?? -1)
        #expect(buffer.cursor == 9)
        buffer.moveCursor(to: 8)
        buffer.moveCursor(to: buffer.lineBelow ?? -1)
        // One column into a wide character is before it.
        #expect(buffer.cursor == 10)
        #expect(buffer.lineBelow == nil)
        #expect(buffer.lineAbove == 7)
    }

    @Test func `UTF-8 offsets become scalar positions`() {
        let buffer = TextBuffer("a世b", cursor: 2)
        #expect(buffer.utf8Cursor == 4)
        #expect([0, 1, 2, 4, 5, 9].map { buffer.position(utf8Offset: $0) } == [0, 1, 1, 2, 3, 3])
    }

    @Test func `positions outside the text are brought back into it`() {
        var buffer = TextBuffer("abc", cursor: 99)
        #expect(buffer.cursor == 3)
        buffer.replace(2..<50, with: "x")
        #expect(buffer.text == "abx")
        buffer.moveCursor(to: -1)
        #expect(buffer.cursor == 0)
    }
}

struct UndoHistoryTests {
    @Test func `letters typed in one go are one step, a word at a time`() {
        var history = UndoHistory()
        var text = ""
        for letter in "ab cd" {
            let next = text + String(letter)
            history.record(from: TextBuffer(text), to: TextBuffer(next))
            text = next
        }
        let states = [history.undo(TextBuffer(text)), history.undo(TextBuffer("ab ")), history.undo(TextBuffer("ab"))]
        #expect(states.map { $0?.text } == ["ab ", "ab", ""])
        #expect(history.undo(TextBuffer("")) == nil)
        #expect(history.redo(TextBuffer(""))?.text == "ab")
    }

    @Test func `letters typed elsewhere are a step of their own`() {
        var history = UndoHistory()
        history.record(from: TextBuffer(""), to: TextBuffer("a"))
        history.record(from: TextBuffer("a", cursor: 0), to: TextBuffer("ba", cursor: 1))
        #expect(history.undo(TextBuffer("ba"))?.text == "a")
    }

    @Test func `an edit after an undo forgets what could be made again`() {
        var history = UndoHistory()
        history.record(from: TextBuffer("a"), to: TextBuffer("a b c"))
        _ = history.undo(TextBuffer("a b c"))
        history.record(from: TextBuffer("a"), to: TextBuffer("xyz"))
        #expect(history.redo(TextBuffer("xyz")) == nil)
    }
}

struct KillRingTests {
    @Test func `kills in a row join on the side where they were made`() {
        var ring = KillRing()
        ring.keep("b", joining: false, before: true)
        ring.keep("a", joining: true, before: true)
        ring.keep("c", joining: true, before: false)
        #expect(ring.current == "abc")
    }

    @Test func `rotation goes into the past and around`() {
        var ring = KillRing()
        #expect(ring.current == nil)
        for text in ["one", "two", "three"] { ring.keep(text, joining: false, before: false) }
        var seen: [String?] = []
        for _ in 0..<4 {
            seen.append(ring.current)
            ring.rotate()
        }
        #expect(seen == ["three", "two", "one", "three"])
    }
}

struct DisplayWidthTests {
    @Test(
        arguments: [
            ("a", 1), ("é", 1), ("e\u{301}", 1), ("世", 2), ("한", 2), ("ｱ", 1), ("Ａ", 2), ("🚀", 2), ("👩‍👩‍👧", 2),
            ("❤\u{FE0F}", 2), ("❤", 1), ("🇩🇪", 2), ("\u{200B}", 0), ("½", 1), ("。", 2)
        ] as [(Character, Int)])
    func `a character takes its columns`(character: Character, width: Int) {
        #expect(DisplayWidth.of(character) == width)
    }

    @Test(
        arguments: [
            ("\u{1}", "^A"), ("\u{7F}", "^?"), ("\u{1B}", "^["), ("\u{202E}", "<202E>"), ("\u{9B}", "<9B>"),
            ("\u{301}", "\u{25CC}\u{301}"), ("\u{FEFF}", "<FEFF>")
        ] as [(Character, String)])
    func `what has no form of its own is shown by name`(character: Character, shown: String) {
        let visible = VisibleCharacter(character)
        #expect(visible.text == shown)
        #expect(visible.width == DisplayWidth.of(shown))
    }
}
