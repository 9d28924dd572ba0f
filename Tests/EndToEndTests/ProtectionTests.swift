// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What is declared or recorded of a thing counts also where nothing about the thing itself changes.
struct ProtectionTests {
    private func note(_ fields: String) -> String { "resource m: local.Note { text: \"a\"\(fields) }\n" }

    private func isProtected(_ project: Project) async throws -> Value? {
        try await project.converge("show", "m", "--json").json.at("resources", "0", "protected")
    }

    @Test func `protection counts from its declaration on, before anything is applied`() async throws {
        let project = try Project(["a.recipe": note("")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(note(", @protect: true"), to: "a.recipe")
        try await project.converge("destroy", "a.recipe", "--yes").expectRefusal("G0102", "m is protected")
        #expect(try await isProtected(project) == false)
    }

    @Test func `protection is recorded where nothing else changes, and outlives its line`() async throws {
        let project = try Project(["a.recipe": note("")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(note(", @protect: true"), to: "a.recipe")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0 && apply.output.contains("m is protected now"), "\(apply.output)")
        #expect(try await isProtected(project) == true)
        try project.write(note(", @protect: false"), to: "a.recipe")
        let plan = try await project.converge("plan", "a.recipe")
        #expect(plan.output.contains("Only recorded\n  m is protected no more"), "\(plan.output)")
        let told = try await project.converge("plan", "a.recipe", "--json").json
        #expect(told.at("recordings", "0")?.string == "m is protected no more")
        try project.write("", to: "a.recipe")
        try await project.converge("apply", "a.recipe", "--yes").expectRefusal("G0102", "m is protected")
    }

    @Test func `taking out the line alone lifts no protection, under another name neither`() async throws {
        let lake = { (name: String, text: String, fields: String) in
            "resource \(name): local.Lake { name: \"\(text)\"\(fields) }\n"
        }
        let project = try Project(["a.recipe": lake("m", "a", ", @protect: true")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        for recipe in [lake("m", "b", ""), lake("n", "b", ", @formerly: m"), ""] {
            try project.write(recipe, to: "a.recipe")
            try await project.converge("apply", "a.recipe", "--yes").expectRefusal("G0102", "is protected")
        }
        try project.write(lake("m", "a", ""), to: "a.recipe")
        let unchanged = try await project.converge("apply", "a.recipe", "--yes")
        #expect(unchanged.code == 0 && unchanged.output.contains("Nothing to change"), "\(unchanged.output)")
        #expect(try await isProtected(project) == true)
        try await project.converge("destroy", "a.recipe", "--yes").expectRefusal("G0102", "m is protected")
        try project.write(lake("m", "b", ", @protect: false"), to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        #expect(try await isProtected(project) == false)
    }

    @Test func `a capability stays protected with all its parts where the line is taken out`() async throws {
        let project = try Project(["a.recipe": "resource m: DataLakeStorage { name: \"a\", @protect: true }\n"])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write("resource m: DataLakeStorage { name: \"b\" }\n", to: "a.recipe")
        try await project.converge("apply", "a.recipe", "--yes").expectRefusal("G0102", "is protected")
        try project.write("resource m: DataLakeStorage { name: \"a\" }\n", to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        #expect(try await isProtected(project) == true)
    }

    @Test func `the way out that is told works`() async throws {
        let project = try Project(["a.recipe": note(", @protect: true")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try await project.converge("destroy", "a.recipe", "--yes")
            .expectRefusal("G0102", "m is protected", wayOut: "set `@protect: false` in its declaration")
        try project.write(note(", @protect: false"), to: "a.recipe")
        let destroy = try await project.converge("destroy", "a.recipe", "--yes")
        #expect(destroy.code == 0, "\(destroy.errors)")
    }

    @Test func `a protected thing that was taken out can be deleted once its declaration says so`() async throws {
        let project = try Project(["a.recipe": note(", @protect: true")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(note(", @protect: false"), to: "a.recipe")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.output.contains("m is protected no more"), "\(apply.output)")
        try project.write("", to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
    }

    @Test func `a new need is recorded where nothing else changes`() async throws {
        let both = "resource a: local.Note { text: \"a\" }\nresource b: local.Note { text: \"b\" }\n"
        let project = try Project(["a.recipe": both])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(both.replacingOccurrences(of: "\"a\" }", with: "\"a\", @needs: [b] }"), to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let destroy = try await project.converge("destroy", "a.recipe", "--yes", "--parallelism", "1", "--events")
        let ended = try destroy.output.split(separator: "\n").map { try Value(json: String($0)) }
            .filter { $0.at("event") == "operation_ended" }.compactMap { $0.at("address")?.string }
        #expect(ended == ["a", "b"])
    }

    @Test func `what others changed to what the recipe says is recorded by an apply`() async throws {
        let project = try Project(["a.recipe": note("")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let edit = try await project.program(
            "python3", "-c",
            """
            import glob, sqlite3
            database = sqlite3.connect(glob.glob(".converge/local/default/*/catalog.db")[0])
            database.execute("update things set inputs = replace(inputs, '\\"a\\"', '\\"b\\"')")
            database.commit()
            """)
        try #require(edit.code == 0, "\(edit.errors)")
        try project.write("resource m: local.Note { text: \"b\" }\n", to: "a.recipe")
        #expect(try await project.converge("drift", "a.recipe").code == 2)
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0, "\(apply.errors)")
        #expect(try await project.converge("drift", "a.recipe").code == 0)
        #expect(try await project.converge("show", "m", "--json").json.at("resources", "0", "inputs", "text") == "b")
    }
}
