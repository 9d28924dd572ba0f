// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The real Terraform, where it is installed.
enum Terraform {
    static let isInstalled = ["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"]
        .contains { FileManager.default.isExecutableFile(atPath: $0 + "/terraform") }

    /// A folder for `terraform init -plugin-dir` that has the provider hashicorp/aws, which no test downloads.
    static let mirror = ProcessInfo.processInfo.environment["CONVERGE_TEST_TERRAFORM_MIRROR"]
}
