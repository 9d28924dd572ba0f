// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import GRDB
import Testing

/// What others changed: shown, repaired, or taken over.
struct DriftTests {
    private let text = """
        # what stays as it is
        param word: String = "given"
        let derived = upper("x")
        resource plain: local.Note { text: "one" }
        resource given: local.Note { text: word }
        resource derived_note: local.Note { text: derived }
        for key in ["a", "b"] { resource each[key]: local.Note { text: key } }
        resource files: local.Lake { labels: { team: "data", kind: derived } }

        """

    private func applied() async throws -> Project {
        let project = try Project(["a.recipe": text])
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        try #require(apply.code == 0, "\(apply.errors)")
        return project
    }

    /// Changes what the local platform has, past Converge.
    private func change(_ project: Project, _ address: String, _ old: String, _ new: String) async throws {
        let id = try await project.converge("show", address, "--json").json.at("resources", "0", "outputs", "id")?
            .string
        let database = try DatabaseQueue(path: project.path(".converge/local/default/local/catalog.db"))
        try await database.write { db in
            try db.execute(
                sql: "update things set inputs = replace(inputs, ?, ?) where id = ?", arguments: [old, new, id])
        }
        try database.close()
    }

    @Test func `straight after an apply there is no drift`() async throws {
        let project = try await applied()
        let drift = try await project.converge("drift", "a.recipe", "--json")
        #expect(drift.code == 0)
        #expect(try drift.json.at("drift")?.list?.isEmpty == true)
        #expect(try await project.converge("drift", "a.recipe", "--accept").output.contains("No drift"))
    }

    @Test func `who changed a thing and when is told, in the drift and in the plan`() async throws {
        let project = try await applied()
        try await change(project, "plain", "one", "theirs")
        let drift = try await project.converge("drift", "a.recipe", "--json")
        #expect(drift.code == 2)
        let item = try #require(try drift.json.at("drift", "0"))
        #expect(item.at("address") == "plain" && item.at("changed_by")?.string?.isEmpty == false, "\(item)")
        #expect(item.at("changed_at")?.string != nil)
        let plan = try await project.converge("plan", "a.recipe")
        #expect(plan.output.contains("Changed outside of Converge\n  plain  by "), "\(plan.output)")
    }

