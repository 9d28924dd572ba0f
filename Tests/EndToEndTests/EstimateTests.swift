// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

/// How long a plan takes, by what was done before.
struct EstimateTests {
    @Test func `a plan says how long it takes once something like it was done`() async throws {
        let project = try Project(["a.recipe": "resource a: local.Lake {}\n"])
        let first = try await project.converge("plan", "a.recipe", "--json").json
        #expect(first.at("estimate") == .null && first.at("changes", "0", "seconds") == nil)
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(
            "resource a: local.Lake { versioned: true }\nresource b: local.Lake {}\nresource c: local.Lake {}\n",
            to: "a.recipe")
        let second = try await project.converge("plan", "a.recipe", "--json").json
        #expect(second.at("estimate", "known") == 2 && second.at("estimate", "unknown") == 1, "\(second)")
        let seconds = try #require(second.at("estimate", "seconds")?.number)
        #expect(seconds > 0 && seconds < 60)
        let told = (second.at("changes")?.list ?? []).compactMap { $0.at("seconds")?.number }
        #expect(told.count == 2 && told.allSatisfy { $0 > 0 })
    }
}
