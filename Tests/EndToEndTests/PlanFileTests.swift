// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import GRDB
import Testing

/// A plan that is saved and applied later: once, and only when nothing moved.
struct PlanFileTests {
    private func recipe(_ text: String) -> String {
        "resource a: local.Note { text: \"\(text)\" }\nresource b: local.Note { text: \"after ${a.id}\" }\n"
    }

    /// A project with both notes made, and a plan that changes one.
    private func planned() async throws -> Project {
        let project = try Project(["notes.recipe": recipe("one")])
        let apply = try await project.converge("apply", "notes.recipe", "--yes")
        try #require(apply.code == 0, "\(apply.errors)")
        try project.write(recipe("two"), to: "notes.recipe")
        let plan = try await project.converge("plan", "notes.recipe", "--out", "notes.plan")
        try #require(plan.code == 0, "\(plan.errors)")
        return project
    }

    private func text(_ project: Project) async throws -> String? {
        try await project.converge("show", "a", "--json").json.at("resources", "0", "inputs", "text")?.string
    }

    @Test func `a saved plan is applied once, without a question`() async throws {
        let project = try await planned()
        let first = try await project.converge("apply", "notes.plan", "--json")
        #expect(first.code == 0, "\(first.output)\(first.errors)")
        #expect(try first.json.at("summary", "update") == 1)
        #expect(try await text(project) == "two")
        let second = try await project.converge("apply", "notes.plan")
        second.expectRefusal("L0304", "this plan was applied at")
    }

    @Test func `a saved plan that changes nothing is applied once too`() async throws {
        let project = try await planned()
        try project.write(recipe("one"), to: "notes.recipe")
        #expect(try await project.converge("plan", "notes.recipe", "--out", "same.plan").code == 0)
        #expect(try await project.converge("apply", "same.plan").code == 0)
        let second = try await project.converge("apply", "same.plan")
        #expect(second.code == 1, "\(second.output)")
        #expect(second.errors.contains("error["))
    }

    @Test func `a saved plan is refused after the recipe changed`() async throws {
        let project = try await planned()
        try project.write(recipe("three"), to: "notes.recipe")
        try await project.converge("apply", "notes.plan").expectRefusal("G0104", "the recipe changed since it was made")
        #expect(try await text(project) == "one")
    }

    @Test func `a saved plan is refused after another apply`() async throws {
        let project = try await planned()
        #expect(try await project.converge("apply", "notes.recipe", "--yes").code == 0)
        let answer = try await project.converge("apply", "notes.plan")
        answer.expectRefusal("G0104", "another command changed what is recorded")
        #expect(!answer.errors.contains("outside of Converge"), "nobody else changed a thing: \(answer.errors)")
    }

    @Test func `a saved plan is refused after the real thing changed`() async throws {
        let project = try await planned()
        let database = try DatabaseQueue(path: project.path(".converge/local/default/local/catalog.db"))
        try await database.write { db in
            try db.execute(sql: "update things set inputs = replace(inputs, 'one', 'by hand')")
        }
        try database.close()
        try await project.converge("apply", "notes.plan").expectRefusal(
            "G0104", "a resource was changed outside of Converge")
        let drift = try await project.converge("drift", "notes.recipe")
        #expect(drift.code == 2)
        #expect(drift.output.contains("by hand"))
    }

    @Test func `a refused plan says what moved, by name`() async throws {
        let project = try await planned()
        let database = try DatabaseQueue(path: project.path(".converge/local/default/local/catalog.db"))
        let changed = "update things set inputs = replace(inputs, 'one', 'by hand')"
        try await database.write { db in try db.execute(sql: changed) }
        #expect(try await project.converge("apply", "notes.plan").errors.contains("a was changed by "))
        // Changed, and changed back: the thing has another version all the same.
        try await database.write { db in
            try db.execute(sql: "update things set inputs = replace(inputs, 'by hand', 'one')")
        }
        try await project.converge("apply", "notes.plan").expectRefusal("G0104", "a was changed by ")
        try database.close()
        let other = try Project(["note.recipe": "param day: String\nresource n: local.Note { text: \"x\" }\n"])
        let plan = try await other.run(
            ["plan", "note.recipe", "--out", "note.plan"], environment: ["CONVERGE_PARAM_day": "monday"])
        #expect(plan.code == 0, "\(plan.errors)")
        #expect(!(try other.text(of: "note.plan")).contains("monday"))
        let later = try await other.run(["apply", "note.plan"], environment: ["CONVERGE_PARAM_day": "tuesday"])
        later.expectRefusal("G0104", "other values are given")
        #expect(later.errors.contains("of day"))
    }

    @Test func `what is changed between the plan and the call is left alone`() async throws {
        let project = try await planned()
        let prompt = try await PromptTerminal(project)
        try prompt.terminal.type("apply notes.recipe")
        try prompt.terminal.press("Enter")
        try await prompt.terminal.wait(for: "the question") { $0.text.contains("Apply these changes?") }
        let database = try DatabaseQueue(path: project.path(".converge/local/default/local/catalog.db"))
        try await database.write { db in
            try db.execute(sql: "update things set inputs = replace(inputs, 'one', 'by hand')")
        }
        try database.close()
        let answer = try await prompt.enter("yes")
        #expect(answer.joined().contains("was changed since it was looked at"), "\(answer)")
        let drift = try await project.converge("drift", "notes.recipe", "--json")
        #expect(try drift.json.at("drift", "0", "fields", "0", "after") == "by hand")
    }

    @Test func `a saved plan that was cut or changed is refused`() async throws {
        let project = try await planned()
        let whole = try project.bytes(of: "notes.plan")
        for length in [whole.count - 1, whole.count / 2, whole.count / 4] {
            try project.write(bytes: Array(whole.prefix(length)), to: "cut.plan")
            try await project.converge("apply", "cut.plan").expectRefusal("G0105", "cut.plan is no whole plan")
        }
        var changed = whole
        changed[whole.count / 2] ^= 1
        try project.write(bytes: changed, to: "changed.plan")
        try await project.converge("apply", "changed.plan").expectRefusal("G0105", "changed.plan is no whole plan")
        #expect(try await project.converge("apply", "notes.plan").code == 0, "the whole one is still good")
    }

    @Test func `a saved plan keeps the environment and the settings that it was made with`() async throws {
        let project = try Project([
            "converge.project": "environment prod { use local }\n",
            "note.recipe": "param text: String = \"unset\"\nresource a: local.Note { text: text }\n"
        ])
        let plan = try await project.converge(
            "plan", "note.recipe", "--env", "prod", "--set", "text=set", "--out", "note.plan")
        #expect(plan.code == 0, "\(plan.errors)")
        #expect(try await project.converge("apply", "note.plan").code == 0)
        let shown = try await project.converge("show", "--env", "prod", "--json").json
        #expect(shown.at("resources", "0", "inputs", "text")?.string == "set")
        #expect(shown.at("resources", "0", "environment")?.string == "prod")
    }
}
