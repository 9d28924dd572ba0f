// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What a line does while it is typed.
@Suite(.serialized)
struct PromptEditingTests {
    private static let escape = "\u{1B}["

    // MARK: What is seen

    @Test func `words are coloured while they are typed`() async throws {
        let prompt = try await PromptTerminal(Project())
        let text = "resource lake: DataLakeStorage { name: \"x\", retention: 3d }"
        try prompt.terminal.type(text)
        try await prompt.terminal.wait(forLine: "converge> " + text)
        let row = try #require(try prompt.terminal.screen(.styled).lines.last)
        let colours = ["34mresource", "36mDataLakeStorage", "32m\"x\""]
        for colour in colours { #expect(row.contains(Self.escape + colour), "\(colour) in \(row.debugDescription)") }
    }

    @Test func `a grey hint goes on from what was entered before; Right takes it, Enter does not`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter("let region = \"eu\"")
        try prompt.terminal.type("let r")
        try await prompt.terminal.wait(forLine: "converge> let region = \"eu\"")
        let hinted = try prompt.terminal.screen(.styled)
        #expect(hinted.lastLine.contains(Self.escape + "90megion = \"eu\""))
        #expect(hinted.cursor.column == 15)

        let answer = try await prompt.enter("")
        #expect(answer.first?.hasPrefix("error[") == true, "the hint was taken: \(answer)")

        try prompt.terminal.type("let re")
        try await prompt.terminal.wait(forLine: "converge> let region = \"eu\"")
        try prompt.terminal.press("Right")
        try await prompt.terminal.wait(for: "cursor at the end") { $0.cursor.column == 27 }
        #expect(try await prompt.enter("").last == "region = \"eu\"")
    }

    @Test func `NO_COLOR leaves everything but the colours`() async throws {
        let prompt = try await PromptTerminal(Project(), environment: ["NO_COLOR": "1"])
        try await prompt.enter("let region = \"eu\"")
        try prompt.terminal.type("let other = upper(region)")
        try await prompt.terminal.wait(forLine: "converge> let other = upper(region)")
        #expect(!(try prompt.terminal.screen(.styled).text.contains(Self.escape)))
        #expect(try await prompt.enter("") == ["other = \"EU\""])
    }

    @Test func `a change of the window's size redraws the line`() async throws {
        let prompt = try await PromptTerminal(Project(), columns: 80, rows: 24)
        let text = "let words = \"" + (1...12).map { "word\($0)" }.joined(separator: " ") + "\""
        try prompt.terminal.type(text)
        let cells = "converge> \(text)"
        for columns in [80, 40, 61, 100] {
            try prompt.terminal.resize(columns: columns, rows: 24)
            try await prompt.terminal.wait(for: "the text on rows of \(columns)") { screen in
                guard let begin = screen.lines.lastIndex(where: { $0.hasPrefix("converge>") }) else { return false }
                let rows = screen.lines[begin...]
                return rows.dropLast().allSatisfy { $0.count <= columns }
                    && rows.map { $0 }.joined().filter { $0 != " " } == cells.filter { $0 != " " }
                    && rows.count == (cells.count + columns - 1) / columns
            }
        }
        let answer = try await prompt.enter("")
        #expect(answer.last?.hasPrefix("words = \"word1 word2") == true)
    }

    // MARK: Several lines

    @Test func `a statement goes on until its brackets are closed, and is one entry of the history`() async throws {
        let prompt = try await PromptTerminal(Project())
        try prompt.terminal.enter("resource note: local.Note {")
        try await prompt.terminal.wait(for: "continued line") { $0.lines.last?.hasPrefix("      ...") == true }
        try prompt.terminal.enter("text: \"one\"")
        try await prompt.terminal.wait(for: "third line") { $0.lines.count { $0.hasPrefix("      ...") } == 2 }
        #expect(try await prompt.enter("}").last == "  + note  local.Note on local")

        try prompt.terminal.press("Up")
        let recalled = try await prompt.terminal.wait(for: "the whole statement again") {
            $0.lines.count { $0.contains("text: \"one\"") } == 2
        }
        #expect(recalled.lines.suffix(3).first == "converge> resource note: local.Note {")
        try await prompt.abandonLine()
        #expect(try prompt.project.text(of: prompt.historyFile).split(separator: "\n").count == 1)
        #expect(try prompt.project.text(of: ".converge/scratch.recipe").contains("text: \"one\""))
    }

    @Test func `a pasted text waits for Enter, then each statement is answered`() async throws {
        let prompt = try await PromptTerminal(Project())
        try prompt.terminal.paste("let a = 1\nlet b = [\n\t2,\n  \"é\"\n]\na + length(b)\n")
        let pasted = try await prompt.terminal.wait(for: "a + length(b)")
        #expect(!pasted.contains("a = 1\na = 1"))
        #expect(pasted.lines.count { $0.hasPrefix("converge>") } == 1)
        #expect(pasted.lastLine.hasSuffix("a + length(b)"), "nothing has run")
        _ = try await prompt.enter("")
        #expect(try prompt.terminal.screen().lines.suffix(4) == ["a = 1", "b = [2, \"é\"]", "3", "converge>"])
        let entries = try prompt.project.text(of: prompt.historyFile).split(separator: "\n")
        #expect(entries.count == 3, "each statement is an entry of its own")
    }

