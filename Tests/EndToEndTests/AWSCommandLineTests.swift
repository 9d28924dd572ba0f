// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What Converge makes on moto, told by the AWS CLI, which brings models and readers of its own.
@Suite(
    .enabled(if: MotoScript.isInstalled, "moto is not installed"),
    .enabled(if: MotoScript.isOnPath("aws"), "the AWS CLI is not installed"))
struct AWSCommandLineTests {
    @Test func `the AWS CLI says of what was made what the recipe says`() async throws {
        let script = Project.repository.appendingPathComponent("Tests/Moto/aws_cli.py").path
        let answer = try await Project().program(["python3", script, Project.executable])
        #expect(answer.code == 0, "\(answer.output)")
        #expect(answer.output.contains("the AWS CLI agrees on "), "\(answer.output)")
    }
}
