// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Ctrl-C, Ctrl-D and Ctrl-Z at the prompt.
@Suite(.serialized)
struct PromptSignalTests {
    @Test func `Ctrl-D on an empty line leaves with 0 and a sane terminal`() async throws {
        let prompt = try await PromptTerminal(Project())
        try prompt.terminal.type("12")
        try await prompt.terminal.wait(forLine: "converge> 12")
        try prompt.terminal.press("C-a", "C-d")
        try await prompt.terminal.wait(forLine: "converge> 2")
        try prompt.terminal.press("C-d")
        try await prompt.terminal.wait(forLine: "converge>")
        let (status, modes) = try await prompt.leave()
        #expect(status == 0)
        for mode in ["icanon", "echo", "isig", "ixon"] {
            #expect(modes.split(separator: " ").contains(Substring(mode)), "\(mode) in \(modes)")
        }
    }

    @Test func `Ctrl-C abandons the line and never ends the process`() async throws {
        let prompt = try await PromptTerminal(Project())
        try prompt.terminal.type("let half = {")
        try prompt.terminal.press("Enter")
        try prompt.terminal.type("a: 1")
        try await prompt.terminal.wait(for: "a: 1")
        try await prompt.abandonLine()
        for _ in 1...3 { try await prompt.abandonLine() }
        #expect(try await prompt.enter("1 + 1") == ["2"])
        #expect(!prompt.project.exists(".converge/scratch.recipe"), "nothing was declared")
        try prompt.terminal.press("Up", "Up")
        try await prompt.terminal.wait(for: "a: 1")
    }

    @Test func `Ctrl-C stops a running command; the prompt goes on, and so does resume`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter(
            "workflow work { step wait: Shell { run: \"touch begun; while [ ! -e go ]; do sleep 0.05; done\" } }")
        try prompt.terminal.enter("run work")
        try #require(try await eventually { prompt.project.exists("begun") })
        try prompt.terminal.press("C-c")
        try await prompt.terminal.wait(for: "Ctrl-C again stops it")
        try prompt.terminal.press("C-c")
        let screen = try await prompt.terminal.wait(for: "the prompt again") {
            $0.lastLine == "converge>" && $0.contains("`resume run-1` goes on with it.")
        }
        #expect(screen.contains("run-1 cancelled"))
        for _ in 1...3 { try await prompt.abandonLine() }
        #expect(try await prompt.enter("1 + 1") == ["2"])
        try prompt.project.write("", to: "go")
        #expect(try await prompt.enter("resume run-1").contains("run-1 succeeded (1 executed)."))
        #expect(try await prompt.leave().status == 0)
    }

    @Test func `Ctrl-C finishes what is in flight and begins nothing after it`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter(
            """
            workflow work { step first: Shell { run: "touch begun; while [ ! -e go ]; do sleep 0.05; done; touch first" }; \
            step second: Shell { @needs: [first], run: "touch second" } }
            """)
        try prompt.terminal.enter("run work")
        try #require(try await eventually { prompt.project.exists("begun") })
        try prompt.terminal.press("C-c")
        try await prompt.terminal.wait(for: "Ctrl-C again stops it")
        try prompt.project.write("", to: "go")
        try await prompt.terminal.wait(for: "the prompt again") {
            $0.lastLine == "converge>" && $0.contains("`resume run-1` goes on with it.")
        }
        #expect(prompt.project.exists("first"))
        #expect(!prompt.project.exists("second"))
    }

    @Test func `Ctrl-C at a question is a no`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter("resource note: local.Note { text: \"a\" }")
        try prompt.terminal.enter("apply")
        try await prompt.terminal.wait(for: "Only `yes` does it:")
        try prompt.terminal.press("C-c")
        let screen = try await prompt.terminal.wait(for: "the prompt again") { $0.lastLine == "converge>" }
        #expect(screen.contains("nothing was changed"))
        #expect(try await prompt.enter("runs") == ["No runs yet."])

        try prompt.terminal.enter("apply")
        try await prompt.terminal.wait(for: "the question again") { $0.count(of: "Apply these changes?") == 2 }
        #expect(try await prompt.enter("y").contains { $0.contains("nothing was changed") }, "only yes is yes")
        try prompt.terminal.enter("apply")
        try await prompt.terminal.wait(for: "the question again") { $0.count(of: "Apply these changes?") == 3 }
        #expect(try await prompt.enter("yes").last == "apply-1: 1 created.")
    }

    @Test func `Ctrl-C at a question on the command line ends it with 130`() async throws {
        let project = try Project(["note.recipe": "resource note: local.Note { text: \"a\" }\n"])
        let terminal = try TerminalSession(
            [Project.executable, "apply", "note.recipe"], environment: ["HOME": project.path("home")],
            directory: project.folder)
        try await terminal.wait(for: "Only `yes` does it:")
        try terminal.press("C-c")
        #expect(try await terminal.waitForExit().status == 130)
        #expect(try await project.converge("show", "--json").json.at("resources")?.list?.isEmpty == true)
    }

    @Test func `Ctrl-Z stops the prompt with a sane terminal, and fg brings the line back`() async throws {
        let shell = try PromptTerminal.shell(Project())
        try await shell.wait(for: "the shell") { $0.lastLine == "$" }
        try shell.enter(Project.executable)
        try await shell.wait(forLine: "converge>", within: .seconds(30))
        try shell.type("1 + ")
        try await shell.wait(forLine: "converge> 1 +")
        try shell.press("C-z")
        try await shell.wait(for: "the shell again") { $0.contains("Stopped") && $0.lastLine == "$" }
        try shell.enter("stty -a")
        let modes = try await shell.wait(for: " icanon").text.split(whereSeparator: \.isWhitespace)
        for mode in ["icanon", "isig", "echo"] { #expect(modes.contains(Substring(mode))) }
        try shell.enter("fg")
        try await shell.wait(forLine: "converge> 1 +")
        try shell.enter("41")
        try await shell.wait(for: "the answer") { $0.lines.suffix(2) == ["42", "converge>"] }
        try shell.press("C-d")
        try await shell.wait(for: "the shell at the end") { $0.lastLine == "$" }
        try shell.enter("echo \"status $?\"")
        try await shell.wait(for: "status 0")
    }
}
