// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// `forget`: the ledger lets go, the thing stays.
struct ForgetTests {
    private static let recipe = """
        resource lake: DataLakeStorage {}
        for name in ["x", "y"] { resource note[name]: local.Note { text: name } }
        resource reader: local.Note { text: "reads ${note["x"].id}" }
        resource kept: local.Note { text: "kept", @protect: true }

        """

    private func applied(_ files: [String: String] = ["a.recipe": recipe]) async throws -> Project {
        let project = try Project(files)
        for file in files.keys.sorted() { #expect(try await project.converge("apply", file, "--yes").code == 0) }
        return project
    }

    private func addresses(_ project: Project) async throws -> [String] {
        try await project.converge("show", "--json").json.at("resources")?.list?
            .compactMap { $0.at("address")?.string } ?? []
    }

    @Test func `what is forgotten stays, and a recipe that declares it makes another`() async throws {
        let project = try await applied()
        let id = try await project.converge("show", "note[\"x\"].id").output
        let answer = try await project.converge("forget", "note[\"x\"]", "--yes", "--json")
        #expect(answer.code == 0, "\(answer.errors)")
        #expect(try answer.json.at("forgotten", "0", "address") == "note[\"x\"]")
        #expect(try answer.json.at("dependants")?.list == ["reader"])
        #expect(try answer.json.at("run", "id") == "forget-2")
        #expect(!(try await addresses(project)).contains("note[\"x\"]"))
        try await project.converge("show", "note[\"x\"]").expectRefusal("X0107", "note[\"x\"]")

        let plan = try await project.converge("plan", "a.recipe")
        #expect(plan.output.contains("it is declared, and was forgotten 20"), "\(plan.output)")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let another = try await project.converge("show", "note[\"x\"].id").output
        #expect(another != id)
        let catalog = try await project.program(
            "sqlite3", ".converge/local/default/local/catalog.db",
            "select count(*) from things where id = '\(id.dropLast())'")
        #expect(catalog.code != 0 || catalog.output == "1\n", "the first one is still there")
        let audit = try await project.converge("audit")
        #expect(audit.output.contains("forget"))
        #expect(try await project.converge("audit", "verify").code == 0)
        #expect(try await project.converge("runs").output.contains("forget-2"))
        #expect(try await project.converge("show", "forget-2").output.contains("note[\"x\"]"))
        #expect(try await project.converge("diff", "apply-1", "--json").code == 2)
    }

    @Test func `a capability goes with its parts, a loop with all it made; destroy leaves both`() async throws {
        let project = try await applied()
        let path = try await project.converge("show", "lake/lake.path").output.trimmingCharacters(in: .newlines)
        let shown = try await addresses(project)
        let answer = try await project.converge("forget", "lake", "note", "--yes")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(Set(try await addresses(project)) == ["reader", "kept"], "\(shown)")
        try project.write("", to: "a.recipe")
        let refused = try await project.converge("destroy", "a.recipe", "--yes")
        refused.expectRefusal("G0102", "kept is protected")
        if !path.isEmpty { #expect(FileManager.default.fileExists(atPath: path)) }
    }

    @Test func `what is protected is forgotten only where that is said`() async throws {
        let project = try await applied()
        try await project.converge("forget", "kept", "--yes").expectRefusal("G0102", "--protected")
        #expect(try await addresses(project).contains("kept"))
        #expect(try await project.converge("forget", "kept", "--yes", "--protected").code == 0)
        #expect(!(try await addresses(project).contains("kept")))
    }

    @Test func `nobody to ask, an unknown address and one of two modules are refused`() async throws {
        let one = "resource note: local.Note { text: \"1\" }\n"
        let project = try await applied(["a.recipe": one, "b.recipe": one])
        try await project.converge("forget", "note", "--module", "a").expectRefusal("X0103", "nobody can be asked")
        try await project.converge("forget", "nite", "--yes").expectRefusal("X0107", "did you mean 'note'?")
        try await project.converge("forget", "note", "--yes").expectRefusal("X0125", "--module a")
        #expect(try await project.converge("forget", "note", "--yes", "--module", "b").code == 0)
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
        #expect(try await project.converge("plan", "b.recipe", "--check").code == 2)
        #expect(try await project.converge("ledger", "check").code != 1)
    }

    @Test func `the prompt forgets what its module has made`() async throws {
        let answer = try await Project().converge(
            input: """
                resource note: local.Note { text: "x" }
                apply --yes
                forget note --yes
                show
                plan

                """)
        #expect(answer.code == 0, "\(answer.errors)")
        #expect(answer.output.contains("forget-2: 1 forgotten. What is there stays as it is."), "\(answer.output)")
        #expect(answer.output.contains("Nothing here yet."))
        #expect(answer.output.contains("was forgotten"))
    }
}
