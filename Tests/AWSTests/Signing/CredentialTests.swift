// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import PluginFixtures
import PluginHost
import Testing

@testable import AWS

/// Credentials are found where every AWS tool finds them.
struct CredentialTests {
    static let identity =
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"

    private static func role(_ key: String, _ secret: String = "role-secret", until: String = "2099-01-01T00:00:00Z")
        -> String
    {
        "<Credentials><AccessKeyId>\(key)</AccessKeyId><SecretAccessKey>\(secret)</SecretAccessKey>"
            + "<SessionToken>role-token</SessionToken><Expiration>\(until)</Expiration></Credentials>"
    }

    /// Answers STS, and everything else as a metadata service of one role.
    private static func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
        if request.body.contains("Action=AssumeRoleWithWebIdentity") {
            return .xml(
                "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>\(role("AKIDWEB"))"
                    + "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>")
        }
        if request.body.contains("Action=AssumeRole") {
            let name = request.body.contains("second") ? "AKIDSECOND" : "AKIDROLE"
            return .xml("<AssumeRoleResponse><AssumeRoleResult>\(role(name))</AssumeRoleResult></AssumeRoleResponse>")
        }
        if request.body.contains("Action=GetCallerIdentity") { return .xml(identity) }
        if request.path == "/token" {
            if request.body.contains("used up") {
                return .json(
                    "{\"error\":\"invalid_grant\"}", status: 400, headers: ["x-amzn-ErrorType": "InvalidGrantException"]
                )
            }
            return .json(
                "{\"accessToken\":\"renewed\",\"expiresIn\":28800,\"refreshToken\":\"second\",\"tokenType\":\"Bearer\"}"
            )
        }
        if request.path.hasPrefix("/federation/credentials") {
            return .json(
                "{\"roleCredentials\":{\"accessKeyId\":\"AKIDSSO\",\"secretAccessKey\":\"s\",\"sessionToken\":\"t\",\"expiration\":4070908800000}}"
            )
        }
        if request.path == "/latest/api/token" { return .json("imds-token") }
        if request.path.hasSuffix("/security-credentials/") { return .json("a-role\n") }
        return .json(document(request.path.hasPrefix("/latest/") ? "AKIDIMDS" : "AKIDPOD", "Token"))
    }

    private static func document(_ key: String, _ token: String, until: String = "2099-01-01T00:00:00Z") -> String {
        "{\"Code\":\"Success\",\"Version\":1,\"AccessKeyId\":\"\(key)\",\"SecretAccessKey\":\"s\",\"\(token)\":\"t\",\"Expiration\":\"\(until)\"}"
    }

    /// The key that a call is signed with, and the requests before it.
    func key(
        _ settings: ObjectValue = [:], config: String = "", credentials: String = "", variables: [String: String] = [:],
        asker: (any Asker)? = nil, prepare: (TemporaryFolder) throws -> Void = { _ in },
        after: (TemporaryFolder) throws -> Void = { _ in }
    ) async throws -> (key: String, requests: [LoopbackServer.Request]) {
        let server = try LoopbackServer { request, _ in Self.answer(request) }
        let home = try TemporaryFolder()
        try home.write(config.replacing("ADDRESS", with: server.address), to: ".aws/config")
        try home.write(credentials, to: ".aws/credentials")
        try prepare(home)
        var all = variables.mapValues {
            $0.replacing("ADDRESS", with: server.address).replacing("HOME", with: home.path)
        }
        all["HOME"] = home.path
        return try await Connection.with(server, settings, variables: all, asker: asker) { aws in
            defer { #expect(throws: Never.self) { try after(home) } }
            _ = try await aws.client.call("sts", "GetCallerIdentity", context: Connection.context())
            let authorization = try #require(server.requests.last?.headers["authorization"])
            let start = try #require(authorization.firstRange(of: "Credential="))
            return (String(authorization[start.upperBound...].prefix { $0 != "/" }), server.requests)
        }
    }

    static let environment = ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s"]

    // MARK: Places

    @Test func `the environment comes before the default profile`() async throws {
        let found = try await key(
            credentials: "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n",
            variables: Self.environment)
        #expect(found.key == "AKIDENV")
    }

    @Test func `a profile of the use line comes before the environment`() async throws {
        let found = try await key(
            ["profile": "dev"], credentials: "[dev]\naws_access_key_id = AKIDDEV # mine\naws_secret_access_key = s\n",
            variables: Self.environment)
        #expect(found.key == "AKIDDEV")
    }

    @Test func `the session token goes with the key`() async throws {
        let found = try await key(variables: Self.environment.merging(["AWS_SESSION_TOKEN": "tok/+="]) { $1 })
        #expect(found.requests.last?.headers["x-amz-security-token"] == "tok/+=")
    }

    @Test func `a profile takes a role with another profile's role`() async throws {
        let found = try await key(
            config: """
                [profile base]
                aws_access_key_id = AKIDBASE
                aws_secret_access_key = s
                [profile first]
                role_arn = arn:aws:iam::123456789012:role/first
                source_profile = base
                external_id = x y
                [profile second]
                role_arn = arn:aws:iam::123456789012:role/second
                source_profile = first
                """, variables: ["AWS_PROFILE": "second"])
        #expect(found.key == "AKIDSECOND" && found.requests.count == 3)
        #expect(found.requests[0].body.contains("ExternalId=x+y"))
        #expect(found.requests[0].headers["authorization"]?.contains("AKIDBASE") == true)
        #expect(found.requests[1].headers["authorization"]?.contains("AKIDROLE") == true)
    }

    @Test func `a role of the use line is taken with what is found`() async throws {
        let found = try await key(
            ["role": "arn:aws:iam::123456789012:role/ops"], variables: Self.environment)
        #expect(found.key == "AKIDROLE")
    }

    @Test func `a token of an identity provider takes a role, unsigned`() async throws {
        let found = try await key(
            variables: [
                "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod", "AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token"
            ]
        ) { home in try home.write("jwt\n", to: "token") }
        #expect(found.key == "AKIDWEB")
        #expect(found.requests[0].body.contains("WebIdentityToken=jwt&") || found.requests[0].body.hasSuffix("=jwt"))
        #expect(found.requests[0].headers["authorization"] == nil)
    }

    @Test func `a sign-in of the cache gives a role's credentials`() async throws {
        let found = try await key(
            config: """
                [default]
                sso_session = corp
                sso_account_id = 123456789012
                sso_role_name = ops
                [sso-session corp]
                sso_start_url = https://corp.example/start
                sso_region = eu-central-1
                """
        ) { home in
            try home.write(
                "{\"startUrl\":\"https://other\",\"accessToken\":\"no\",\"expiresAt\":\"2098-01-01T00:00:00Z\"}",
                to: ".aws/sso/cache/a.json")
            try home.write(
                "{\"startUrl\":\"https://corp.example/start\",\"accessToken\":\"yes\",\"expiresAt\":\"2098-01-01T00:00:00Z\"}",
                to: ".aws/sso/cache/b.json")
        }
        #expect(found.key == "AKIDSSO")
        #expect(found.requests[0].headers["x-amz-sso_bearer_token"] == "yes")
        #expect(found.requests[0].path.contains("account_id=123456789012"))
    }

    private static let signIn = """
        [default]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = ops
        [sso-session corp]
        sso_start_url = https://corp.example/start
        sso_region = eu-central-1
        """

    private static func token(until end: String, refresh: String = "first", registered: String = "2098-01-01T00:00:00Z")
        -> String
    {
        "{\"startUrl\":\"https://corp.example/start\",\"region\":\"eu-central-1\",\"accessToken\":\"old\","
            + "\"expiresAt\":\"\(end)\",\"clientId\":\"client\",\"clientSecret\":\"client secret\","
            + "\"registrationExpiresAt\":\"\(registered)\",\"refreshToken\":\"\(refresh)\"}"
    }

    @Test func `a sign-in that has ended is renewed by its refresh token, and kept`() async throws {
        let cache = ".aws/sso/cache/c.json"
        let found = try await key(config: Self.signIn) { home in
            try home.write(Self.token(until: "2020-01-01T00:00:00Z"), to: cache)
        } after: { home in
            let kept = try #require(
                try Value(json: String(contentsOfFile: home.path + "/" + cache, encoding: .utf8)).object)
            #expect(
                kept["accessToken"] == "renewed" && kept["refreshToken"] == "second" && kept["clientId"] == "client")
            #expect((kept["expiresAt"]?.string ?? "") > "2026-01-01T00:00:00Z")
            let mode = try FileManager.default.attributesOfItem(atPath: home.path + "/" + cache)[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
        #expect(found.key == "AKIDSSO")
        let ask = try #require(try Value(json: found.requests[0].body).object)
        #expect(found.requests[0].path == "/token" && found.requests[0].headers["authorization"] == nil)
        #expect(
            ask["grantType"] == "refresh_token" && ask["refreshToken"] == "first"
                && ask["clientSecret"] == "client secret")
        #expect(found.requests[1].headers["x-amz-sso_bearer_token"] == "renewed")
    }

    @Test(arguments: [
        token(until: "2020-01-01T00:00:00Z", refresh: "used up"),
        token(until: "2020-01-01T00:00:00Z", registered: "2020-01-01T00:00:00Z")
    ])
    func `a sign-in that cannot be renewed is told`(token: String) async throws {
        let failure = await #expect(throws: AWSFailure.self) {
            try await key(config: Self.signIn) { try $0.write(token, to: ".aws/sso/cache/c.json") }
        }
        #expect(failure?.diagnostic.code == .awsExpiredCredentials, "\(failure?.diagnostic.message ?? "")")
    }

    private static let device = """
        [profile base]
        aws_access_key_id = AKIDBASE
        aws_secret_access_key = s
        [profile guarded]
        role_arn = arn:aws:iam::123456789012:role/first
        source_profile = base
        mfa_serial = arn:aws:iam::123456789012:mfa/anna
        """

    @Test func `a profile with a device asks for its code, and takes the role with it`() async throws {
        let anna = Answering(" 123456 ")
        let found = try await key(["profile": "guarded"], config: Self.device, asker: anna)
        #expect(found.key == "AKIDROLE")
        #expect(found.requests[0].body.contains("SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fanna"))
        #expect(found.requests[0].body.contains("TokenCode=123456"))
        #expect(anna.questions.count == 1 && anna.questions[0].contains("mfa/anna, for profile 'guarded'"))
    }

    @Test(arguments: [nil, "12", "letters"])
    func `without a code of the device nothing is asked of AWS`(answer: String?) async throws {
        let failure = await #expect(throws: AWSFailure.self) {
            try await key(["profile": "guarded"], config: Self.device, asker: Answering(answer))
        }
        #expect(failure?.diagnostic.code == .awsCredentialSource)
        let nobody = failure?.diagnostic.message.contains("nobody is there to give it")
        #expect(nobody == (answer == nil))
    }

    @Test func `a program is run without a shell and prints credentials`() async throws {
        let found = try await key(
            variables: ["AWS_CONFIG_FILE": "HOME/config"]
        ) { home in
            try home.write(Self.document("AKIDPROC", "SessionToken"), to: "my creds.json")
            try home.write("[default]\ncredential_process = /bin/cat \"\(home.path)/my creds.json\"\n", to: "config")
        }
        #expect(found.key == "AKIDPROC")
    }

    @Test func `a container's address gives credentials`() async throws {
        let found = try await key(
            variables: [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "ADDRESS/creds", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret"
            ])
        #expect(found.key == "AKIDPOD" && found.requests[0].headers["authorization"] == "secret")
    }

    @Test func `the instance's role is asked for by the second version`() async throws {
        let found = try await key(
            variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "ADDRESS/", "AWS_EC2_METADATA_DISABLED": "false"])
        #expect(found.key == "AKIDIMDS")
        #expect(found.requests.prefix(3).map(\.method) == ["PUT", "GET", "GET"])
        #expect(found.requests[2].headers["x-aws-ec2-metadata-token"] == "imds-token")
        #expect(found.requests[2].path == "/latest/meta-data/iam/security-credentials/a-role")
    }

    // MARK: Refusals

    @Test(
        arguments: [
            ("", "", [:], DiagnosticCode.awsNoCredentials),
            ("", "[default]\naws_access_key_id = AKID\n", [:], .awsBadCredentials),
            ("", "", ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "a b"], .awsBadCredentials),
            ("", "", ["AWS_PROFILE": "none"], .awsSettings), ("aws_access_key_id = x\n", "", [:], .awsSettings),
            ("[default]\nrole_arn = arn:aws:iam::1:role/x\n", "", [:], .awsSettings),
            (
                "[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = p\n[profile p]\nrole_arn = arn:aws:iam::1:role/y\nsource_profile = default\n",
                "", [:], .awsSettings
            ),
            ("[default]\ncredential_process = /bin/false\n", "", [:], .awsCredentialSource),
            ("[default]\ncredential_process = /bin/echo {}\n", "", [:], .awsBadCredentials),
            (
                "[default]\ncredential_process = /bin/echo '{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\",\"Expiration\":\"2020-01-01T00:00:00Z\"}'\n",
                "", [:], .awsExpiredCredentials
            ),
            (
                "[default]\nsso_start_url = https://x\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n",
                "", [:], .awsCredentialSource
            ),
            ("", "", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/creds"], .awsSettings)
        ] as [(String, String, [String: String], DiagnosticCode)])
    func `what is missing, malformed or expired is told with its own code`(
        config: String, credentials: String, variables: [String: String], code: DiagnosticCode
    ) async throws {
        let failure = await #expect(throws: AWSFailure.self) {
            try await key(config: config, credentials: credentials, variables: variables)
        }
        #expect(failure?.diagnostic.code == code, "\(failure?.diagnostic.message ?? "")")
    }

    @Test func `a region that nobody names is told`() async throws {
        let failure = await #expect(throws: AWSFailure.self) { try await Connection.with { _ in } }
        #expect(failure?.diagnostic.code == .awsNoRegion)
    }

    @Test func `another account than the one named is refused before anything is done`() async throws {
        let server = try LoopbackServer { _, _ in .xml(Self.identity) }
        try await Connection.with(server, ["account": "210987654321"]) { aws in
            let failure = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("iam", "DeleteRole", ["role_name": "r"], context: Connection.context())
            }
            #expect(failure?.diagnostic.code == .awsOtherAccount)
            #expect(server.requests.allSatisfy { $0.body.contains("GetCallerIdentity") })
        }
    }

    // MARK: Time

    @Test func `credentials are asked for once by many calls, and anew before they end`() async throws {
        let start = Connection.context()
        let server = try LoopbackServer { request, _ in
            if request.path == "/creds" {
                return .json(Self.document("AKIDPOD", "Token", until: "2100-01-01T00:00:00Z"))
            }
            return .xml(Self.identity)
        }
        let variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.address + "/creds"]
        try await Connection.with(server, variables: variables) { aws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask { _ = try await aws.client.call("sts", "GetCallerIdentity", context: start) }
                }
                try await group.waitForAll()
            }
            #expect(server.requests.filter { $0.path == "/creds" }.count == 1)
            let end = try #require(Timestamp("2099-12-31T23:56:00Z"))
            aws.clock.advance(by: end.since(aws.clock.now()))
            _ = try await aws.client.call("sts", "GetCallerIdentity", context: start)
            #expect(server.requests.filter { $0.path == "/creds" }.count == 2)
        }
    }

    // MARK: Secrets

    @Test func `keys that are found are masked from then on`() async throws {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
        let server = try LoopbackServer { _, _ in .error("ValidationException", "you sent \(secret)") }
        let variables = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": secret]
        try await Connection.with(server, variables: variables) { aws in
            let failure = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("kms", "CreateKey", context: Connection.context())
            }
            #expect(aws.redactor.redact("it is \(secret)") == "it is (secret AWS_SECRET_ACCESS_KEY)")
            #expect(failure?.diagnostic.message.contains(secret) == false)
            let credentials = Credentials(
                accessKeyID: "AKID", secretAccessKey: secret, sessionToken: secret, expiration: nil, origin: "here")
            var dumped = ""
            dump(credentials, to: &dumped)
            #expect(!"\(credentials)\(String(reflecting: credentials))\(dumped)".contains(secret))
        }
    }

    @Test func `a secret among the parameters is sent as its text, and masked`() async throws {
        let server = try LoopbackServer { _, _ in .json("{\"ARN\":\"arn\",\"Name\":\"correct horse\"}") }
        try await Connection.with(server, variables: Connection.keys, secrets: ["PASSWORD": "correct horse"]) { aws in
            let secret = Value.secret(SecretReference(source: "env", name: "PASSWORD"))
            let answer = try await aws.client.call(
                "secretsmanager", "CreateSecret", ["name": "n", "secret_string": secret], context: Connection.context())
            #expect(server.requests.first?.body.contains("\"SecretString\":\"correct horse\"") == true)
            #expect(answer["name"] == "(secret PASSWORD)")
        }
    }
}