    @Test func `pasted statements stop at the first that fails`() async throws {
        let prompt = try await PromptTerminal(Project())
        try prompt.terminal.paste("let a = 1\nlet b = nobody\nlet c = 3\n")
        try await prompt.terminal.wait(for: "let c = 3")
        _ = try await prompt.enter("")
        let screen = try prompt.terminal.screen()
        #expect(screen.contains("error[R0101]: nothing here is called 'nobody'"))
        #expect(!screen.contains("c = 3\nconverge"))
        #expect(try prompt.project.text(of: ".converge/scratch.recipe") == "let a = 1\n")
    }

    @Test func `control sequences in a pasted text do nothing`() async throws {
        let prompt = try await PromptTerminal(Project())
        try prompt.terminal.paste("\"a\u{1B}[2Jb\"")
        try await prompt.terminal.wait(forLine: "converge> \"a[2Jb\"")
        #expect(try await prompt.enter("") == ["\"a[2Jb\""])
        #expect(try prompt.terminal.screen().contains("Converge 0.1.0"), "the screen was not cleared")
    }

    @Test func `a text taller than the window is edited whole`() async throws {
        let prompt = try await PromptTerminal(Project(), columns: 60, rows: 12)
        let fields = (1...40).map { "  line_\($0): \($0)" }
        try prompt.terminal.paste("let tall = {\n" + fields.joined(separator: "\n") + "\n}")
        try await prompt.terminal.wait(for: "line_40: 40")
        for _ in 1...30 { try prompt.terminal.press("Up") }
        try await prompt.terminal.wait(for: "row 11 at the cursor") { screen in
            screen.lines.indices.contains(screen.cursor.row) && screen.lines[screen.cursor.row].contains("line_11")
        }
        try prompt.terminal.press("End")
        try prompt.terminal.type("11")
        try await prompt.terminal.wait(for: "line_11: 1111")
        let answer = try await prompt.enter("")
        #expect(answer.joined().contains("line_11: 1111"))
        let all = try prompt.terminal.screen(.all)
        for number in 1...40 { #expect(all.count(of: "      ...   line_\(number): ") == 1) }
    }

    @Test func `Ctrl-X Ctrl-E gives the statement to an editor and takes it back`() async throws {
        let project = try Project(["edit.sh": "cp \"$1\" seen; cp wanted \"$1\"\n", "wanted": "let b = [\n  2\n]\n"])
        let prompt = try await PromptTerminal(
            project, environment: ["EDITOR": "sh edit.sh", "TMPDIR": project.path("")])
        try prompt.terminal.type("let a = 1")
        try prompt.terminal.press("C-x", "C-e")
        let edited = try await prompt.terminal.wait(for: "the edited statement") { $0.lastLine == "      ... ]" }
        #expect(edited.count(of: "converge>") == 1, "the old text is off the screen: \(edited)")
        #expect(try project.text(of: "seen") == "let a = 1\n")
        #expect(try await prompt.enter("").last == "b = [2]")

        try project.write("exit 1\n", to: "edit.sh")
        try prompt.terminal.type("let kept = 1")
        try prompt.terminal.press("C-x", "C-e")
        #expect(try await prompt.enter("").last == "kept = 1", "an editor that fails changes nothing")
        let left = try FileManager.default.contentsOfDirectory(atPath: project.folder.path)
        #expect(!left.contains { $0.hasPrefix("converge-") }, "\(left)")
    }

    // MARK: History

    @Test func `history is there at the next visit, and another project's too`() async throws {
        let project = try Project()
        let first = try await PromptTerminal(project)
        try await first.enter("let one = 1")
        try await first.enter("let two = 2")
        #expect(try await first.leave().status == 0)

        let second = try await PromptTerminal(project)
        try second.terminal.press("Up")
        try await second.terminal.wait(forLine: "converge> let two = 2")
        try second.terminal.press("Up")
        try await second.terminal.wait(forLine: "converge> let one = 1")
        try second.terminal.press("Down")
        try await second.terminal.wait(forLine: "converge> let two = 2")
        try await second.abandonLine()
        try second.terminal.press("C-r")
        try second.terminal.type("one")
        try await second.terminal.wait(for: "let one = 1")
        try second.terminal.press("Enter")
        try await second.terminal.wait(forLine: "converge> let one = 1")
        #expect(try await second.enter("").last == "one = 1")
    }

    @Test func `what was entered before a kill is in the history`() async throws {
        let project = try Project()
        let first = try await PromptTerminal(project)
        try await first.enter("let kept = 1")
        kill(try #require(first.process), SIGKILL)
        #expect(try await first.terminal.waitForExit().status == 137)

        let second = try await PromptTerminal(project)
        try second.terminal.press("Up")
        try await second.terminal.wait(forLine: "converge> let kept = 1")
    }

    @Test func `a secret that is written where one belongs is in no history and in no answer`() async throws {
        let project = try Project()
        let prompt = try await PromptTerminal(project)
        let answer = try await prompt.enter("param password: Secret<String> = \"canary-7\"")
        #expect(answer.first?.hasPrefix("error[R0315]") == true, "\(answer)")
        #expect(!answer.joined().contains("canary"), "\(answer)")
        let history = try project.text(of: prompt.historyFile)
        #expect(history.contains("Secret<String>") && !history.contains("canary"), "\(history)")
        #expect(try await project.program("grep", "-rl", "canary", ".").output.isEmpty)
    }
}
