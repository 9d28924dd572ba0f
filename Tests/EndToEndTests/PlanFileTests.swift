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

    @Test func `the application of a saved plan that was cut off, or failed, goes on by the same command`() async throws
    {
        let kills = Kills()
        for number in [3, 6, 9] {
            let project = try Project([
                "a.recipe": "for k in range(0, 12) { resource n[\"k${k}\"]: local.Note { text: \"${k}\" } }\n"
            ])
            #expect(try await project.converge("plan", "a.recipe", "--out", "a.plan").code == 0)
            let answer = try await kills.atWrite(number, of: ["apply", "a.plan"], in: project)
            try #require(answer == nil, "it was not killed")
            let again = try await project.converge("apply", "a.plan")
            // The kill may come when all is done and recorded.
            if again.code != 0 { again.expectRefusal("L0304", "this plan was applied at") }
            #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
            // Where only the end of the run was missing, nothing is left to be recorded.
            let third = try await project.converge("apply", "a.plan")
            if third.code != 0 {
                third.expectRefusal("L0304", "this plan was applied at")
            } else {
                #expect(third.output.contains("Nothing to change"), "\(third.output)")
            }
        }
        let project = try Project([
            "a.recipe": "resource a: local.Lake { name: \"x\" }\nresource b: local.Lake { name: \"x\", @needs: [a] }\n"
        ])
        #expect(try await project.converge("plan", "a.recipe", "--out", "a.plan").code == 0)
        for _ in 0..<2 { try await project.converge("apply", "a.plan").expectRefusal("C0409", "x") }
        // What another one has done meanwhile is not in the plan.
        #expect(try await project.converge("destroy", "a.recipe", "--yes").code == 0)
        try await project.converge("apply", "a.plan").expectRefusal("L0304", "this plan was applied at")
    }

    @Test func `what --replace asks for is done once where the command was cut off`() async throws {
        let recipe =
            "param v: String = \"1\"\nresource n: local.Note { text: \"n\" }\n"
            + "for k in range(0, 150) { resource m[\"k${k}\"]: local.Note { text: \"${v} ${n.id}\" } }\n"
        let words = ["apply", "a.recipe", "--yes", "--set", "v=2", "--replace", "n"]
        let kills = Kills()
        var checked = 0
        for number in [8, 10, 12, 14] {
            let project = try Project(["a.recipe": recipe])
            #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
            let first = try await project.converge("show", "n.id").output
            let answer = try await kills.atWrite(number, of: words, in: project)
            let made = try await project.converge("show", "n.id").output
            let left = try await project.converge("plan", "a.recipe", "--set", "v=2", "--check")
            // The kill may have come before it was made anew, and after all was done.
            guard answer == nil, !made.isEmpty, made != first, left.code == 2 else { continue }
            checked += 1
            let again = try await project.run(words)
            #expect(again.code == 0, "\(again.output)\(again.errors)")
            #expect(try await project.converge("show", "n.id").output == made)
            #expect(try await project.run(words).code == 0)
            #expect(try await project.converge("show", "n.id").output != made, "it is a new wish once all is done")
        }
        #expect(checked > 0, "no kill came in the midst")
    }

    @Test func `a saved plan with a later phase does not begin where nobody can be asked about that`() async throws {
        let recipe =
            "resource n: local.Note { text: \"x\" }\nfor c in [n.id] { resource q[c]: local.Note { text: c } }\n"
        let project = try Project(["a.recipe": recipe])
        #expect(try await project.converge("plan", "a.recipe", "--out", "a.plan").code == 0)
        try await project.converge("apply", "a.plan").expectRefusal("X0103", "later phase", wayOut: "--yes")
        #expect(try await project.converge("show", "--json").json.at("resources")?.list?.isEmpty == true)
        let apply = try await project.converge("apply", "a.plan", "--yes")
        #expect(apply.code == 0, "\(apply.output)\(apply.errors)")
        #expect(try await project.converge("show", "--json").json.at("resources")?.list?.count == 2)
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
