// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Runs that go on behind the prompt.
@Suite(.serialized)
struct PromptBackgroundTests {
    /// Two steps that each wait for a file of the test.
    private static let work = """
        workflow work { step first: Shell { run: "echo one; touch begun; until [ -e go ]; do sleep 0.02; done; echo two" }; \
        step second: Shell { @needs: [first], run: "until [ -e on ]; do sleep 0.02; done" }; output said = first.stdout }
        """

    private func begin() async throws -> PromptTerminal {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter(Self.work)
        let answer = try await prompt.enter("run work &")
        #expect(answer.first?.hasPrefix("run-1 goes on in the background") == true, "\(answer)")
        try #require(try await eventually { prompt.project.exists("begun") })
        return prompt
    }

    @Test func `its lines appear above the line that is typed, which stays as it is`() async throws {
        let prompt = try await begin()
        #expect(try await prompt.enter("runs").contains { $0.hasPrefix("run-1  work") && $0.contains("running") })
        try prompt.terminal.type("let half = [1, 2")
        try prompt.terminal.press("Left")
        try prompt.project.write("", to: "go")
        let first = try await prompt.terminal.wait(for: "the first step's end") {
            $0.contains("✓ first") && $0.lastLine == "converge> let half = [1, 2"
        }
        #expect(first.lines.contains { $0.hasPrefix("[run-1]  ✓ first  Shell, ") }, "\(first)")
        #expect(first.cursor.column == "converge> let half = [1, 2".count - 1)
        try prompt.terminal.type("2")
        try await prompt.terminal.wait(forLine: "converge> let half = [1, 22")
        try prompt.project.write("", to: "on")
        let second = try await prompt.terminal.wait(for: "the run's end") {
            $0.contains("run-1 succeeded (2 executed).") && $0.lastLine == "converge> let half = [1, 22"
        }
        #expect(second.contains("[run-1] said = \"one\\ntwo\""), "\(second)")
        try prompt.terminal.press("End")
        #expect(try await prompt.enter("]") == ["half = [1, 22]"])
        let left = try FileManager.default.contentsOfDirectory(atPath: prompt.project.path(".converge/locks"))
        #expect(!left.contains { $0.hasSuffix(".cancel") }, "\(left)")
        #expect(try await prompt.leave().status == 0, "nothing runs any more, so that nothing is asked")
    }

    @Test func `its log is followed meanwhile, and Ctrl-C ends only that`() async throws {
        let prompt = try await begin()
        try prompt.terminal.enter("logs run-1 --follow")
        try await prompt.terminal.wait(for: "first | one")
        try prompt.terminal.press("C-c")
        try await prompt.terminal.wait(for: "the prompt again") { $0.lastLine == "converge>" }
        try prompt.terminal.enter("logs run-1 --follow")
        try await prompt.terminal.wait(for: "the log again") { $0.count(of: "first | one") == 2 }
        try prompt.project.write("", to: "go")
        try prompt.project.write("", to: "on")
        try await prompt.terminal.wait(for: "the end of both") {
            $0.lastLine == "converge>" && $0.contains("first | two") && $0.contains("run-1 succeeded (2 executed).")
        }
    }

    @Test func `cancel asks it to finish, and again stops it; the line of another verb is not touched`() async throws {
        let prompt = try await begin()
        let again = try await prompt.enter("resume run-1")
        #expect(again.first == "error[L0301]: this process is executing run-1 already", "\(again)")
        try prompt.terminal.type("1 + 1")
        let asked = try await prompt.project.converge(
            "cancel", "run-1", environment: ["HOME": prompt.project.path("home")])
        #expect(asked.code == 0 && asked.output.contains("was asked to stop"), "\(asked.output)\(asked.errors)")
        try await prompt.terminal.wait(for: "word of it above the line") {
            $0.contains("Finishing what is in flight; `cancel run-1` again stops it.")
                && $0.lastLine == "converge> 1 + 1"
        }
        #expect(try await prompt.enter("").last == "2", "the line was not abandoned")
        try prompt.terminal.enter("cancel run-1")
        try await prompt.terminal.wait(for: "the run's end") {
            $0.contains("run-1 cancelled") && $0.contains("`resume run-1` goes on with it.")
                && $0.lastLine == "converge>"
        }
        try prompt.project.write("", to: "go")
        try prompt.project.write("", to: "on")
        #expect(try await prompt.enter("resume run-1").contains("run-1 succeeded (2 executed)."))
    }

