// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Things whose connection is declared no more, and many things at one connection.
struct ConnectionGoneTests {
    @Test(arguments: [true, false])
    func `a resource whose use line is gone is deleted through its recorded configuration`(
        isOfRecipe: Bool
    ) async throws {
        let project = try Project()
        func declare(_ uses: String, _ resources: String) throws {
            try project.write(
                isOfRecipe ? "" : "environment default { \(uses) }\n", to: "converge.project")
            try project.write((isOfRecipe ? uses.replacing("; ", with: "\n") + "\n" : "") + resources, to: "a.recipe")
        }
        try declare(
            "use local; use local as spare",
            "resource a: local.Note { text: \"a\" }\nresource l: local.Lake { name: \"there\", @on: spare }\n")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        try #require(apply.code == 0, "\(apply.output)\(apply.errors)")
        let lake = ".converge/local/default/spare/lakes/there"
        #expect(project.exists(lake))
        try declare("use local", "resource a: local.Note { text: \"a\" }\n")
        let gone = try await project.converge("apply", "a.recipe", "--yes")
        #expect(gone.code == 0 && gone.output.contains("1 deleted"), "\(gone.output)\(gone.errors)")
        #expect(!project.exists(lake))
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
    }

    private func expectCalls(_ calls: [String], _ expected: [String], line: Int = #line) {
        #expect(calls == expected, "line \(line): \(calls)")
    }

    @Test func `many things of a kind are looked at by one list, few one by one`() async throws {
        let project = try Project([
            "converge.project": "environment default { use local\n use safe }\n",
            "doors.recipe": "for i in range(0, 30) { resource s[\"${i}\"]: safe.Safe { label: \"${i}\" } }\n"
        ])
        let platform = try SafePlatform(password: "open")
        try await SafePlugin(isListed: true).install(in: project)
        func converge(_ words: String...) async throws -> Project.Answer {
            try await project.run(words, environment: platform.environment)
        }
        try platform.write("", to: "calls")
        let apply = try await converge("apply", "doors.recipe", "--yes")
        try #require(apply.code == 0, "\(apply.output)\(apply.errors)")
        try platform.write("", to: "calls")
        let plan = try await converge("plan", "doors.recipe")
        #expect(plan.output.contains("Nothing to change"), "\(plan.output)\(plan.errors)")
        expectCalls(try platform.lines(of: "calls"), ["list"])
        // One that the list does not show is asked for by itself before it is called gone.
        try platform.removeOne()
        try platform.write("", to: "calls")
        let drift = try await converge("drift", "doors.recipe")
        #expect(drift.code == 2 && drift.output.contains("is gone"), "\(drift.output)\(drift.errors)")
        expectCalls(try platform.lines(of: "calls").sorted(), ["list", "read"])
        try project.write(
            "for i in range(0, 3) { resource s[\"${i}\"]: safe.Safe { label: \"${i}\" } }\n", to: "doors.recipe")
        #expect(try await converge("apply", "doors.recipe", "--yes").code == 0)
        try platform.write("", to: "calls")
        #expect(try await converge("plan", "doors.recipe").code == 0)
        expectCalls(try platform.lines(of: "calls"), ["read", "read", "read"])
    }
}
