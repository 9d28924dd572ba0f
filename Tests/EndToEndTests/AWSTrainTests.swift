// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Training on workers of AWS: on moto, whose training jobs run their programs as processes of this machine.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSTrainTests {
    @Test(arguments: ["here", "killed", "stopped", "failed", "tracked", "judged"])
    func `a program trains on AWS as it does here, whatever happens to Converge meanwhile`(scene: String) async throws {
        let script = Project.repository.appendingPathComponent("Tests/Moto/train.py").path
        let answer = try await Project().program(["python3", script, Project.executable, scene])
        #expect(answer.output.hasSuffix("\(scene): well\n"), "\(answer.output)\(answer.errors)")
    }
}
