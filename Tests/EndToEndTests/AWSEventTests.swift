// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Events that are read on, measures that are looked at and people who are told, on moto.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSEventTests {
    @Test(arguments: ["kinesis", "local"])
    func `events come into a table once, however often Converge is killed`(scene: String) async throws {
        try await play(scene)
    }

    @Test func `a bound that CloudWatch's measures cross is told by a step, and starts a workflow once`() async throws {
        try await play("watched")
    }

    @Test func `who subscribed to a topic is told`() async throws { try await play("told") }

    private func play(_ scene: String) async throws {
        let script = Project.repository.appendingPathComponent("Tests/Moto/events.py").path
        let answer = try await Project().program(["python3", "-W", "ignore", script, Project.executable, scene])
        #expect(answer.output.hasSuffix("\(scene): well\n"), "\(answer.output)\(answer.errors)")
    }
}
