// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What only a part of an apply can decide is decided in a later phase of it.
struct PhaseTests {
    private func addresses(_ project: Project) async throws -> Set<String> {
        let all = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        return Set(all.compactMap { $0.at("address")?.string })
    }

    @Test func `loops, conditions and keys may depend on outputs of what the same apply makes`() async throws {
        let project = try Project([
            "a.recipe": """
            resource n: local.Note { text: "a" }
            for part in split(n.id, "x") { resource each[part]: local.Note { text: part } }
            if length(n.id) > 3 { resource long: local.Note { text: n.id } } else { resource short: local.Note { text: "s" } }
            resource keyed[n.id]: local.Note { text: "k" }
            resource reader: local.Note { text: join([for_id for for_id in keys(each)], ",") }
            output reads = reader.text

            """
        ])
        #expect(try await project.converge("check", "a.recipe").code == 0)
        let plan = try await project.converge("plan", "a.recipe")
        #expect(plan.code == 0, "\(plan.errors)")
        #expect(
            plan.output.contains("In a later phase")
                && plan.output.contains("each  what the loop goes through depends on n.id (a.recipe:2)"),
            "\(plan.output)")
        let deferred = try await project.converge("plan", "a.recipe", "--json").json.at("deferred")?.list ?? []
        #expect(
            deferred.compactMap { $0.at("names", "0")?.string } == ["each", "long", "keyed", "reader"], "\(deferred)")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0 && apply.output.contains("Phase 2"), "\(apply.output)\(apply.errors)")
        #expect(apply.output.contains("5 created"), "\(apply.output)")
        let id = try #require(
            try await project.converge("show", "n", "--json").json.at("resources", "0", "outputs", "id")?.string)
        #expect(try await addresses(project) == ["n", "each[\"\(id)\"]", "long", "keyed[\"\(id)\"]", "reader"])
        #expect(apply.output.contains("reads = \"\(id)\""), "\(apply.output)")
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
        #expect(try await project.converge("destroy", "a.recipe", "--yes").code == 0)
        #expect(try await addresses(project).isEmpty)
    }

    @Test func `what was decided stays while what it depends on changes, until that is known`() async throws {
        func text(_ name: String) -> String {
            "resource l: local.Lake { name: \"\(name)\" }\nresource keyed[l.name]: local.Note { text: l.id }\n"
        }
        let project = try Project(["a.recipe": text("one")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        #expect(try await addresses(project) == ["l", "keyed[\"one\"]"])
        try project.write(text("two"), to: "a.recipe")
        let plan = try await project.converge("plan", "a.recipe")
        #expect(!plan.output.contains("- keyed"), "not decided yet: \(plan.output)")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0, "\(apply.errors)")
        #expect(try await addresses(project) == ["l", "keyed[\"two\"]"])
    }

    @Test func `policies judge each phase, and what failed is not gone on from`() async throws {
        let project = try Project([
            "a.recipe": """
            resource n: local.Note { text: "a" }
            resource keyed[n.id]: local.Note { text: n.id }
            policy short for local.Note { deny when length(self.text) > 5 "short" }

            """
        ])
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 1 && apply.errors.contains("G0106"), "\(apply.output)\(apply.errors)")
        #expect(apply.output.contains("apply-1: 1 created."), "what was done before is told: \(apply.output)")
        #expect(try await addresses(project) == ["n"])
    }

    @Test func `a run makes what its workflow needs, phase by phase`() async throws {
        let project = try Project([
            "a.recipe": """
            resource n: local.Note { text: "a" }
            resource keyed[n.id]: local.Note { text: "k" }
            workflow w { step s: Shell { run: "echo ${join(keys(keyed), " ")}" }; output out = s.stdout }

            """
        ])
        let run = try await project.converge("run", "a.recipe", "--yes", "--json")
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        let id = try #require(
            try await project.converge("show", "n", "--json").json.at("resources", "0", "outputs", "id")?.string)
        #expect(try run.json.at("outputs", "out")?.string == id)
    }

    @Test func `what is known already decides at once`() async throws {
        let project = try Project(["a.recipe": "resource n: local.Note { text: \"a\" }\n"])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(
            "resource n: local.Note { text: \"a\" }\nresource keyed[n.id]: local.Note { text: \"k\" }\n", to: "a.recipe"
        )
        let plan = try await project.converge("plan", "a.recipe")
        #expect(plan.output.contains("+ keyed[") && !plan.output.contains("later phase"), "\(plan.output)")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let again = try await project.converge("apply", "a.recipe", "--yes")
        #expect(again.code == 0 && again.output.contains("Nothing to change"), "\(again.output)")
    }

    @Test func `a connection may be made with what the same apply makes`() async throws {
        let project = try Project([
            "a.recipe": """
            param place: String = "b"
            use local
            use harbour { berth: "${place}-${note.id}" }
            resource note: local.Note { text: "n" }
            resource crate: harbour.Crate { text: "x" }
            resource reader: local.Note { text: crate.id }

            """
        ])
        try await HarbourPlugin.install(in: project)
        let server = try await HarbourServer(project, cranes: 9)
        let variables = server.environment
        #expect(try await project.run(["check", "a.recipe"], environment: variables).output.contains("No problems."))
        let plan = try await project.run(["plan", "a.recipe"], environment: variables)
        #expect(
            plan.output.contains("crate  the connection 'harbour' depends on note.id"), "\(plan.output)\(plan.errors)")
        let apply = try await project.run(["apply", "a.recipe", "--yes"], environment: variables)
        #expect(apply.code == 0 && apply.output.contains("Phase 2"), "\(apply.output)\(apply.errors)")
        let id = try await project.converge("show", "note.id").output.filter { !$0.isWhitespace }
        #expect(try await server.berths() == ["b-" + id])
        #expect(try await project.run(["plan", "a.recipe", "--check"], environment: variables).code == 0)
        #expect(try await project.run(["drift", "a.recipe"], environment: variables).code == 0)
        #expect(try await project.run(["destroy", "a.recipe", "--yes"], environment: variables).code == 0)
        #expect(try await server.counts()["crates"] == 0)
        await server.end()
    }

    @Test func `each phase is asked for by itself`() async throws {
        let project = try Project([
            "a.recipe": "resource n: local.Note { text: \"a\" }\nresource keyed[n.id]: local.Note { text: \"k\" }\n"
        ])
        let prompt = try await PromptTerminal(project)
        try prompt.terminal.type("apply a.recipe")
        try prompt.terminal.press("Enter")
        try await prompt.terminal.wait(for: "the question") { $0.text.contains("Apply these changes?") }
        try prompt.terminal.type("yes")
        try prompt.terminal.press("Enter")
        try await prompt.terminal.wait(for: "the second phase") { screen in
            screen.text.contains("Phase 2") && screen.text.contains("Apply these changes? Only `yes` does it: yes")
                && screen.lines.last?.hasSuffix("Only `yes` does it:") == true
        }
        let declined = try await prompt.enter("no")
        let told = declined.joined()
        #expect(told.contains("1 created.error[X0104]: declined; what was applied before stays"), "\(declined)")
        #expect(try await addresses(project) == ["n"])
    }

    @Test func `a long chain of decisions is followed to its end before anything is taken away`() async throws {
        func text(_ name: String) -> String {
            "resource l0: local.Lake { name: \"\(name)\" }\n"
                + (1...12).map { "resource l\($0)[keys_of_\($0)]: local.Note { text: keys_of_\($0) }\n" }.joined()
                + "let keys_of_1 = l0.name\n"
                + (2...12).map { "let keys_of_\($0) = l\($0 - 1)[keys_of_\($0 - 1)].text\n" }.joined()
        }
        let project = try Project(["a.recipe": text("one")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(text("two"), to: "a.recipe")
        let plan = try await project.converge("plan", "a.recipe")
        #expect(!plan.output.contains("- l"), "not decided yet: \(plan.output)")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0, "\(apply.errors)")
        let expected = Set(["l0"] + (1...12).map { "l\($0)[\"two\"]" })
        #expect(try await addresses(project) == expected)
    }
}