    @Test func `accepting writes the field where it stands, and nothing else`() async throws {
        let project = try await applied()
        try await change(project, "plain", "one", "theirs")
        try await change(project, "files", "data", "science")
        try await project.converge("drift", "a.recipe", "--accept").expectRefusal("X0103", "nobody can be asked")
        #expect(try project.text(of: "a.recipe") == text)
        let accept = try await project.converge("drift", "a.recipe", "--accept", "--yes")
        #expect(accept.code == 0, "\(accept.output)\(accept.errors)")
        #expect(
            try project.text(of: "a.recipe")
                == text.replacingOccurrences(of: "\"one\"", with: "\"theirs\"")
                .replacingOccurrences(of: "\"data\"", with: "\"science\""))
        #expect(accept.output.contains("   4 - resource plain: local.Note { text: \"one\" }"), "\(accept.output)")
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
        #expect(try await project.converge("drift", "a.recipe").code == 0)
        let trail = try await project.converge("audit")
        #expect(trail.output.contains("accepted: files, plain"), "\(trail.output)")
    }

    @Test func `what somebody wrote with a sign that turns lines around is accepted by its number`() async throws {
        let project = try await applied()
        try await change(project, "plain", "one", "a\u{202E}b")
        let accept = try await project.converge("drift", "a.recipe", "--accept", "--yes")
        #expect(accept.code == 0, "\(accept.output)\(accept.errors)")
        #expect(try project.text(of: "a.recipe").contains("\"a\\u{202e}b\""))
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
    }

    @Test func `what comes from somewhere else is left, with what to edit instead`() async throws {
        let project = try await applied()
        try await change(project, "given", "given", "theirs")
        try await change(project, "derived_note", "X", "Y")
        try await change(project, "each[\"a\"]", "\"a\"", "\"z\"")
        try await change(project, "plain", "one", "theirs")
        let accept = try await project.converge("drift", "a.recipe", "--accept", "--yes")
        #expect(accept.code == 2, "\(accept.errors)")
        #expect(accept.output.contains("given.text: it comes from word (a.recipe:2)"), "\(accept.output)")
        #expect(accept.output.contains("derived_note.text: it comes from derived (a.recipe:3)"), "\(accept.output)")
        #expect(
            accept.output.contains("each[\"a\"]: several are declared in one place (a.recipe:7)"), "\(accept.output)")
        #expect(try project.text(of: "a.recipe").contains("resource plain: local.Note { text: \"theirs\" }"))
        let rest = try await project.converge("drift", "a.recipe", "--accept", "--yes", "--json")
        #expect(rest.code == 2)
        #expect(try rest.json.at("left")?.list?.count == 3)
    }

    @Test func `of a thing of which one field is left the others are accepted for good`() async throws {
        let project = try Project([
            "a.recipe": """
            let r = 4d
            resource l1: local.Lake { name: "l1", retention: r, labels: { a: "1", "b c": "2" } }
            if true { resource c: local.Note { text: "cond" } }
            import "mod/m.recipe" as m

            """, "mod/m.recipe": "resource inner: local.Lake { name: \"inn\", labels: { x: \"mine\" } }\n"
        ])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try await change(project, "l1", "\"b c\":\"2\"", "\"b c\":\"theirs\"")
        try await change(project, "l1", "345600000000000", "432000000000000")
        try await change(project, "c", "cond", "theirs")
        try await change(project, "m/inner", "mine", "theirs")
        let accept = try await project.converge("drift", "a.recipe", "--accept", "--yes")
        #expect(accept.code == 2, "\(accept.output)\(accept.errors)")
        let recipe = try project.text(of: "a.recipe")
        #expect(
            recipe.contains(#""b c": "theirs""#) && recipe.contains(#"c: local.Note { text: "theirs" }"#), "\(recipe)")
        #expect(accept.output.contains("l1.retention: it comes from r (a.recipe:1)"), "\(accept.output)")
        #expect(accept.output.contains("it is declared as inner by mod/m.recipe"), "\(accept.output)")
        let left = try await project.converge("drift", "a.recipe", "--json").json.at("drift")?.list ?? []
        let fields = left.flatMap { item in
            (item.at("fields")?.list ?? []).compactMap { field in
                "\(item.at("address")?.string ?? "").\(field.at("path")?.string ?? "")"
            }
        }
        #expect(fields.sorted() == ["l1.retention", "m/inner.labels.x"])
    }

    @Test func `one resource can be accepted alone`() async throws {
        let project = try await applied()
        try await change(project, "plain", "one", "theirs")
        try await change(project, "given", "given", "theirs")
        try await project.converge("drift", "a.recipe", "--accept", "--only", "plan", "--yes")
            .expectRefusal("X0160", "nothing of the address 'plan' has drifted", wayOut: "did you mean 'plain'?")
        let accept = try await project.converge("drift", "a.recipe", "--accept", "--only", "plain", "--yes")
        #expect(accept.code == 0, "all that was asked for is accepted: \(accept.errors)")
        #expect(try await project.converge("drift", "a.recipe").code == 2, "another one still differs")
        let left = try await project.converge("drift", "a.recipe", "--accept", "--only", "given", "--yes", "--json")
        #expect(try left.code == 2 && left.json.at("left")?.list?.count == 1)
        #expect(try await project.converge("drift", "a.recipe", "--json").json.at("drift")?.list?.count == 1)
    }

    @Test func `a set that is given back in another order is no drift, and no change`() async throws {
        let project = try Project([
            "converge.project": "environment default { use local\n use harbour }\n",
            "a.recipe": "resource crate: harbour.Crate { text: \"x\", marks: [\"top\", \"fragile\", \"heavy\"] }\n"
        ])
        try await HarbourPlugin.install(in: project)
        let server = try await HarbourServer(project, cranes: 9)
        let variables = server.environment
        #expect(try await project.run(["apply", "a.recipe", "--yes"], environment: variables).code == 0)
        #expect(try await project.run(["drift", "a.recipe"], environment: variables).code == 0)
        #expect(try await project.run(["plan", "a.recipe", "--check"], environment: variables).code == 0)
        try project.write(
            "resource crate: harbour.Crate { text: \"x\", marks: [\"heavy\", \"top\", \"fragile\"] }\n", to: "a.recipe")
        #expect(try await project.run(["plan", "a.recipe", "--check"], environment: variables).code == 0)
        try project.write("resource crate: harbour.Crate { text: \"x\", marks: [\"heavy\"] }\n", to: "a.recipe")
        let changed = try await project.run(["plan", "a.recipe", "--check"], environment: variables)
        #expect(changed.code == 2 && changed.output.contains("marks"), "\(changed.output)\(changed.errors)")
        await server.end()
    }

    @Test func `a field that was left out is written down, and the declaration of what is gone is taken out`()
        async throws
    {
        let project = try Project([
            "a.recipe": """
            resource files: local.Lake {
              retention: 9d
            }
            resource note: local.Note { text: "n" }

            """
        ])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try await change(project, "files", "\"versioned\":false", "\"versioned\":true")
        let database = try DatabaseQueue(path: project.path(".converge/local/default/local/catalog.db"))
        try await database.write { db in try db.execute(sql: "delete from things where kind = 'local.Note'") }
        try database.close()
        let accept = try await project.converge("drift", "a.recipe", "--accept", "--yes")
        #expect(accept.code == 0 && accept.output.contains("4 - resource note"), "\(accept.output)\(accept.errors)")
        #expect(
            try project.text(of: "a.recipe") == "resource files: local.Lake {\n  retention: 9d\n  versioned: true\n}\n")
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
        #expect(try await project.converge("show", "--json").json.at("resources")?.list?.count == 1)
    }

    /// Lets the local platform lose things, past Converge.
    private func lose(_ project: Project, _ condition: String) async throws {
        let database = try DatabaseQueue(path: project.path(".converge/local/default/local/catalog.db"))
        try await database.write { db in try db.execute(sql: "delete from things where \(condition)") }
        try database.close()
    }

    @Test func `the declaration of what is gone stays where others read it, or where it stands for several`()
        async throws
    {
        let text = """
            resource lone: local.Note { text: "gone" }  # with its comment
            resource read: local.Note { text: "gone" }; resource beside: local.Note { text: "there" }
            resource reader: local.Note { text: "of ${read.id}" }
            resource pair_a: local.Note { text: "gone" }
            resource pair_b: local.Note { text: "gone ${pair_a.id}" }
            resource whole: DataLakeStorage {}
            for key in ["a"] { resource each[key]: local.Note { text: "gone" } }

            """
        let project = try Project(["a.recipe": text])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try await lose(project, "inputs like '%gone%' or kind = 'local.Lake'")
        let accept = try await project.converge("drift", "a.recipe", "--accept", "--yes")
        #expect(accept.code == 2, "\(accept.output)\(accept.errors)")
        #expect(
            accept.output.contains("read: it is gone, and `resource reader: local.Note { text: \"of ${read.id}\" }`"),
            "\(accept.output)")
        #expect(accept.output.contains("each[\"a\"]: it is gone, and what declares it stands elsewhere or for several"))
        #expect(
            try project.text(of: "a.recipe") == """
                resource read: local.Note { text: "gone" }; resource beside: local.Note { text: "there" }
                resource reader: local.Note { text: "of ${read.id}" }
                for key in ["a"] { resource each[key]: local.Note { text: "gone" } }

                """)
        let plan = try await project.converge("plan", "a.recipe", "--json").json
        let addresses = plan.at("changes")?.list?.compactMap { change in
            change.at("action")?.string == "none" ? nil : change.at("address")?.string
        }
        #expect(addresses?.sorted() == ["each[\"a\"]", "read", "reader"], "\(plan)")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0, "the way out that is told")
        #expect(try await project.converge("drift", "a.recipe").code == 0)
    }

    @Test func `at the prompt its own module is edited, and undo brings it back`() async throws {
        let prompt = try await PromptTerminal(Project())
        try await prompt.enter("resource one: local.Note { text: \"one\" }")
        try await prompt.enter("resource two: local.Note { text: \"two\" }")
        try await prompt.enter("apply --yes")
        try await change(prompt.project, "one", "one", "theirs")
        try await lose(prompt.project, "inputs like '%two%'")
        try prompt.terminal.enter("drift --accept")
        try await prompt.terminal.wait(for: "Write this to the module at the prompt?")
        #expect(try await prompt.enter("yes").contains { $0.hasPrefix("Written.") })
        #expect(
            try prompt.project.text(of: ".converge/scratch.recipe") == "resource one: local.Note { text: \"theirs\" }\n"
        )
        #expect(try await prompt.enter("plan").contains { $0.hasPrefix("Nothing to change") })
        #expect(try await prompt.enter("drift").contains { $0.hasPrefix("No drift") })
        let undone = try await prompt.enter("undo")
        #expect(undone.contains("+ resource two: local.Note { text: \"two\" }"), "\(undone)")

        try prompt.project.write("resource three: local.Note { text: \"three\" }\n", to: "open.recipe")
        try await prompt.enter("open open.recipe")
        try await prompt.enter("apply --yes")
        try await change(prompt.project, "three", "three", "theirs")
        #expect(try await prompt.enter("drift --accept --yes").contains { $0.hasPrefix("Written.") })
        #expect(try prompt.project.text(of: "open.recipe") == "resource three: local.Note { text: \"theirs\" }\n")
        #expect(try await prompt.enter("= 1 + 1").contains("2"), "it is not read anew")
    }
}
