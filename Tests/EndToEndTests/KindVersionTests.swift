// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Resources that another version of their kind recorded, and plugins that end the process.
struct KindVersionTests {
    private let project: Project
    private let platform: SafePlatform

    init() async throws {
        project = try Project([
            "converge.project": "environment default { use local\n use safe }\n",
            "doors.recipe": """
            resource front: safe.Safe { label: "front" }
            resource back: safe.Safe { label: "back ${front.id}" }
            """
        ])
        platform = try SafePlatform(password: "open")
        try await SafePlugin().install(in: project)
    }

    private func converge(_ words: String...) async throws -> Project.Answer {
        try await project.run(words, environment: platform.environment)
    }

    @Test func `a resource of version 1 of its kind is read, planned, changed and deleted by version 2`() async throws {
        #expect(try await converge("apply", "doors.recipe", "--yes").code == 0)
        try await SafePlugin(version: 2).install(in: project)
        try project.write(try project.text(of: "doors.recipe").replacing("label:", with: "title:"), to: "doors.recipe")
        let plan = try await converge("plan", "doors.recipe")
        #expect(plan.output.contains("Nothing to change"), "\(plan.output)\(plan.errors)")
        #expect(try await converge("drift", "doors.recipe").code == 0)
        let apply = try await converge("apply", "doors.recipe", "--yes")
        #expect(
            apply.code == 0 && apply.output.contains("front is recorded in the form of version 2"), "\(apply.output)")
        let again = try await converge("apply", "doors.recipe", "--yes")
        #expect(again.code == 0 && !again.output.contains("version 2"), "\(again.output)")
        try project.write(
            try project.text(of: "doors.recipe").replacing("\"front\"", with: "\"main\""), to: "doors.recipe")
        #expect(try await converge("apply", "doors.recipe", "--yes").code == 0)
        #expect(try platform.made == ["front", "back"])

        // The older plugin does not touch what it does not know.
        try await SafePlugin(version: 1).install(in: project)
        for words in [["plan", "doors.recipe"], ["destroy", "doors.recipe", "--yes"]] {
            let refused = try await project.run(words, environment: platform.environment)
            #expect(refused.code == 1 && refused.output.contains("label") == false, "\(refused.output)")
        }
        try project.write(try project.text(of: "doors.recipe").replacing("title:", with: "label:"), to: "doors.recipe")
        let refused = try await converge("plan", "doors.recipe")
        #expect(refused.code == 1 && refused.errors.contains("E0140"), "\(refused.output)\(refused.errors)")
        #expect(try platform.count == 2)
    }

    @Test func `a saved plan is refused once its plugin is another one`() async throws {
        #expect(try await converge("plan", "doors.recipe", "--out", "doors.plan").code == 0)
        try await SafePlugin(isListed: true).install(in: project)
        try await converge("apply", "doors.plan").expectRefusal("G0104", "other plugins are here")
        #expect(try platform.count == 0)
    }

    @Test func `what version 1 made is destroyed by version 2`() async throws {
        #expect(try await converge("apply", "doors.recipe", "--yes").code == 0)
        try await SafePlugin(version: 2).install(in: project)
        try project.write(try project.text(of: "doors.recipe").replacing("label:", with: "title:"), to: "doors.recipe")
        let destroy = try await converge("destroy", "doors.recipe", "--yes")
        #expect(destroy.code == 0, "\(destroy.output)\(destroy.errors)")
        #expect(try platform.count == 0)
    }

    @Test(arguments: ["abort-before", "abort-after"])
    func `a plugin that aborts in the midst of a create loses nothing and makes nothing twice`(when: String)
        async throws
    {
        try platform.write("", to: when)
        let killed = try await converge("apply", "doors.recipe", "--yes")
        #expect(killed.code == -SIGABRT, "\(killed.code)")
        #expect(try platform.count == (when == "abort-before" ? 0 : 1))
        let apply = try await converge("apply", "doors.recipe", "--yes")
        #expect(apply.code == 0, "\(apply.output)\(apply.errors)")
        #expect(try platform.made == ["front", "back"] && platform.count == 2)
        #expect(try await converge("plan", "doors.recipe").output.contains("Nothing to change"))
    }

    @Test func `a run whose step aborts goes on where it was`() async throws {
        try project.write(
            """
            workflow work {
              step first: Shell { run: "echo first >> out.txt" }
              step crack: Crack { @needs: [first], size: 1 }
              step last: Shell { @needs: [crack], run: "echo last >> out.txt" }
            }
            """, to: "work.recipe")
        try platform.write("", to: "abort-step")
        #expect(try await converge("run", "work.recipe", "--yes").code == -SIGABRT)
        let resumed = try await converge("resume", "run-1", "--yes")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(try project.text(of: "out.txt") == "first\nlast\n")
    }
}
