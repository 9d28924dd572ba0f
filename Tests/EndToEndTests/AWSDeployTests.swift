// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Deployments to an endpoint of SageMaker and a function of Lambda: on moto, whose endpoints and functions start the models and
/// ask them.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSDeployTests {
    @Test(arguments: ["replaced", "tried", "taken", "switched", "broken", "killed"])
    func `a model comes into service on AWS, and the one before serves until then`(scene: String) async throws {
        let script = Project.repository.appendingPathComponent("Tests/Moto/deploy.py").path
        let answer = try await Project().program(["python3", script, Project.executable, scene])
        #expect(answer.output.hasSuffix("\(scene): well\n"), "\(answer.output)\(answer.errors)")
    }

    @Test(arguments: ["replaced", "tried", "taken", "switched", "broken", "killed"])
    func `a model becomes a version of a function, and the alias leads to it once it answers`(
        scene: String
    ) async throws {
        let script = Project.repository.appendingPathComponent("Tests/Moto/deploy.py").path
        let answer = try await Project().program(
            ["python3", script, "--on", "lambda", Project.executable, scene])
        #expect(answer.output.hasSuffix("\(scene): well\n"), "\(answer.output)\(answer.errors)")
    }
}
