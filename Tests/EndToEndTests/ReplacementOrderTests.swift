// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// In which order old things go where things that use one another are made anew together.
struct ReplacementOrderTests {
    private static func recipe(_ last: String) -> String {
        """
        resource first: local.Note { text: "1" }
        resource second: local.Note { text: "2 ${first.id}" }
        resource third: local.Note { text: "3 ${second.id}"\(last) }

        """
    }

    private let anew = ["--replace", "first", "--replace", "second", "--replace", "third", "--yes"]

    /// Which changes ended, in their order.
    private func ended(_ answer: Project.Answer) -> [String] {
        answer.errors.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.first == "✓" && words.count > 1 ? String(words[1]) : nil
        }
    }

    @Test func `old things go before the old ones that they use, and then the new ones are made`() async throws {
        let project = try Project(["a.recipe": Self.recipe("")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let plan = try await project.run(["plan", "a.recipe"] + anew.dropLast())
        #expect(plan.output.contains("because it is the old third, which uses the old second and goes before it"))
        #expect(plan.output.contains("\nPlan: 3 to replace."), "\(plan.output)")
        let apply = try await project.run(["apply", "a.recipe"] + anew)
        #expect(apply.code == 0, "\(apply.errors)")
        #expect(ended(apply) == ["third~1", "second~1", "first", "second", "third"])
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
        let there = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        #expect(there.count == 3)
    }

    @Test func `a part of it takes with it what uses it`() async throws {
        let project = try Project(["a.recipe": Self.recipe("")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let words = ["apply", "a.recipe", "--replace", "first", "--replace", "second", "--only", "first", "--yes"]
        let apply = try await project.run(words)
        #expect(apply.code == 0, "\(apply.errors)")
        #expect(ended(apply) == ["second~1", "first", "second"])
    }

    @Test func `where the new ones are made first, the old ones go in the reverse order`() async throws {
        let project = try Project(["a.recipe": Self.recipe(", @replace: \"create_first\"")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let apply = try await project.run(["apply", "a.recipe"] + anew)
        #expect(apply.code == 0, "\(apply.errors)")
        #expect(ended(apply) == ["first", "second", "third", "third~1", "second~1", "first~1"])
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
    }
}
