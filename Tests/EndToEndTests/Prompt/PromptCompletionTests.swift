// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Tab, pressed at the prompt.
@Suite(.serialized)
struct PromptCompletionTests {
    /// Presses Tab and waits for the line; the column tells the blanks at its end.
    private func expect(_ line: String, afterTabIn prompt: PromptTerminal, _ typed: String) async throws {
        try prompt.terminal.type(typed)
        try prompt.terminal.press("Tab")
        try await prompt.terminal.wait(for: "'\(line)|' after Tab behind '\(typed)'") { screen in
            guard screen.lines.indices.contains(screen.cursor.row) else { return false }
            let shown = screen.lines[screen.cursor.row]
            return shown == "converge> \(line)".trimmingSuffix(while: \.isWhitespace)
                && screen.cursor.column == "converge> \(line)".count
        }
    }

    private func menu(_ rows: String..., afterTabIn prompt: PromptTerminal, _ typed: String) async throws {
        try prompt.terminal.type(typed)
        try prompt.terminal.press("Tab")
        try await prompt.terminal.wait(for: "a menu with \(rows) behind '\(typed)'") { screen in
            let below = screen.lines.dropFirst(screen.cursor.row + 1).joined(separator: "\n")
            return rows.allSatisfy(below.contains)
        }
    }

    @Test func `a verb is completed with a blank, and what follows it with what fits`() async throws {
        let project = try Project([
            "shop.recipe": "resource note: local.Note { text: \"a\" }\n", "data/first.csv": "a\n1\n",
            "data/inner.recipe": "let a = 1\n", "notes.txt": ""
        ])
        let prompt = try await PromptTerminal(project)
        try await expect("help ", afterTabIn: prompt, "he")
        try await expect("help fmt", afterTabIn: prompt, "fm")
        #expect(try await prompt.enter("").joined().contains("Formats recipes"))

        try await expect("open shop.recipe ", afterTabIn: prompt, "open s")
        try await prompt.abandonLine()
        try await expect("load data/", afterTabIn: prompt, "load d")
        try await expect("load data/inner.recipe ", afterTabIn: prompt, "")
        #expect(try await prompt.enter("") == ["1 declaration loaded."])
        try await expect("explain DataLakeStorage ", afterTabIn: prompt, "explain DataL")
        try await prompt.abandonLine()
        try await expect("explain R0203 ", afterTabIn: prompt, "explain R0203")
        try await prompt.abandonLine()
        try await menu("--offline", "--out", "Writes the plan", afterTabIn: prompt, "plan --o")
        try await prompt.abandonLine()
        try await expect("plan --check ", afterTabIn: prompt, "plan --ch")
        try await prompt.abandonLine()
        try await expect("plan --env default ", afterTabIn: prompt, "plan --env d")
        try await prompt.abandonLine()
        try await expect("compare local ", afterTabIn: prompt, "compare lo")
        try await expect("compare local aws ", afterTabIn: prompt, "a")
        try await expect("compare local aws shop.recipe ", afterTabIn: prompt, "s")
        try await prompt.abandonLine()
        try await expect(
            "resource lake: DataLakeStorage { @service: \"Folder\"", afterTabIn: prompt,
            "resource lake: DataLakeStorage { @service: \"")
    }

    @Test func `runs, steps, addresses and workflows are offered as the project has them`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter("resource note: local.Note { text: \"a\" }")
        try await prompt.enter("workflow greet { step say: Shell { run: \"echo hi\" } }")
        try await prompt.enter("apply --yes")
        try await expect("run greet ", afterTabIn: prompt, "run g")
        #expect(try await prompt.enter("").contains("run-2 succeeded (1 executed)."))
        try await expect("logs run-2 ", afterTabIn: prompt, "logs r")
        try await expect("logs run-2 say ", afterTabIn: prompt, "s")
        #expect(try await prompt.enter("") == ["say | hi"])
        try await expect("show note", afterTabIn: prompt, "show n")
        try await expect("show note.text ", afterTabIn: prompt, ".te")
        #expect(try await prompt.enter("") == ["a"])
        try await menu("apply-1", "run-2", "note", afterTabIn: prompt, "show ")
        try await prompt.abandonLine()
        try await prompt.enter("resource other: local.Note { text: \"b\" }")
        try await expect("plan --only other ", afterTabIn: prompt, "plan --only o")
        try await expect("plan --only other --except note ", afterTabIn: prompt, "--except n")
    }

    @Test func `what a run waits for is offered behind it`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step build: Shell { run: "true" }
              step allow: Approve { text: "ship it?" }
              step hold: Wait { signal: "shipped", duration: 1h }
            }

            """
        ])
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 3)
        let prompt = try await PromptTerminal(project)
        try await expect("approve run-1 ", afterTabIn: prompt, "approve r")
        try await expect("approve run-1 allow ", afterTabIn: prompt, "")
        try await prompt.abandonLine()
        try await expect("signal run-1 ", afterTabIn: prompt, "signal r")
        try await expect("signal run-1 shipped ", afterTabIn: prompt, "")
    }

    @Test func `a declaration is composed by Tab: kind, field and value`() async throws {
        let project = try Project(["data/first.csv": "a\n1\n"])
        let prompt = try await PromptTerminal(project)
        try await expect("resource ", afterTabIn: prompt, "reso")
        try await expect("resource note: local.Note { ", afterTabIn: prompt, "note: local.Note")
        try await expect("resource note: local.Note { text: ", afterTabIn: prompt, "")
        try await expect("resource note: local.Note { text: upper(", afterTabIn: prompt, "upp")
        #expect(try await prompt.enter("\"a\") }") == ["  + note  local.Note on local"])
        try await prompt.enter("resource lake: DataLakeStorage {}")

        // What must be given comes first, with its type and its line of documentation.
        try await menu(
            "from", "to", "the store that gets them", afterTabIn: prompt, "workflow w { step put: Copy { ")
        try await prompt.abandonLine()
        let begin = "workflow w { step take: Ingest { "
        try await expect(begin + "from: \"data/", afterTabIn: prompt, begin + "from: \"da")
        try await expect(begin + "from: \"data/first.csv\"", afterTabIn: prompt, "")
        try await expect(begin + "from: \"data/first.csv\", into: lake", afterTabIn: prompt, ", into: la")
        try await expect(
            begin + "from: \"data/first.csv\", into: lake, mode: \"append\"", afterTabIn: prompt, ", mode: \"app")
        #expect(try await prompt.enter(" } }") == ["  steps: take (Ingest)"])
    }

    @Test func `a menu that typing narrows to one is taken by Tab, with its suffix`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await menu("refresh", "resume", "redo", "resource", afterTabIn: prompt, "re")
        try prompt.terminal.type("d")
        try await prompt.terminal.wait(for: "a menu with one item") { $0.contains("redo") && !$0.contains("resume") }
        try await expect("redo", afterTabIn: prompt, "")
        try await prompt.abandonLine()
        try await menu("refresh", "resume", afterTabIn: prompt, "re")
        try prompt.terminal.press("Escape")
        try await prompt.terminal.wait(for: "the menu closed") {
            $0.lastLine.hasPrefix("converge> re") && !$0.contains("resume")
        }
        try prompt.terminal.type("f")
        try await expect("refresh ", afterTabIn: prompt, "")
    }
}

extension String {
    fileprivate func trimmingSuffix(while isWanted: (Character) -> Bool) -> String {
        String(reversed().drop(while: isWanted).reversed())
    }
}
