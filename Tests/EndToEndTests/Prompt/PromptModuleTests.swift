// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// The module at the prompt and the files that it comes from and goes to.
@Suite(.serialized)
struct PromptModuleTests {
    private static let shop = """
        # A shop.

        param top: Int = 10  "how many"

        # kept
        resource note: local.Note { text: "a" }  # here

        # then
        apply
        """

    @Test func `a declaration is answered with what it makes, one of the same name replaces it`() async throws {
        let prompt = try await PromptTerminal(Project())
        let note = "resource note: local.Note { text: \"a\" }"
        #expect(try await prompt.enter(note) == ["  + note  local.Note on local"])
        #expect(try await prompt.enter("let loud = upper(note.text)") == ["loud = \"A\""])
        #expect(
            try await prompt.enter("resource note: local.Note { text: \"b\" }") == [
                "replaces the declaration of that name", "  + note  local.Note on local"
            ])
        #expect(try await prompt.enter("loud") == ["\"B\""])
        #expect(try await prompt.enter("note") == ["note  local.Note"])
        #expect(try await prompt.enter("show note").contains { $0.contains("'note' is declared and not applied yet") })
        try await prompt.enter("apply --yes")
        #expect(try await prompt.enter("note").contains { $0.hasPrefix("  id: \"") })
        let wrong = try await prompt.enter("resource other: local.Note { txt: \"b\" }")
        #expect(wrong.first == "error[R0203]: local.Note has no field 'txt'")
        #expect(wrong.contains(" --> <prompt>:1:30"), "the place is the typed one: \(wrong)")
        #expect(
            try prompt.project.text(of: ".converge/scratch.recipe")
                == "resource note: local.Note { text: \"b\" }\nlet loud = upper(note.text)\n")
    }

    @Test func `what does not need a parameter has a value before that is given`() async throws {
        let prompt = try await PromptTerminal(Project())
        #expect(try await prompt.enter("param top: Int") == ["  to be given before plan: top"])
        #expect(try await prompt.enter("1 + 1") == ["2"])
        #expect(try await prompt.enter("let two = 2") == ["two = 2"])
        #expect(try await prompt.enter("let more = top + 1") == ["more = (known once the parameters are given)"])
        #expect(try await prompt.enter("more").first == "error[R0501]: the parameter 'top' has no value")
        #expect(
            try await prompt.enter("resource note: local.Note { text: \"a\" }") == ["  + note  local.Note on local"])
        #expect(try await prompt.enter("plan --set top=1").last == "Plan: 1 to create.")
    }

    @Test func `a verb asks for the parameters that it needs, and Ctrl-C gives it up`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter("param top: Int where top > 2 \"how many\"")
        try await prompt.enter("resource note: local.Note { text: \"${top}\" }")
        try prompt.terminal.enter("plan")
        try await prompt.terminal.wait(for: "the question") {
            $0.contains("top: Int  how many") && $0.lastLine == "top ="
        }
        #expect(try await prompt.enter("5").contains { $0.contains("text: \"5\"") })
        try prompt.terminal.enter("plan")
        try await prompt.terminal.wait(forLine: "top =")
        let refused = try await prompt.enter("1")
        #expect(refused.contains("error[R0502]: 'top' cannot be 1"), "\(refused)")
        try await prompt.enter("workflow greet { param day: Date; step say: Shell { run: \"echo ${day}\" } }")
        try prompt.terminal.enter("run greet --set top=3 --yes")
        try await prompt.terminal.wait(forLine: "day =")
        let answer = try await prompt.enter("2026-01-02")
        #expect(answer.contains { $0.hasPrefix("run-2 succeeded") }, "\(answer)")
        try prompt.terminal.enter("plan")
        try await prompt.terminal.wait(forLine: "top =")
        try prompt.terminal.press("C-c")
        try await prompt.terminal.wait(for: "stopped at the question")
        #expect(try await prompt.enter("1 + 1") == ["2"])
    }

    @Test func `what is wrong in the second line of an expression is shown there`() async throws {
        let prompt = try await PromptTerminal(Project())
        try prompt.terminal.enter("(1 +")
        try await prompt.terminal.wait(for: "continued line") { $0.lines.last?.hasPrefix("      ...") == true }
        let answer = try await prompt.enter("nobody)")
        #expect(answer.contains(" --> <prompt>:2:3"), "\(answer)")
        #expect(answer.contains(" 2 |   nobody)"), "\(answer)")
    }

    @Test func `undo goes on behind save, and a question mark explains a word`() async throws {
        let prompt = try await PromptTerminal(Project(["converge.project": ""]))
        try await prompt.enter("let a = 1")
        try await prompt.enter("let b = 2")
        try await prompt.enter("save all.recipe")
        #expect(try await prompt.enter("undo").first == "- let b = 2")
        #expect(try prompt.project.text(of: "all.recipe") == "let a = 1\n")
        #expect(try await prompt.enter("? upper").contains { $0.contains("upper(") })
        #expect(try await prompt.enter("? plan").contains { $0.contains("Shows what apply would change") })
    }

    @Test func `undo and redo, also of an earlier visit`() async throws {
        let project = try Project()
        let first = try await PromptTerminal(project)
        #expect(try await first.enter("undo") == ["Nothing to take back."])
        try await first.enter("let a = 1")
        try await first.enter("let b = 2")
        #expect(try await first.enter("undo") == ["- let b = 2"])
        #expect(try await first.enter("b").first == "error[R0101]: nothing here is called 'b'")
        #expect(try await first.enter("redo") == ["+ let b = 2"])
        try await first.enter("let b = a + 10")
        #expect(try await first.enter("undo") == ["- let b = a + 10", "+ let b = 2"])
        _ = try await first.leave()

        let second = try await PromptTerminal(project)
        #expect(try second.terminal.screen().contains("Here from before: a, b."))
        #expect(try await second.enter("undo") == ["- let b = 2"])
        #expect(try project.text(of: ".converge/scratch.recipe") == "let a = 1\n")
    }

    @Test func `an opened recipe keeps its comments and commands`() async throws {
        let project = try Project(["shop.recipe": Self.shop])
        let prompt = try await PromptTerminal(project)
        #expect(try await prompt.enter("open shop.recipe") == ["shop.recipe is open, 2 declarations."])
        try await prompt.enter("let more = top + 1")
        #expect(
            try project.text(of: "shop.recipe")
                == Self.shop.replacing("# here\n", with: "# here\nlet more = top + 1\n"))
        #expect(try await prompt.enter("more") == ["11"])
        #expect(try await prompt.enter("apply --yes").contains("apply-1: 1 created."))
        #expect(try await prompt.enter("undo") == ["- let more = top + 1"])
        #expect(try project.text(of: "shop.recipe") == Self.shop)
        #expect(!project.exists(".converge/scratch.recipe"))
    }

    @Test func `an opened recipe that another program changes is read again`() async throws {
        let project = try Project(["shop.recipe": Self.shop])
        let prompt = try await PromptTerminal(project)
        try await prompt.enter("open shop.recipe")
        try project.write(Self.shop.replacing("10", with: "20"), to: "shop.recipe")
        #expect(
            try await prompt.enter("top") == ["shop.recipe was changed meanwhile and is read anew.", "20"])
        try await prompt.enter("let more = 3")
        #expect(try project.text(of: "shop.recipe").contains("Int = 20"), "nothing was lost")
    }

    @Test func `save makes the file's module the owner of what was made`() async throws {
        let project = try Project()
        let prompt = try await PromptTerminal(project)
        try await prompt.enter("resource note: local.Note { text: \"a\" }")
        try await prompt.enter("apply --yes")
        let id = try await prompt.enter("show note.id")
        #expect(
            try await prompt.enter("save notes.recipe") == [
                "With it goes what it made: note.", "Saved as notes.recipe, which is open now."
            ])
        #expect(
            try await prompt.enter("plan") == ["Nothing to change: what is there is what the recipe says."])
        #expect(try await prompt.enter("show note.id") == id)
        #expect(try await prompt.leave().status == 0)

        #expect(try await project.converge("plan", "notes.recipe", "--check").code == 0)
        let shown = try await project.converge("show", "--json").json
        #expect(shown.at("resources", "0", "module") == "notes")
        let scratch = try await project.run([], input: "apply --yes\n")
        #expect(scratch.output.contains("Nothing to change"), "the scratch module has nothing left to delete")
    }

    @Test func `save asks before it writes over a file, and loses nothing that both have made`() async throws {
        let project = try Project(["notes.recipe": "resource note: local.Note { text: \"file\" }\n"])
        #expect(try await project.converge("apply", "notes.recipe", "--yes").code == 0)
        let prompt = try await PromptTerminal(project)
        try await prompt.enter("resource note: local.Note { text: \"typed\" }")
        try prompt.terminal.enter("save notes.recipe")
        try await prompt.terminal.wait(for: "Write over notes.recipe?")
        #expect(try await prompt.enter("no").contains { $0.contains("nothing was written") })
        #expect(try project.text(of: "notes.recipe").contains("file"))
        try await prompt.enter("apply --yes")
        let both = try await prompt.enter("save --yes notes.recipe")
        #expect(both.first == "error[X0113]: notes has made a note of its own", "\(both)")
        #expect(try project.text(of: "notes.recipe").contains("file"))
        let shown = try await project.converge("show", "--json").json
        #expect(shown.at("resources")?.list?.count == 2)
    }

    @Test func `load copies declarations, and none of them where one is wrong`() async throws {
        let project = try Project([
            "shop.recipe": Self.shop, "wrong.recipe": "let good = 1\nlet bad = nobody\n"
        ])
        let prompt = try await PromptTerminal(project)
        #expect(try await prompt.enter("load shop.recipe") == ["2 declarations loaded."])
        #expect(try await prompt.enter("top + 1") == ["11"])
        #expect(try await prompt.enter("load wrong.recipe").first == "error[R0101]: nothing here is called 'nobody'")
        #expect(try await prompt.enter("good").first == "error[R0101]: nothing here is called 'good'")
        #expect(try project.text(of: "shop.recipe") == Self.shop)
        for verb in ["open", "load"] {
            #expect(
                try await prompt.enter("\(verb) gone.recipe").first
                    == "error[X0101]: gone.recipe cannot be read: there is no such file")
        }
    }
}
