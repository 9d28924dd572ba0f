// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A profile that wants the code of a device: whoever sits at the terminal types it.
struct DeviceCodeTests {
    private static let config = """
        [profile base]
        aws_access_key_id = testing
        aws_secret_access_key = testing
        [profile guarded]
        role_arn = arn:aws:iam::123456789012:role/first
        source_profile = base
        mfa_serial = arn:aws:iam::123456789012:mfa/anna

        """

    private func project() throws -> Project {
        try Project([
            "converge.project": "environment default { use aws { region: \"us-east-1\", profile: \"guarded\" } }\n",
            "a.recipe": "resource topic: aws.sns.Topic { name: \"news\" }\n", "config": Self.config
        ])
    }

    /// Of an AWS that nobody listens for: what comes after the code is told by the tests of credentials.
    private func variables(_ project: Project) -> [String: String] {
        [
            "AWS_CONFIG_FILE": project.path("config"), "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "HOME": project.folder.path
        ]
    }

    @Test func `the code is asked for at the terminal, and not shown`() async throws {
        let project = try project()
        let terminal = try TerminalSession(
            [Project.executable, "apply", "a.recipe", "--yes"], environment: variables(project),
            directory: project.folder)
        try await terminal.wait(for: "Code of the device arn:aws:iam::123456789012:mfa/anna", within: .seconds(120))
        try terminal.enter("654321")
        let ended = try await terminal.waitForExit(within: .seconds(60))
        #expect(ended.status == 1 && ended.modes.contains(" echo "))
        let screen = try terminal.screen(.all)
        #expect(!screen.contains("654321") && screen.contains("V0621"), "\(screen)")
    }

    @Test func `without a terminal the profile is refused`() async throws {
        let project = try project()
        let apply = try await project.run(
            ["apply", "a.recipe", "--yes"], environment: variables(project))
        apply.expectRefusal("V0604", "nobody is there to give it")
    }
}
