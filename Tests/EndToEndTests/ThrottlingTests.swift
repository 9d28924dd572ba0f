// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// A remote platform that asks to slow down.
struct ThrottlingTests {
    @Test func `what a platform refuses for now is done and read all the same, more slowly, and once`() async throws {
        let project = try Project([
            "converge.project": "environment default { use local\n use harbour }\n",
            "port.recipe": "for n in range(60) { resource crate[string(n)]: harbour.Crate { text: string(n) } }\n"
        ])
        try await HarbourPlugin.install(in: project)
        let server = try await HarbourServer(project, cranes: 3)
        let apply = try await project.run(["apply", "port.recipe", "--yes"], environment: server.environment)
        #expect(apply.code == 0, "\(apply.output)\(apply.errors)")
        #expect(apply.errors.contains("all cranes are busy"), "it says why it waits: \(apply.errors)")
        var counts = try await server.counts()
        #expect(counts["made"] == 60 && counts["crates"] == 60, "\(counts)")
        #expect(counts["refused", default: 0] > 0 && counts["refused", default: 0] < 400, "\(counts)")
        let plan = try await project.run(["plan", "port.recipe", "--check"], environment: server.environment)
        #expect(plan.code == 0, "\(plan.output)\(plan.errors)")
        counts = try await server.counts()
        #expect(counts["served", default: 0] >= 120, "\(counts)")
        await server.end()
    }
}