    @Test func `what is taken back of it waits behind the prompt for what is in flight`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter(
            """
            workflow work { step first: Shell { @undo: back, run: "touch begun; until [ -e go ]; do sleep 0.02; done" }; \
            step back: Shell { run: "until [ -e on ]; do sleep 0.02; done" }; \
            step second: Shell { @needs: [first], run: "touch second" } }
            """)
        try await prompt.enter("run work &")
        try #require(try await eventually { prompt.project.exists("begun") })
        let asked = try await prompt.enter("cancel run-1 --undo")
        #expect(asked.contains { $0.hasPrefix("run-1 was asked to stop") }, "\(asked)")
        #expect(asked.contains { $0.hasPrefix("run-1 is taken back in the background") }, "\(asked)")
        #expect(try await prompt.enter("1 + 1").contains("2"))
        try await prompt.terminal.wait(for: "Finishing what is in flight")
        try prompt.terminal.type("let half = [1, 2")
        try prompt.project.write("", to: "go")
        try await prompt.terminal.wait(for: "the first step's end") {
            $0.contains("✓ first") && $0.lastLine == "converge> let half = [1, 2"
        }
        try prompt.project.write("", to: "on")
        let screen = try await prompt.terminal.wait(for: "the end") {
            $0.contains("Taken back: first.") && $0.lastLine == "converge> let half = [1, 2"
        }
        #expect(screen.contains("run-1 cancelled (1 executed, 1 taken back, 1 not begun)."), "\(screen)")
        #expect(!prompt.project.exists("second"))
        try prompt.terminal.type("]")
        #expect(try await prompt.enter("") == ["half = [1, 2]"])
        let left = try FileManager.default.contentsOfDirectory(atPath: prompt.project.path(".converge/locks"))
        #expect(!left.contains { $0.hasSuffix(".cancel") }, "\(left)")
        #expect(try await prompt.leave().status == 0, "nothing runs any more, so that nothing is asked")
    }

    @Test func `a run that has failed is taken back in the background where that is asked for`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter(
            """
            workflow work { step first: Shell { @undo: back, run: "true" }; \
            step back: Shell { run: "touch backing; until [ -e go ]; do sleep 0.02; done; test -e good" }; \
            step second: Shell { @needs: [first], run: "false" } }
            """)
        try prompt.project.write("", to: "go")
        #expect(try await prompt.enter("run work").contains { $0.hasPrefix("run-1 failed") })
        try FileManager.default.removeItem(atPath: prompt.project.path("go"))
        try prompt.project.write("", to: "good")
        let answer = try await prompt.enter("cancel run-1 --undo &")
        #expect(answer.first?.hasPrefix("run-1 is taken back in the background") == true, "\(answer)")
        #expect(try await prompt.enter("1 + 1").last == "2")
        try prompt.project.write("", to: "go")
        try await prompt.terminal.wait(for: "Taken back: first.")
    }

    @Test func `leaving says what it would stop, and the second Ctrl-D does; the run can be resumed`() async throws {
        let prompt = try await begin()
        try prompt.terminal.press("C-d")
        try await prompt.terminal.wait(for: "the warning") {
            $0.contains("run-1 still goes on here. Ctrl-D again stops") && $0.lastLine == "converge>"
        }
        #expect(try await prompt.enter("1 + 1") == ["2"], "something else was typed, so that Ctrl-D warns again")
        try prompt.terminal.press("C-d")
        try await prompt.terminal.wait(for: "the warning again") {
            $0.count(of: "run-1 still goes on here.") == 2 && $0.lastLine == "converge>"
        }
        let (status, _) = try await prompt.leave()
        #expect(status == 0)
        let runs = try await prompt.project.converge("runs", "--json")
        #expect(try runs.json.at("runs")?.list?.first?.object?["status"]?.string == "cancelled", "\(runs.output)")
        try prompt.project.write("", to: "go")
        try prompt.project.write("", to: "on")
        let resumed = try await prompt.project.converge("resume", "run-1")
        #expect(resumed.output.contains("run-1 succeeded"), "\(resumed.output)\(resumed.errors)")
    }

    @Test func `a prompt that is killed leaves a run that can be closed or resumed, and no process`() async throws {
        let prompt = try await begin()
        kill(try #require(prompt.process), SIGKILL)
        #expect(try await prompt.terminal.waitForExit().status == 137)
        let closed = try await prompt.project.converge("cancel", "run-1")
        #expect(closed.output.hasPrefix("run-1 was interrupted; it is closed now."), "\(closed.output)\(closed.errors)")
        let left = try FileManager.default.contentsOfDirectory(atPath: prompt.project.path(".converge/locks"))
        #expect(!left.contains { $0.hasSuffix(".cancel") }, "\(left)")
        try prompt.project.write("", to: "go")
        try prompt.project.write("", to: "on")
        let resumed = try await prompt.project.converge("resume", "run-1")
        #expect(resumed.output.contains("run-1 succeeded"), "\(resumed.output)\(resumed.errors)")
    }

    @Test func `what a run needs is asked for before it goes to the background`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter("resource note: local.Note { text: \"a\" }")
        try await prompt.enter("workflow say { step say: Shell { run: \"echo ${note.text}\" } }")
        try prompt.terminal.enter("run say &")
        try await prompt.terminal.wait(for: "Only `yes` does it:")
        let answer = try await prompt.enter("yes")
        #expect(answer.contains { $0.hasPrefix("run-2 goes on in the background") }, "\(answer)")
        try await prompt.terminal.wait(for: "run-2 succeeded (1 executed).")
    }

    @Test func `a second run's lines do not tear the question of another verb`() async throws {
        let prompt = try await begin()
        try await prompt.enter("resource note: local.Note { text: \"a\" }")
        try prompt.terminal.enter("apply")
        try await prompt.terminal.wait(for: "Only `yes` does it:")
        try prompt.project.write("", to: "go")
        let asked = try await prompt.terminal.wait(for: "the step above the question") {
            $0.contains("✓ first") && $0.lastLine == "Apply these changes? Only `yes` does it:"
        }
        #expect(asked.count(of: "Apply these changes?") == 1, "\(asked)")
        #expect(try await prompt.enter("yes").last == "apply-2: 1 created.")
        try prompt.project.write("", to: "on")
        try await prompt.terminal.wait(for: "run-1 succeeded (2 executed).")
    }

    @Test func `many lines come whole and in order while somebody types`() async throws {
        let prompt = try await PromptTerminal(Project(), columns: 80, rows: 24)
        let steps = (1...60).map { "step s\($0): Shell { \($0 > 1 ? "@needs: [s\($0 - 1)], " : "")run: \"true\" }" }
        try prompt.project.write("workflow many {\n\(steps.joined(separator: "\n"))\n}\n", to: "many.recipe")
        try await prompt.enter("open many.recipe")
        try prompt.terminal.enter("run many &")
        try await prompt.terminal.wait(for: "run-1 goes on in the background")
        var typed = "let words = \""
        try prompt.terminal.type(typed)
        for number in 1...25 {
            try prompt.terminal.type("word\(number) ")
            typed += "word\(number) "
        }
        try await prompt.terminal.wait(for: "the run's end", view: .all, within: .seconds(60)) {
            $0.contains("run-1 succeeded (60 executed).")
        }
        try prompt.terminal.type("\"")
        let screen = try await prompt.terminal.wait(for: "the whole line", view: .all) { screen in
            guard let begin = screen.lines.lastIndex(where: { $0.hasPrefix("converge>") }) else { return false }
            let shown = screen.lines[begin...].joined().filter { $0 != " " }
            return shown == "converge>\(typed)\"".filter { $0 != " " }
        }
        let told = screen.lines.filter { $0.hasPrefix("[run-1]  ✓ s") }
            .compactMap { Int($0.dropFirst("[run-1]  ✓ s".count).prefix { $0.isNumber }) }
        #expect(told == Array(1...60))
        #expect(screen.count(of: "converge> let words") == 1)
    }

    @Test func `only a run at the prompt goes to the background`() async throws {
        let prompt = try await PromptTerminal(Project())
        let plan = try await prompt.enter("plan &")
        #expect(
            plan.first
                == "error[X0114]: 'plan' does not go to the background; only a run, and what takes one back, does",
            "\(plan)")
        let close = try await prompt.enter("cancel run-1 &")
        #expect(close.first?.hasPrefix("error[X0114]: 'cancel' does not go to the background") == true, "\(close)")
        let project = try Project(["work.recipe": "workflow w { step a: Shell { run: \"touch ran\" } }\nrun w &\n"])
        let script = try await project.converge("work.recipe", "--yes")
        #expect(script.code == 1 && script.errors.contains("X0114"), "\(script.errors)")
        #expect(!project.exists("ran"))
    }
}
