// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Workflows of imported modules are run by the names of the import and the workflow.
struct ImportedWorkflowTests {
    private func project() throws -> Project {
        try Project([
            "shop.recipe": "import \"shared/greet.recipe\" as shared { word: \"hello\" }\n",
            "shared/words.txt": "world",
            "shared/greet.recipe": """
            param word: String
            resource note: local.Note { text: word }
            workflow greet {
              param mark: String = "!"
              step say: Shell { run: "test ! -e stop && echo ${note.text} $(cat words.txt)${mark}" }
              output said = say.stdout
            }
            """
        ])
    }

    @Test func `it uses its own module's resources and paths, and is recorded with the importing recipe`() async throws
    {
        let project = try project()
        let run = try await project.converge("run", "shop.recipe", "shared.greet", "{ mark: \"?\" }", "--yes", "--json")
        #expect(run.code == 0, "\(run.errors)")
        #expect(try run.json.at("outputs", "said")?.string == "hello world?")
        let runs = try await project.converge("runs", "--json").json
        #expect(runs.at("runs", "0", "workflow")?.string == "shared.greet")
        let shown = try await project.converge("show", "--json").json
        #expect(shown.at("resources", "0", "module")?.string == "shop")
        #expect(shown.at("resources", "0", "address")?.string == "shared/note")
    }

    @Test func `a run of it that failed is resumed`() async throws {
        let project = try project()
        try project.write("", to: "shared/stop")
        let failed = try await project.converge("run", "shop.recipe", "shared.greet", "--yes", "--json")
        #expect(failed.code == 1)
        let id = try #require(try failed.json.at("run", "id")?.string)
        try FileManager.default.removeItem(atPath: project.path("shared/stop"))
        let resumed = try await project.converge("resume", id, "--json")
        #expect(try resumed.json.at("outputs", "said")?.string == "hello world!", "\(resumed.errors)")
    }

    @Test func `it is named, also where there is no other`() async throws {
        let project = try project()
        let answer = try await project.converge("run", "shop.recipe", "--yes")
        answer.expectRefusal("X0105", "which workflow shall run?", wayOut: "run shop.recipe shared.greet")
        #expect(answer.errors.contains("declared are shared.greet"))
        try await project.converge("run", "shop.recipe", "shared.great", "--yes")
            .expectRefusal("X0105", "there is no workflow 'shared.great'", wayOut: "run shop.recipe shared.greet")
    }
}
