// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// One recipe's apply never touches what another made, whatever the recipes are called.
struct ModuleNameTests {
    private let note = "resource n: local.Note { text: \"kept\" }\n"
    private let other = "resource z: local.Note { text: \"other\" }\n"

    private func summary(_ answer: Project.Answer) throws -> Value? { try answer.json.at("summary") }

    @Test(arguments: [("a.recipe", "./a"), ("a", "./a.recipe"), ("@scratch.recipe", "./b.recipe")])
    func `files of like names are modules of their own`(first: String, second: String) async throws {
        let project = try Project([first: note, second: other])
        #expect(try await project.converge("apply", "./" + first, "--yes", "--json").code == 0)
        let plan = try await project.converge("plan", second, "--json")
        #expect(try summary(plan)?.at("delete") == 0 && summary(plan)?.at("create") == 1, "\(plan.output)")
    }

    @Test func `a file that is called like the prompt's module is none`() async throws {
        let project = try Project(["converge.project": "", "@scratch.recipe": other])
        let prompt = try await project.run([], input: note + "apply --yes\n")
        #expect(prompt.code == 0, "\(prompt.errors)")
        let plan = try await project.converge("plan", "@scratch.recipe", "--json")
        #expect(try summary(plan)?.at("delete") == 0, "\(plan.output)")
    }

    @Test func `a recipe from standard input makes something only under a name`() async throws {
        let project = try Project(["converge.project": ""])
        let nameless = try await project.run(["apply", "-", "--yes"], input: note)
        nameless.expectRefusal("X0119", "has no name", wayOut: "--module NAME")
        #expect(try await project.run(["plan", "-"], input: note).code == 0)
        for (name, text) in [("one", note), ("two", other)] {
            let apply = try await project.run(["apply", "-", "--module", name, "--yes"], input: text)
            #expect(apply.code == 0, "\(apply.errors)")
        }
        let resources = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        #expect(Set(resources.compactMap { $0.at("module")?.string }) == ["@stdin/one", "@stdin/two"])
        let run = try await project.run(
            ["run", "-", "--module", "three", "--yes"], input: "workflow w { step s: Shell { run: \"true\" } }\n")
        #expect(run.code == 0, "\(run.errors)")
        #expect(try await project.converge("plan", "x.recipe", "--module", "x").code == 64)
    }

    @Test func `a recipe that was renamed is asked for, and takes over what it made`() async throws {
        let project = try Project(["a.recipe": note])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let id = try await project.converge("show", "n.id").output
        try FileManager.default.moveItem(atPath: project.path("a.recipe"), toPath: project.path("b.recipe"))
        let plan = try await project.converge("plan", "b.recipe")
        #expect(plan.errors.contains("a.recipe is gone"), "\(plan.errors)")
        let apply = try await project.converge("apply", "b.recipe", "--yes")
        apply.expectRefusal("X0121", "a.recipe is gone", wayOut: "--renamed-from a.recipe")
        let moved = try await project.converge("apply", "b.recipe", "--yes", "--renamed-from", "a.recipe")
        #expect(moved.code == 0 && moved.output.contains("Nothing to change"), "\(moved.output)\(moved.errors)")
        #expect(try await project.converge("show", "n.id").output == id)
        try await project.converge("apply", "b.recipe", "--yes", "--renamed-from", "c.recipe")
            .expectRefusal("X0122", "c.recipe has made nothing")
    }

    @Test func `a recipe that was renamed can be made anew, and what the former made be deleted`() async throws {
        let project = try Project(["a.recipe": note])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try FileManager.default.moveItem(atPath: project.path("a.recipe"), toPath: project.path("b.recipe"))
        #expect(try await project.converge("apply", "b.recipe", "--yes", "--renamed-from", "none").code == 0)
        let destroy = try await project.converge("destroy", "a.recipe", "--yes")
        #expect(destroy.code == 0 && destroy.errors.contains("a.recipe is gone"), "\(destroy.errors)")
        let resources = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        #expect(resources.compactMap { $0.at("module")?.string } == ["b"])
        let again = try await project.converge("destroy", "a.recipe", "--yes")
        #expect(again.code == 1 && again.errors.contains("error[X0101]"), "\(again.errors)")
    }
}
