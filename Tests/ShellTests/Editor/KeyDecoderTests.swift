// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Shell

struct KeyDecoderTests {
    private func keys(_ bytes: some Sequence<UInt8>, _ decoder: KeyDecoder = KeyDecoder()) -> [TerminalKey] {
        var decoder = decoder
        var keys: [TerminalKey] = []
        for byte in bytes { keys += decoder.feed(byte) }
        if decoder.isWaiting { keys += decoder.timeOut() }
        return keys
    }

    private func scalars(_ text: String) -> [TerminalKey] { text.unicodeScalars.map { .scalar($0) } }

    @Test(arguments: ["abc", "é", "世界", "🚀", "e\u{301}", "\u{3}\u{4}\r"])
    func `typed text arrives scalar by scalar`(text: String) {
        #expect(keys(text.utf8) == scalars(text))
    }

    @Test(
        arguments: [
            ("\u{1B}[A", SpecialKey.up), ("\u{1B}OA", .up), ("\u{1B}[B", .down), ("\u{1B}[C", .right),
            ("\u{1B}[D", .left), ("\u{1B}[H", .home), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home), ("\u{1B}OF", .end),
            ("\u{1B}[4~", .end), ("\u{1B}[3~", .delete), ("\u{1B}[3;5~", .deleteWord), ("\u{1B}[5~", .pageUp),
            ("\u{1B}[6~", .pageDown), ("\u{1B}[Z", .backTab), ("\u{1B}[1;5C", .wordRight), ("\u{1B}[1;3D", .wordLeft),
            ("\u{1B}[1;2C", .right), ("\u{1B}[1;3A", .entryUp), ("\u{1B}\u{1B}[A", .entryUp),
            ("\u{1B}[13;2u", .newline), ("\u{1B}[27;2;13~", .newline)
        ])
    func `the sequences of terminals mean keys`(sequence: String, key: SpecialKey) {
        #expect(keys((sequence + "x").utf8) == [.special(key), .scalar("x")])
    }

    @Test(
        arguments: [
            "\u{1B}[15~", "\u{1B}OP", "\u{1B}[[A", "\u{1B}[M !!", "\u{1B}[<0;10;5M", "\u{1B}[?1;2c", "\u{1B}[200;1$y",
            "\u{1B}]11;rgb:00/00/00\u{7}", "\u{1B}]11;rgb:00/00/00\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}[2~"
        ])
    func `what means nothing here leaves no trace in the text`(sequence: String) {
        #expect(keys(("a" + sequence + "b").utf8) == scalars("ab"))
    }

    @Test func `Escape alone is a key once nothing follows`() {
        var decoder = KeyDecoder()
        let first = decoder.feed(0x1B)
        #expect(first.isEmpty && decoder.isWaiting)
        let later = decoder.timeOut() + decoder.feed(UInt8(ascii: "b"))
        #expect(later == [.special(.escape), .scalar("b")])
    }

    @Test(arguments: ["b", "\r", "[", "O", "]", "P"])
    func `a key with Alt comes behind Escape`(key: String) throws {
        let scalar = try #require(key.unicodeScalars.first)
        #expect(keys([0x1B] + Array(key.utf8)) == [.meta(scalar)])
    }

    @Test func `in vi mode Escape stays a key of its own however fast the next one comes`() {
        var decoder = KeyDecoder()
        decoder.escapeIsMeta = false
        #expect(keys("\u{1B}b".utf8, decoder) == [.special(.escape), .scalar("b")])
        #expect(keys("\u{1B}[A".utf8, decoder) == [.special(.up)])
    }

    @Test func `a paste arrives whole, with whatever it holds`() {
        let text = "let a = 1\r\n\u{1B}[2J\u{3}\u{1B}[200~é"
        let found = keys(("x\u{1B}[200~" + text + "\u{1B}[201~y").utf8)
        #expect(found == [.scalar("x"), .paste(Array(text.utf8)), .scalar("y")])
    }

    @Test func `a paste whose end never comes is not lost`() {
        #expect(keys("\u{1B}[200~abc".utf8) == [.paste(Array("abc".utf8))])
    }

    @Test(
        arguments: [
            ([0xFF], [.invalid]), ([0xC3, 0x28], [.invalid, .scalar("(")]),
            ([0xE4, 0xB8, 0x41], [.invalid, .scalar("A")]), ([0xC0, 0x80], [.invalid, .invalid]),
            ([0xED, 0xA0, 0x80], [.invalid]), ([0xE0, 0x80, 0x80], [.invalid])
        ] as [([UInt8], [TerminalKey])])
    func `bytes that are not UTF-8 are seen`(bytes: [UInt8], expected: [TerminalKey]) {
        #expect(keys(bytes) == expected)
    }

    @Test func `the codes that stand for special keys cannot be typed`() {
        for code in UInt8(0x80)...0x9F { #expect(keys([0xC2, code]).isEmpty) }
    }

    @Test func `no sequence of bytes stops typing for good`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var decoder = KeyDecoder()
            for _ in 0..<Int.random(in: 1..<12, using: &random) {
                let interesting: [UInt8] = [0x1B, 0x5B, 0x4F, 0x3B, 0x32, 0x7E, 0xC3, 0xFF, 0x4D, 0x5D]
                let byte = interesting.randomElement(using: &random) ?? 0
                _ = decoder.feed(Bool.random(using: &random) ? byte : .random(in: 0...255, using: &random))
            }
            while decoder.isWaiting { _ = decoder.timeOut() }
            _ = decoder.feed(UInt8(ascii: "\r"))
            let last = decoder.feed(UInt8(ascii: "x"))
            #expect(last == [.scalar("x")])
        }
    }
}

struct PastedTextTests {
    @Test(
        arguments: [
            ("a\r\nb\rc\nd", "a\nb\nc\nd"), ("one\n\n", "one"), ("a\tb", "a\tb"), ("a\u{1B}[2Jb", "a[2Jb"),
            ("a\u{3}\u{4}\u{7F}\u{9B}b", "ab"), ("é世🚀", "é世🚀"), ("\r\n", "")
        ])
    func `a pasted text is made safe`(pasted: String, text: String) {
        #expect(PastedText.text(Array(pasted.utf8)) == text)
    }

    @Test func `bytes that are not UTF-8 are replaced`() {
        #expect(PastedText.text([0x61, 0xFF, 0x62]) == "a\u{FFFD}b")
    }
}
