// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Shell

struct StatementSplitterTests {
    private func parts(_ text: String) -> StatementSplitter.Parts {
        StatementSplitter.split(text, language: BracketLanguage())
    }

    @Test func `a statement ends at the first line end where nothing is open`() {
        let parts = parts("let a = 1\n\nf(\n  1\n)\nlet b = 2")
        #expect(parts.statements == ["let a = 1", "f(\n  1\n)", "let b = 2"])
        #expect(parts.rest == .complete)
    }

    @Test func `what is open at the end is left over with its reason`() {
        let parts = parts("let a = 1\nf({\n  1")
        #expect(parts.statements == ["let a = 1"])
        #expect(parts.restText == "f({\n  1")
        #expect(
            parts.rest
                == .open(
                    OpenStatement("a bracket of line 1 is open", indentation: 4, closer: "}", closerIndentation: 2)))
    }

    @Test func `a bracket too many ends the statement at once`() {
        #expect(parts("a)\nb").statements == ["a)", "b"])
    }

    @Test func `statements know the line on which they begin`() {
        var splitter = StatementSplitter(language: BracketLanguage())
        let lines = ["", "a", "f(", "", ")", " ", "b"]
        var statements: [EnteredStatement] = []
        for line in lines { if let statement = splitter.add(line) { statements.append(statement) } }
        #expect(statements.map(\.firstLine) == [2, 3, 7])
        #expect(splitter.unfinished == nil)
    }
}

struct LineReaderTests {
    private func lines(_ bytes: [UInt8], chunk: Int) -> [LineReader.Line] {
        var reader = LineReader()
        var lines: [LineReader.Line] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            reader.feed(Array(bytes[start..<min(start + chunk, bytes.count)]))
            while let line = reader.next() { lines.append(line) }
        }
        if let line = reader.last() { lines.append(line) }
        return lines
    }

    @Test(arguments: [1, 2, 3, 7, 100])
    func `lines do not depend on how the bytes arrive`(chunk: Int) {
        let bytes = Array("let a = 1\r\né世\n\nlast".utf8)
        #expect(lines(bytes, chunk: chunk) == [.text("let a = 1"), .text("é世"), .text(""), .text("last")])
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], 2, 0xFF), ([0xC3, 0xA9, 0xC3], 3, 0xC3), ([0xED, 0xA0, 0x80], 1, 0xED),
            ([0x61, 0xE4, 0xB8], 2, 0xE4)
        ] as [([UInt8], Int, UInt8)])
    func `bytes that are not UTF-8 are reported with their place`(bytes: [UInt8], column: Int, byte: UInt8) {
        let place = InvalidText(line: 2, column: column, byte: byte)
        #expect(lines(Array("ok\n".utf8) + bytes + [0x0A], chunk: 2) == [.text("ok"), .invalid(place)])
    }
}

struct TerminalCapabilitiesTests {
    private func capabilities(input: Bool = true, output: Bool = true, _ environment: [String: String])
        -> TerminalCapabilities
    {
        TerminalCapabilities(inputIsTerminal: input, outputIsTerminal: output) { environment[$0] }
    }

    @Test func `a terminal is edited on in colour`() {
        let expected = TerminalCapabilities(reading: .editing, usesColor: true, marksPrompts: true)
        #expect(capabilities(["TERM": "xterm-256color"]) == expected)
        #expect(capabilities(["TERM": "xterm", "NO_COLOR": ""]) == expected)
    }

    @Test func `NO_COLOR takes the colour and nothing else`() {
        #expect(
            capabilities(["TERM": "xterm", "NO_COLOR": "1"])
                == TerminalCapabilities(reading: .editing, usesColor: false, marksPrompts: true))
    }

    @Test(arguments: ["linux", "vt100"]) func `an old terminal gets no marks that it may show`(term: String) {
        #expect(capabilities(["TERM": term]) == TerminalCapabilities(reading: .editing, usesColor: true))
    }

    @Test(arguments: [["TERM": "dumb"], ["TERM": "emacs"], ["TERM": ""], [:]])
    func `a dumb terminal gets a prompt and no sequence`(environment: [String: String]) {
        #expect(capabilities(environment) == TerminalCapabilities(reading: .prompting, usesColor: false))
    }

    @Test func `a pipe on either side means no prompt`() {
        #expect(capabilities(input: false, ["TERM": "xterm"]) == TerminalCapabilities(reading: .piped, usesColor: true))
        #expect(
            capabilities(output: false, ["TERM": "xterm"]) == TerminalCapabilities(reading: .piped, usesColor: false))
    }
}
