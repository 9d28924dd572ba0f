// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// The thin slice: notes from text to the platform and back.
struct NoteTests {
    private let twoNotes = """
        param greeting: String = "hello"
        resource first:  local.Note { text: greeting }
        resource second: local.Note { text: "after ${first.id}" }
        output id = first.id
        """

    @Test func `a recipe is checked, planned, applied, shown, changed and destroyed`() async throws {
        let project = try Project(["notes.recipe": twoNotes])
        let check = try await project.converge("check", "notes.recipe")
        #expect(check.code == 0, "\(check.errors)")

        let plan = try await project.converge("plan", "notes.recipe", "--json")
        #expect(plan.code == 0, "\(plan.errors)")
        #expect(try plan.document["summary"]?.object?["create"] == 2)

        let apply = try await project.converge("apply", "notes.recipe", "--yes", "--json")
        #expect(apply.code == 0, "\(apply.errors)\(apply.output)")
        let id = try #require(try apply.document["outputs"]?.object?["id"]?.string)

        let second = try await project.converge("show", "second", "--json")
        let resources = try #require(try second.document["resources"]?.list)
        #expect(resources.first?.object?["inputs"]?.object?["text"]?.string == "after \(id)")

        let again = try await project.converge("plan", "notes.recipe", "--check")
        #expect(again.code == 0, "\(again.output)")

        let changed = try await project.converge("plan", "notes.recipe", "--set", "greeting=hi", "--json", "--check")
        #expect(changed.code == 2)
        #expect(try changed.document["summary"]?.object?["update"] == 1)

        let destroy = try await project.converge("destroy", "notes.recipe", "--yes", "--json")
        #expect(destroy.code == 0, "\(destroy.errors)")
        let left = try await project.converge("show", "--json")
        #expect(try left.document["resources"]?.list?.isEmpty == true)
    }

    @Test func `without a terminal and without --yes nothing is changed`() async throws {
        let project = try Project(["notes.recipe": twoNotes])
        let apply = try await project.converge("apply", "notes.recipe")
        #expect(apply.code == 1)
        #expect(apply.errors.contains("X0103"))
        let plan = try await project.converge("plan", "notes.recipe", "--json")
        #expect(try plan.document["summary"]?.object?["create"] == 2)
    }
}
