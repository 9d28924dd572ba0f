// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import GRDB
import Testing

/// Parts of a plan, chosen by options of `plan` and `apply`.
struct SelectionTests {
    private let text = """
        resource first: local.Note { text: "1" }
        resource second: local.Note { text: "2 ${first.id}" }
        resource third: local.Note { text: "3 ${second.id}" }
        for key in ["x", "y"] { resource each[key]: local.Note { text: key } }

        """

    private func addresses(_ project: Project) async throws -> Set<String> {
        let all = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        return Set(all.compactMap { $0.at("address")?.string })
    }

    private func changes(_ answer: Project.Answer) throws -> [String] {
        try (answer.json.at("changes")?.list ?? []).compactMap { change in
            change.at("address")?.string.map { "\(change.at("action")?.string ?? "") \($0)" }
        }
    }

    @Test func `only makes what is named and what it needs, and says what is left out`() async throws {
        let project = try Project(["a.recipe": text])
        let plan = try await project.converge("plan", "a.recipe", "--only", "second", "--json")
        #expect(try changes(plan) == ["create first", "create second"])
        #expect(try plan.json.at("left_out")?.list?.count == 3)
        let apply = try await project.converge("apply", "a.recipe", "--only", "second", "--yes")
        #expect(apply.output.contains("  third\n"))
        #expect(apply.code == 0 && apply.output.contains("\nLeft out\n"), "\(apply.output)\(apply.errors)")
        #expect(try await addresses(project) == ["first", "second"])
        let again = try await project.converge("apply", "a.recipe", "--only", "second", "--yes")
        #expect(again.output.contains("Nothing to change of what is selected."), "\(again.output)")
        // A shell has taken the quotes out of the address.
        #expect(try await project.converge("apply", "a.recipe", "--only", "each[y]", "--yes").code == 0)
        #expect(try await addresses(project) == ["first", "second", "each[\"y\"]"])
        #expect(try await project.converge("apply", "a.recipe", "--except", "third", "--yes").code == 0)
        #expect(try await addresses(project) == ["first", "second", "each[\"x\"]", "each[\"y\"]"])
    }

    @Test func `a name that means nothing is refused before anything is done`() async throws {
        let project = try Project(["a.recipe": text])
        for option in ["--only", "--except", "--replace"] {
            try await project.converge("apply", "a.recipe", option, "thirt", "--yes")
                .expectRefusal("G0120", "there is nothing of the address 'thirt'", wayOut: "did you mean 'third'?")
        }
        let json = try await project.converge("plan", "a.recipe", "--only", "thirt", "--json")
        #expect(json.code == 1)
        #expect(try json.diagnostics.first?.at("code") == "G0120")
        #expect(try await project.converge("plan", "a.recipe", "--refresh-only", "--offline").code == 64)
    }

    @Test func `replace makes one thing anew, once, and what reads it follows`() async throws {
        let project = try Project(["a.recipe": text])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let plan = try await project.converge("plan", "a.recipe", "--replace", "second", "--json")
        #expect(try changes(plan) == ["replace second", "update third"])
        let apply = try await project.converge("apply", "a.recipe", "--replace", "second", "--yes", "--json")
        #expect(try apply.json.at("summary", "replace") == 1, "\(apply.errors)")
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
    }

    @Test func `a replacement is made in one phase of several`() async throws {
        let project = try Project([
            "a.recipe": """
            resource n: local.Note { text: "a" }
            resource keyed[n.id]: local.Note { text: "k" }

            """
        ])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let apply = try await project.converge("apply", "a.recipe", "--replace", "n", "--yes")
        #expect(apply.code == 0 && apply.output.contains("1 replaced"), "\(apply.output)\(apply.errors)")
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
        #expect(
            try await project.converge("apply", "a.recipe", "--only", "keyed", "--replace", "keyed", "--yes").code == 0)
    }

    @Test func `an offline plan asks no platform and says so`() async throws {
        let project = try Project(["a.recipe": text])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try FileManager.default.removeItem(atPath: project.path(".converge/local"))
        let plan = try await project.converge("plan", "a.recipe", "--offline")
        #expect(plan.code == 0 && plan.output.contains("no platform was asked"), "\(plan.output)\(plan.errors)")
        #expect(plan.output.contains("Nothing to change: what is recorded is what the recipe says."), "\(plan.output)")
        #expect(try await project.converge("plan", "a.recipe", "--offline", "--json").json.at("offline") == true)
        #expect(try await project.converge("plan", "a.recipe", "--json").json.at("summary", "create") == 5)
    }

    @Test func `a recipe that looks up is planned offline with what it finds unknown`() async throws {
        let project = try Project([
            "a.recipe": """
            resource note: local.Note { text: (lookup local.Note { text: "there" }).id }
            resource other: local.Note { @adopt: "nowhere", text: "x" }

            """
        ])
        let plan = try await project.converge("plan", "a.recipe", "--offline")
        #expect(plan.code == 0 && plan.output.contains("known after apply"), "\(plan.output)\(plan.errors)")
        #expect(plan.output.contains("it adopts 'nowhere', which is not looked at offline"), "\(plan.output)")
    }

    @Test func `refresh-only takes what is there into the ledger and changes nothing`() async throws {
        let project = try Project(["a.recipe": text])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let database = try DatabaseQueue(path: project.path(".converge/local/default/local/catalog.db"))
        try await database.write { db in
            try db.execute(sql: "update things set inputs = replace(inputs, '\"1\"', '\"by hand\"')")
        }
        try database.close()
        let plan = try await project.converge("plan", "a.recipe", "--refresh-only")
        #expect(plan.output.contains("↻ first") && plan.output.contains("1 to record"), "\(plan.output)\(plan.errors)")
        let apply = try await project.converge("apply", "a.recipe", "--refresh-only", "--yes")
        #expect(apply.code == 0 && apply.output.contains("1 taken into the ledger"), "\(apply.output)\(apply.errors)")
        #expect(
            try await project.converge("show", "first", "--json").json.at("resources", "0", "inputs", "text")
                == "by hand")
        let again = try await project.converge("apply", "a.recipe", "--refresh-only", "--yes")
        #expect(again.output.contains("Nothing to record"), "\(again.output)")
        #expect(try await project.converge("plan", "a.recipe", "--json").json.at("summary", "update") == 1)
    }

    @Test func `a saved plan keeps its selection`() async throws {
        let project = try Project(["a.recipe": text])
        let plan = try await project.converge("plan", "a.recipe", "--only", "second", "--offline", "--out", "a.plan")
        #expect(plan.code == 0, "\(plan.errors)")
        #expect(try await project.converge("apply", "a.plan", "--only", "third").code == 64)
        #expect(try await project.converge("apply", "a.plan").code == 0)
        #expect(try await addresses(project) == ["first", "second"])
    }

    @Test func `policies judge what is selected, and later phases are gone through`() async throws {
        let project = try Project([
            "a.recipe": """
            resource n: local.Note { text: "a" }
            resource keyed[n.id]: local.Note { text: n.id }
            resource bad: local.Note { text: "bad" }
            policy good for local.Note { deny when self.text == "bad" "never bad" }

            """
        ])
        #expect(try await project.converge("plan", "a.recipe").code == 1)
        try await project.converge("apply", "a.recipe", "--only", "bad", "--yes").expectRefusal("G0106", "never bad")
        let apply = try await project.converge("apply", "a.recipe", "--only", "keyed", "--yes")
        #expect(apply.code == 0 && apply.output.contains("Phase 2"), "\(apply.output)\(apply.errors)")
        #expect(try await addresses(project).count == 2)
    }
}
