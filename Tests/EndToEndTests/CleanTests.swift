// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What `ledger clean` frees, and what it keeps.
struct CleanTests {
    private func kept(_ project: Project) throws -> Set<String> {
        let root = project.folder.appendingPathComponent(".converge/artifacts/sha256")
        guard FileManager.default.fileExists(atPath: root.path) else { return [] }
        var found: Set<String> = []
        for shelf in try FileManager.default.contentsOfDirectory(atPath: root.path) {
            found.formUnion(
                try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(shelf).path))
        }
        return found
    }

    @Test func `models stay as long as something names them, and are freed after that`() async throws {
        let project = try SmallModel.project()
        #expect(try await project.converge("run", "model.recipe", "--yes").code == 0)
        let before = try kept(project)
        #expect(!before.isEmpty)
        let early = try await project.converge("ledger", "clean", "--yes", "--json")
        #expect(early.code == 0, "\(early.errors)")
        #expect(try early.json.at("bytes") == 0, "\(early.output)")
        #expect(try kept(project) == before)

        #expect(try await project.converge("destroy", "model.recipe", "--yes").code == 0)
        try await project.converge("ledger", "clean").expectRefusal("X0103", "nobody can be asked: Free")
        #expect(try kept(project) == before, "nothing without a yes")
        let late = try await project.converge("ledger", "clean", "--yes", "--json")
        #expect(late.code == 0, "\(late.errors)")
        #expect(try late.json.at("freed")?.list?.count == before.count)
        #expect(try kept(project).isEmpty)
        let again = try await project.converge("ledger", "clean", "--yes")
        #expect(again.output == "Nothing to free: everything that is kept is named somewhere.\n")

        // The project goes on as if nothing had been there.
        #expect(try await project.converge("run", "model.recipe", "--yes").code == 0)
        #expect(try await project.converge("ledger", "audit").output.contains("clean"))
        #expect(try await project.converge("destroy", "model.recipe", "--yes").code == 0)
    }

    @Test func `nothing is freed while something is under way`() async throws {
        let project = try Project([
            "work.recipe": """
            resource note: local.Note { text: "x" }
            workflow work {
              step long: Shell { run: "touch begun; while [ ! -e go ]; do sleep 0.05; done" }
            }

            """
        ])
        let run = try project.start(["run", "work.recipe", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        let folder = ".converge/artifacts/sha256/ab"
        try project.write("stray", to: "\(folder)/ab\(String(repeating: "0", count: 62))")
        try await project.converge("ledger", "clean", "--yes")
            .expectRefusal("L0301", "another process is at work on the ledger")
        try project.write("", to: "go")
        #expect(await run.end().code == 0)
        #expect(try kept(project).count == 1)
        #expect(try await project.converge("ledger", "clean", "--yes").output.hasPrefix("Freed 1 model or artifact, "))
        #expect(try kept(project).isEmpty)
    }
}
