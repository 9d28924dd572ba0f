// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Existing things that a recipe reads when it is planned.
struct LookupTests {
    private func shop() async throws -> Project {
        let project = try Project([
            "platform.recipe": """
            resource lake: local.Lake { name: "shop", labels: { team: "data", site: "bonn" } }
            resource one: local.Note { text: "same" }
            resource two: local.Note { text: "same" }

            """
        ])
        #expect(try await project.converge("apply", "platform.recipe", "--yes").code == 0)
        return project
    }

    @Test func `what another recipe made is read, its parts, its keys, and what depends on it`() async throws {
        let project = try await shop()
        try project.write(
            """
            param name: String = "shop"
            let lake = lookup local.Lake { name: name }
            resource note: local.Note { text: "in ${lake.id}" }
            for team in keys(lake.labels) { resource each[team]: local.Note { text: lake.labels[team] } }
            let again = lookup local.Lake { id: lake.id }
            output site = again.labels.site

            """, to: "app.recipe")
        #expect(try await project.converge("check", "app.recipe").code == 0)
        let plan = try await project.converge("plan", "app.recipe")
        #expect(plan.code == 0 && plan.output.contains("each[\"team\"]"), "\(plan.output)\(plan.errors)")
        let apply = try await project.converge("apply", "app.recipe", "--yes")
        #expect(apply.code == 0 && apply.output.contains("site = \"bonn\""), "\(apply.output)\(apply.errors)")
        #expect(try await project.converge("destroy", "app.recipe", "--yes").code == 0)
        let left = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        #expect(left.count == 3, "what is looked up is not managed")
    }

    @Test func `none, several, and what cannot be looked up are told`() async throws {
        let project = try await shop()
        try project.write("output x = lookup local.Lake { name: \"nope\" }.id\n", to: "a.recipe")
        try await project.converge("plan", "a.recipe").expectRefusal(
            "E0132", "there is no local.Lake with name: \"nope\"")
        try project.write("output x = lookup local.Note { text: \"same\" }.id\n", to: "a.recipe")
        try await project.converge("plan", "a.recipe").expectRefusal("E0132", "2 things of the kind local.Note")
        try project.write("output x = lookup local.Note { txt: \"same\" }.id\n", to: "a.recipe")
        #expect(try await project.converge("check", "a.recipe").errors.contains("did you mean 'text'?"))
        try project.write("output x = lookup local.Lake { name: \"shop\" }.nope\n", to: "a.recipe")
        #expect(try await project.converge("check", "a.recipe").errors.contains("R0307"))
    }

    @Test func `an expression at the prompt reads what it looks up`() async throws {
        let project = try await shop()
        let answer = try await project.run(
            [],
            input: """
                (lookup local.Lake { name: "shop" }).labels.site
                let found = lookup local.Lake { name: "shop" }
                upper(found.labels.team)
                1 + 1
                (lookup local.Lake { name: "nope" }).id

                """)
        #expect(answer.output.contains("\"bonn\"\n") && answer.output.contains("\"DATA\"\n2\n"), "\(answer.output)")
        #expect(answer.code == 1)
        #expect(
            answer.errors.contains("E0132") && answer.errors.contains("there is no local.Lake with"), "\(answer.errors)"
        )
    }

    @Test func `a step reads what it looks up, and a lookup that comes too late is refused at check`() async throws {
        let project = try await shop()
        try project.write(
            """
            param name: String = "shop"
            workflow w {
              param loud: Bool = false
              step s: Shell { run: "echo ${(lookup local.Lake { name: name }).labels.site}" }
              if s.stdout != "" { step t: Shell { run: "echo ${(lookup local.Lake { name: "shop" }).labels.team}" } }
              output team = t?.stdout
              output site = (lookup local.Lake { name: "shop" }).labels.site
            }

            """, to: "app.recipe")
        #expect(try await project.converge("check", "app.recipe").code == 0)
        let run = try await project.converge("run", "app.recipe", "--yes")
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        let outputs = try await project.converge("show", "run-2", "--json").json
        #expect("\(outputs)".contains("bonn") && "\(outputs)".contains("data"), "\(outputs)")
        let late = [
            #"param n: String, step s: Shell { run: "echo ${(lookup local.Lake { name: n }).id}" }"#,
            #"step r: Shell { run: "ls" }, step s: Shell { run: "echo ${(lookup local.Lake { name: r.stdout }).id}" }"#,
            #"for n in ["shop"] { step s[n]: Shell { run: "echo ${(lookup local.Lake { name: n }).id}" } }"#,
            #"step s: Shell { run: "echo ${(lookup local.Note { id: note.id }).id}" }"#
        ]
        for body in late {
            try project.write(
                "resource note: local.Note { text: \"a\" }\nworkflow w {\n"
                    + body.replacing(", step", with: "\nstep") + "\n}\n", to: "late.recipe")
            try await project.converge("check", "late.recipe").expectRefusal("R0721", "in a `let`")
        }
    }

    @Test func `a policy judges by what it looks up`() async throws {
        let project = try await shop()
        let rule = #"deny when (lookup local.Lake { name: self.text }).labels.team == "data" "the data team's""#
        try project.write(
            "resource x: local.Note { text: \"shop\" }\npolicy p for local.Note { \(rule) }\n", to: "app.recipe")
        #expect(try await project.converge("check", "app.recipe").code == 0)
        try await project.converge("plan", "app.recipe").expectRefusal(
            "G0106", "the data team's", wayOut: "@exempt")
        try project.write(
            "resource x: local.Note { text: \"shop\" }\npolicy p for local.Note { "
                + rule.replacing(#"== "data""#, with: #"== "ops""#) + " }\n", to: "app.recipe")
        let apply = try await project.converge("apply", "app.recipe", "--yes")
        #expect(apply.code == 0 && !apply.output.contains("decided"), "\(apply.output)\(apply.errors)")
        try project.write(
            "resource x: local.Note { text: \"shop\" }\npolicy p for local.Note { "
                + rule.replacing("self.text", with: "self.id") + " }\n", to: "new.recipe")
        try await project.converge("check", "new.recipe").expectRefusal("R0721", "depends on x.id")
    }

    @Test func `what is looked up by an output of what the recipe makes is refused before anything is made`()
        async throws
    {
        let project = try await shop()
        try project.write(
            """
            resource n: local.Note { text: "n" }
            resource k: local.Note { text: (lookup local.Note { id: n.id }).text }

            """, to: "app.recipe")
        for verb in [["check"], ["plan"], ["apply", "--yes"]] {
            try await project.run([verb[0], "app.recipe"] + verb.dropFirst()).expectRefusal("R0721", "n.id")
        }
        #expect(try await project.converge("show", "app.recipe").output.contains("Nothing here"))
    }

    @Test func `a check contacts nobody`() async throws {
        let project = try Project([
            "a.recipe":
                "for x in keys(lookup local.Lake { name: \"shop\" }.labels) { resource n[x]: local.Note { text: x } }\n"
        ])
        let check = try await project.converge("check", "a.recipe")
        #expect(check.code == 0, "\(check.errors)")
        #expect(!project.exists(".converge"))
    }
}
