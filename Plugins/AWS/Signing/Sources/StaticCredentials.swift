// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A key pair that stands in variables or in a profile.
struct StaticCredentials: CredentialSource {
    let found: Credentials

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials { found }

    /// Nil where neither half is there.
    ///
    /// - Parameter origin: For messages, such as `profile 'dev'`.
    init?(key: String?, secret: String?, token: String?, origin: String) throws(AWSFailure) {
        if key == nil, secret == nil { return nil }
        guard let key, let secret else {
            let missing = key == nil ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"
            throw AWSFailure(.badCredentials("\(origin) holds half a key pair: \(missing) is missing"))
        }
        guard Self.isToken(key), Self.isToken(secret), token.map(Self.isToken) ?? true else {
            throw AWSFailure(.badCredentials("the keys of \(origin) hold spaces or line breaks"))
        }
        found = Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: token, expiration: nil, origin: origin)
    }

    private static func isToken(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }

    static func environment(_ surroundings: Surroundings) throws(AWSFailure) -> StaticCredentials? {
        try StaticCredentials(
            key: surroundings["AWS_ACCESS_KEY_ID"], secret: surroundings["AWS_SECRET_ACCESS_KEY"],
            token: surroundings["AWS_SESSION_TOKEN"] ?? surroundings["AWS_SECURITY_TOKEN"], origin: "the environment")
    }

    static func profile(_ name: String, _ section: ProfileFile.Section) throws(AWSFailure) -> StaticCredentials? {
        let value = { (key: String) in section.values[key].flatMap { $0.isEmpty ? nil : $0 } }
        return try StaticCredentials(
            key: value("aws_access_key_id"), secret: value("aws_secret_access_key"),
            token: value("aws_session_token") ?? value("aws_security_token"), origin: "profile '\(name)'")
    }
}
