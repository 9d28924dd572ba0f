// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Two prompts in one project: one edits the module, the other looks.
@Suite(.serialized)
struct PromptLeaseTests {
    private let project: Project
    private let first: PromptTerminal

    init() async throws {
        project = try Project()
        first = try await PromptTerminal(project)
        try await first.enter("resource note: local.Note { text: \"first\" }")
        try await first.enter("apply --yes")
    }

    @Test func `the second prompt is told who edits the module, and looks on`() async throws {
        let second = try await PromptTerminal(project)
        let pid = try #require(first.process)
        let start = try second.terminal.screen().text.replacing("\n", with: " ")
        #expect(start.contains("Another prompt is changing this module (held by "), "\(start)")
        #expect(start.contains("process \(pid), `converge`, since 20"), "\(start)")

        for change in ["let a = 1", "undo", "apply --yes", "destroy --yes", "refresh", "save mine.recipe"] {
            let answer = try await second.enter(change)
            #expect(
                answer.first == "error[X0110]: another prompt is changing this module",
                "\(change): \(answer)")
            #expect(answer.contains { $0.contains("process \(pid)") }, "\(answer)")
            #expect(answer.contains { $0.contains("`open FILE`") }, "\(answer)")
        }
        #expect(!project.exists("mine.recipe"))
        #expect(try await second.enter("note.text") == ["\"first\""])
        #expect(try await second.enter("show").count == 2)
        #expect(try await second.enter("runs").count == 2)
        #expect(try await second.enter("plan") == ["Nothing to change: what is there is what the recipe says."])
        #expect(try await second.enter("explain upper").first == "upper(text: String) -> String  a function")
        // What the first does is seen at once.
        try await first.enter("let more = 2")
        #expect(try await second.enter("more") == ["Another prompt changed this module; it is read anew.", "2"])
    }

    @Test func `once the first has left the second edits, without losing what the first typed`() async throws {
        let second = try await PromptTerminal(project)
        try await first.enter("let late = 2")
        #expect(try await first.leave().status == 0)
        #expect(try await second.enter("let mine = late + 1").last == "mine = 3")
        #expect(
            try project.text(of: ".converge/scratch.recipe")
                == "resource note: local.Note { text: \"first\" }\nlet late = 2\nlet mine = late + 1\n")
        #expect(try await second.leave().status == 0)
        let locks = try FileManager.default.contentsOfDirectory(atPath: project.path(".converge/locks"))
        #expect(!locks.contains { $0.hasPrefix("prompt") }, "\(locks)")
    }

    @Test func `a kill frees the module`() async throws {
        let second = try await PromptTerminal(project)
        #expect(try await second.enter("let a = 1").first?.contains("X0110") == true)
        kill(try #require(first.process), SIGKILL)
        _ = try await first.terminal.waitForExit()
        #expect(try await second.enter("let a = 1") == ["a = 1"])
    }

    @Test func `a prompt that opened a file leaves the module to others`() async throws {
        let second = try await PromptTerminal(project)
        #expect(try await second.enter("let a = 1").first?.contains("X0110") == true)
        try await first.enter("save notes.recipe")
        #expect(try await second.enter("let a = 1").last == "a = 1")
        #expect(try await first.enter("let b = 2") == ["b = 2"])
        #expect(try project.text(of: "notes.recipe").hasSuffix("let b = 2\n"))
        #expect(try project.text(of: ".converge/scratch.recipe") == "let a = 1\n")
    }

    @Test func `piped input keeps to it too`() async throws {
        let piped = try await project.run([], input: "note.text\nlet a = 1\nnote.text\n")
        piped.expectRefusal("X0110", "another prompt is changing this module", wayOut: "`open FILE`")
        #expect(piped.output == "\"first\"\n", "the first error ends it")
    }
}
