// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What the prompt answers to what is typed, and how it ends when the system asks it to.
@Suite(.serialized)
struct PromptAnswerTests {
    @Test func `a loop, a condition and an import are answered with what they would make`() async throws {
        let project = try Project(["lib.recipe": "resource inner: local.Note { text: \"x\" }\n"])
        let answer = try await project.converge(
            input: """
                resource other: local.Note { text: "o" }
                for name in ["a", "b"] { resource note[name]: local.Note { text: name } }
                if true { resource lone: local.Note { text: "l" } } else { resource never: local.Note { text: "n" } }
                if false { resource none: local.Note { text: "l" } }
                import "lib.recipe" as lib
                for n in range(1, 41) { resource many[string(n)]: local.Note { text: "m" } }

                """)
        #expect(answer.code == 0, "\(answer.errors)")
        var lines = answer.output.split(separator: "\n").map(String.init)
        let many = lines.filter { $0.contains("many") }
        #expect(many.count == 11)
        #expect(lines.last == "  … and 29 more")
        lines.removeAll { $0.contains("many") || $0.contains("more") }
        #expect(
            lines == [
                "  + other  local.Note on local", "  + note[\"a\"]  local.Note on local",
                "  + note[\"b\"]  local.Note on local", "  + lone  local.Note on local", "  no resources",
                "  + lib/inner  local.Note on local"
            ])
    }

    @Test(arguments: ["quit now", "undo 2", "redo it"])
    func `a verb without words refuses one`(line: String) async throws {
        let answer = try await Project().converge(input: line + "\n")
        let words = line.split(separator: " ")
        #expect(answer.code == 1)
        #expect(answer.errors == "Error: Unexpected argument '\(words[1])'\nUsage: \(words[0])\n")
    }

    @Test func `--set counts once there is a parameter of its name`() async throws {
        let project = try Project()
        let input = """
            param x: Int = 1
            let y = x + 1
            resource note: local.Note { text: "${x}" }
            x
            plan --json
            plan --json --set x=9

            """
        let answer = try await project.run(["--set", "x=5", "--set=z=1"], input: input)
        #expect(answer.code == 0, "\(answer.errors)")
        let lines = answer.output.split(separator: "\n").map(String.init)
        #expect(Array(lines.prefix(4)) == ["x = 5", "y = 6", "  + note  local.Note on local", "5"])
        #expect(answer.errors.contains("Not used, since there is no parameter of that name: --set z."))
        let again = try await project.run(["--set", "x=5"], input: "apply --yes\nshow note.text\n")
        #expect(again.output.hasSuffix("5\n"), "\(again.output)\(again.errors)")
        let wrong = try await project.run(["--set", "x"])
        #expect(wrong.code == 64)
        #expect(wrong.errors.contains("--set takes NAME=VALUE, not 'x'"))
    }

    @Test func `what a redeclaration breaks points at both`() async throws {
        let answer = try await Project().converge(
            input: "let n = 1\nlet m = n + 1\nlet n = \"text\"\n")
        #expect(answer.code == 1)
        #expect(answer.errors.contains("let m = n + 1"), "\(answer.errors)")
        #expect(answer.errors.contains("let n = \"text\""))
        #expect(answer.errors.contains("since this is declared anew"))
    }

    @Test func `what a running step said last is seen while it runs`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter(
            "workflow work { step talk: Shell { run: \"echo loading part 7; touch begun; until [ -e go ]; do sleep 0.02; done\" } }"
        )
        try prompt.terminal.enter("run work")
        try await prompt.terminal.wait(for: "0/1 talk Shell | loading part 7")
        try prompt.project.write("", to: "go")
        try await prompt.terminal.wait(for: "run-1 succeeded (1 executed).")
    }

    @Test func `a file with a blank in its name is completed in quotes`() async throws {
        let prompt = try await PromptTerminal(
            Project(["my files/big shop.recipe": "resource note: local.Note { text: \"x\" }\n"]))
        try prompt.terminal.type("plan my")
        try prompt.terminal.press("Tab")
        try await prompt.terminal.wait(forLine: "converge> plan \"my files/")
        try prompt.terminal.press("Tab")
        try await prompt.terminal.wait(forLine: "converge> plan \"my files/big shop.recipe\"")
        let lines = try await prompt.enter("")
        #expect(lines.contains { $0.contains("+ note") }, "\(lines)")
    }

    /// Two steps, of which the first waits for a file of the test.
    private static let work = """
        workflow work { step first: Shell { run: "touch begun; until [ -e go ]; do sleep 0.02; done" }; \
        step second: Shell { @needs: [first], run: "touch second" } }
        """

    @Test(arguments: [false, true])
    func `SIGTERM lets a run behind the prompt finish what is in flight`(isTyping: Bool) async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter(Self.work)
        try await prompt.enter("run work &")
        try #require(try await eventually { prompt.project.exists("begun") })
        if isTyping { try prompt.terminal.type("let half = ") }
        kill(try #require(prompt.process), SIGTERM)
        try await prompt.terminal.wait(for: "SIGTERM: finishing what is in flight of run-1; again stops it.")
        try prompt.project.write("", to: "go")
        let (status, modes) = try await prompt.terminal.waitForExit()
        #expect(status == 130)
        #expect(modes.split(separator: " ").contains("echo"))
        let screen = try prompt.terminal.screen(.all)
        #expect(screen.contains("`resume run-1` goes on with it."), "\(screen)")
        #expect(!prompt.project.exists("second"))
        #expect(try await prompt.project.converge("runs", "--json").json.at("runs", "0", "status") == "cancelled")
        #expect(try await prompt.project.converge("resume", "run-1").code == 0)
    }

    @Test func `SIGTERM ends an idle prompt with a sane terminal`() async throws {
        let prompt = try await PromptTerminal(Project())
        try prompt.terminal.type("1 + ")
        try await prompt.terminal.wait(forLine: "converge> 1 +")
        kill(try #require(prompt.process), SIGTERM)
        let (status, modes) = try await prompt.terminal.waitForExit()
        #expect(status == 130)
        for mode in ["icanon", "echo", "isig"] { #expect(modes.split(separator: " ").contains(Substring(mode))) }
    }
}
