// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Verbs at the prompt, and what becomes of those that are mistyped or take too long.
@Suite(.serialized)
struct PromptVerbTests {
    private static let endless =
        "sum([sum([sum([z for z in range(1000)]) for y in range(10000)]) for x in range(10000)])"

    @Test func `help and explain tell what can be typed`() async throws {
        let prompt = try await PromptTerminal(Project())
        let help = try await prompt.enter("help")
        for verb in ["plan", "run", "open", "undo", "quit"] {
            #expect(help.contains { $0.hasPrefix("  \(verb) ") }, "\(verb) in \(help)")
        }
        #expect(!help.contains { $0.hasPrefix("  serve ") }, "what the prompt does not have is not listed")
        #expect(try await prompt.enter("history 1") == ["history 1"])
        #expect(try await prompt.enter("history") == ["Nothing was applied yet."])
        #expect(try await prompt.enter("help history").last == "  Shows the last N statements that were typed.")
        #expect(try await prompt.enter("help undo") == ["undo", "  Takes the last declaration back."])
        let runs = try await prompt.enter("help runs")
        #expect(runs.joined().contains("--limit") && runs.contains { $0.hasPrefix("USAGE: runs ") }, "\(runs)")
        let bogus = try await prompt.enter("plan --bogus")
        #expect(
            bogus.contains { $0.hasPrefix("Usage: plan ") } && bogus.last == "  `help plan` tells more.", "\(bogus)")
        let statement = try await prompt.enter("explain resource")
        #expect(statement.contains("  resource NAME: KIND { FIELD: VALUE }"), "\(statement)")
        #expect(try await prompt.enter("explain DataLakeStorage").joined().contains("versioned"))
        #expect(try await prompt.enter("explain R0203").first?.hasPrefix("R0203: ") == true)
        #expect(try await prompt.enter("explain plan").joined().contains("help plan"))
    }

    @Test func `a mistyped verb is answered with the one that was meant`() async throws {
        let prompt = try await PromptTerminal(Project())
        let alone = try await prompt.enter("aply")
        #expect(alone.joined().contains("did you mean the verb `apply`?"), "\(alone)")
        #expect(try await prompt.enter("aply --yes").joined().contains("did you mean 'apply'?"))

        try await prompt.enter("let exit = 1")
        #expect(try await prompt.enter("exit") == ["1"], "a name of the module's own is what it is")
        try await prompt.enter("undo")
        try prompt.terminal.enter("exit")
        #expect(try await prompt.terminal.waitForExit().status == 0)

        let project = try Project()
        let typed = try await project.converge("aply", "x.recipe")
        #expect(typed.code == 64)
        #expect(typed.errors.contains("there is no verb 'aply'") && typed.errors.contains("did you mean `apply`?"))
        let document = try await project.converge("aply", "--json").json
        #expect(document.at("diagnostics")?.list?.first?.object?["code"]?.string == "X0108")
        #expect(try await project.converge("undo").errors.contains("'undo' is a verb of the prompt"))
    }

    @Test func `fmt formats the module at the prompt and shows it`() async throws {
        let prompt = try await PromptTerminal(Project())
        #expect(try await prompt.enter("fmt") == ["Nothing is declared."])
        try await prompt.enter("resource   note : local.Note {text:\"a\"}")
        #expect(try await prompt.enter("fmt --check") == ["fmt would change @scratch."])
        #expect(try await prompt.enter("fmt") == ["resource note: local.Note { text: \"a\" }"])
        #expect(try await prompt.enter("fmt --check") == ["@scratch is formatted."])
        #expect(
            try prompt.project.text(of: ".converge/scratch.recipe") == "resource note: local.Note { text: \"a\" }\n")
        #expect(try await prompt.enter("undo").first == "- resource note: local.Note { text: \"a\" }")
    }

    @Test func `Ctrl-C gives up an expression, a declaration and a plan that take too long`() async throws {
        let project = try Project(["endless.recipe": "let n = \(Self.endless)\n"])
        let prompt = try await PromptTerminal(project)
        for statement in [Self.endless, "let n = \(Self.endless)", "plan endless.recipe"] {
            let number = try prompt.terminal.screen(.all).count(of: "error[E0102]")
            try prompt.terminal.enter(statement)
            // Ctrl-C is a signal once the line is no longer edited, which the screen does not show.
            try await prompt.terminal.wait(for: "the row below the statement") { $0.cursor.column == 0 }
            try #require(
                try await eventually {
                    try prompt.terminal.press("C-c")
                    do {
                        try await prompt.terminal.wait(for: "the answer", view: .all, within: .milliseconds(500)) {
                            $0.count(of: "error[E0102]: stopped before") == number + 1
                        }
                        return true
                    } catch is TerminalSession.Failure {
                        // It came before anybody listened.
                        return false
                    }
                })
            try await prompt.terminal.wait(for: "the prompt again") { $0.lastLine == "converge>" }
        }
        try await prompt.abandonLine()
        #expect(try await prompt.enter("1 + 1") == ["2"])
        #expect(!prompt.project.exists(".converge/scratch.recipe"), "nothing was declared")
        #expect(try await prompt.leave().status == 0)
    }

    @Test func `the ledger's verbs are verbs of the prompt, completed like the others`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter("resource note: local.Note { text: \"a\" }")
        try await prompt.enter("apply --yes")
        #expect(try await prompt.enter("help ledger").contains("  `help ledger SUBVERB` tells more."))
        #expect(try await prompt.enter("help ledger restore").contains { $0.contains("[--yes]") })
        try prompt.terminal.type("ledger r")
        try prompt.terminal.press("Tab")
        let menu = try await prompt.terminal.wait(for: "the subverbs") {
            $0.contains("repair") && $0.contains("restore") && $0.contains("rotate")
        }
        #expect(menu.lastLine == "restore  rotate   repair", "\(menu)")
        try prompt.terminal.type("ep")
        try prompt.terminal.press("Tab")
        #expect(try await prompt.enter("") == ["The ledger is whole: there is nothing to repair."])
        #expect(try await prompt.enter("ledger backups").contains { $0.contains("ledger-") })
        try prompt.terminal.enter("ledger restore")
        try await prompt.terminal.wait(for: "the question") { $0.lastLine.hasSuffix("it:") }
        #expect(try await prompt.enter("yes").contains { $0.hasPrefix("Restored ledger-") })
        #expect(try await prompt.enter("show").contains { $0.contains("note") })
        #expect(try await prompt.enter("ledger nonsense").contains { $0.contains("nonsense") })
    }

    @Test func `a secret that --set or a run is given in clear is in no history`() async throws {
        let project = try Project(["other.recipe": "param token: Secret<String>\nparam top: Int = 1\n"])
        let prompt = try await PromptTerminal(project)
        try await prompt.enter("param password: Secret<String>")
        try await prompt.enter(
            "workflow w { param pin: Secret<String>\n step s: Shell { run: \"true\", env: { P: pin } } }")
        for statement in [
            "plan --set password=canary-1", "plan --set=password=canary-2", "plan --set \"password=canary 3\"",
            "plan other.recipe --set token=canary-4 --set top=5", "plan --set pasword=canary-5",
            "run w { pin: \"canary-6\" }"
        ] { try await prompt.enter(statement) }
        // An abandoned line too comes back masked.
        try prompt.terminal.type("plan --set password=canary-7")
        try await prompt.abandonLine()
        try prompt.terminal.press("Up")
        try await prompt.terminal.wait(forLine: "converge> plan --set password=***")
        try await prompt.abandonLine()
        try await prompt.enter("plan --set 'x")
        let history = try project.text(of: prompt.historyFile)
        #expect(!history.contains("canary"), "\(history)")
        for kept in [
            "plan --set=password=***", "plan --set \\\"password=***\\\"",
            "plan other.recipe --set token=*** --set top=5", "plan --set pasword=***", "run w { pin: *** }"
        ] { #expect(history.contains(kept), "\(kept) in \(history)") }
        #expect(try await project.program("grep", "-rl", "canary", ".").output.isEmpty)
    }
}
