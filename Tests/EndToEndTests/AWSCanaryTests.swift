// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Secrets and credentials through AWS, where servers say again what they were told.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSCanaryTests {
    @Test func `no secret and no credentials are found in anything that is written of AWS`() async throws {
        let script = Project.repository.appendingPathComponent("Tests/Moto/canaries.py").path
        let answer = try await Project().program(["python3", script, Project.executable])
        #expect(answer.code == 0, "\(answer.output)")
        #expect(answer.output.contains("no secret was found: "), "\(answer.output)")
    }
}
