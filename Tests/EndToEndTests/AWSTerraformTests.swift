// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What Converge makes on moto, seen by a program that knows AWS on its own: the real Terraform with hashicorp/aws.
@Suite(
    .enabled(if: MotoScript.isInstalled, "moto is not installed"),
    .enabled(if: Terraform.isInstalled, "Terraform is not installed"),
    .enabled(
        if: Terraform.mirror != nil,
        "CONVERGE_TEST_TERRAFORM_MIRROR names no folder for terraform init -plugin-dir that has hashicorp/aws"))
struct AWSTerraformTests {
    @Test func `Terraform imports what was made on AWS, and would change nothing of it`() async throws {
        let script = Project.repository.appendingPathComponent("Tests/Moto/terraform_import.py").path
        let answer = try await Project().program([
            "python3", script, Project.executable, try #require(Terraform.mirror)
        ])
        #expect(answer.code == 0, "\(answer.output)")
        #expect(answer.output.contains(" types imported: "), "\(answer.output)")
    }
}
