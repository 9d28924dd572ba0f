// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import PluginFixtures
import PluginHost
import Testing

@testable import AWS

extension CredentialTests {
    @Test func `each place counts before those behind it`() async throws {
        var variables = Self.environment
        variables["AWS_SHARED_CREDENTIALS_FILE"] = "HOME/mine"
        variables["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/pod"
        variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "HOME/token"
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "ADDRESS/creds"
        variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "ADDRESS/"
        variables["AWS_EC2_METADATA_DISABLED"] = "false"
        let places = [
            ("AKIDENV", "AWS_ACCESS_KEY_ID"), ("AKIDFILE", "AWS_SHARED_CREDENTIALS_FILE"),
            ("AKIDWEB", "AWS_WEB_IDENTITY_TOKEN_FILE"), ("AKIDPOD", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
            ("AKIDIMDS", "")
        ]
        for (expected, variable) in places {
            let found = try await key(variables: variables) { home in
                try home.write("[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n", to: "mine")
                try home.write("jwt", to: "token")
            }
            #expect(found.key == expected)
            variables[variable] = nil
            if expected == "AKIDENV" { variables["AWS_SECRET_ACCESS_KEY"] = nil }
        }
    }

    @Test func `a profile takes its role with what the environment or an identity provider gives`() async throws {
        let environment = try await key(
            ["profile": "ops"],
            config: "[profile ops]\nrole_arn = arn:aws:iam::1:role/ops\ncredential_source = Environment\n",
            variables: Self.environment)
        #expect(environment.key == "AKIDROLE")
        #expect(environment.requests[0].headers["authorization"]?.contains("AKIDENV") == true)
        let provider = try await key(config: "") { home in
            try home.write(
                "[default]\nrole_arn = arn:aws:iam::1:role/pod\nweb_identity_token_file = \(home.path)/token\n",
                to: ".aws/config")
            try home.write("jwt", to: "token")
        }
        #expect(provider.key == "AKIDWEB" && provider.requests[0].headers["authorization"] == nil)
    }

    @Test func `a place-holder's short secret is left as it is`() async throws {
        let server = try LoopbackServer { _, _ in .xml(Self.identity) }
        let variables = ["AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"]
        try await Connection.with(server, variables: variables) { aws in
            _ = try await aws.client.call("sts", "GetCallerIdentity", context: Connection.context())
            #expect(aws.redactor.redact("it is testing") == "it is testing")
        }
    }

    @Test(arguments: [["profile": "nope"], [:]] as [ObjectValue])
    func `a profile that is not there is told before the region that it would have named`(settings: ObjectValue)
        async throws
    {
        let variables = settings.isEmpty ? ["AWS_PROFILE": "nope"] : [:]
        let failure = await #expect(throws: AWSFailure.self) {
            try await Connection.with(settings, variables: variables) { _ in }
        }
        #expect(failure?.diagnostic.message.contains("there is no profile 'nope'") == true)
    }
}
