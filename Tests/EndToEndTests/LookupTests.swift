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
