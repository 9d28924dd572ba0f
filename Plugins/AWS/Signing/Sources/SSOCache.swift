// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A token of IAM Identity Center, as every AWS tool keeps it.
struct SSOToken: Sendable {
    var text: String
    var end: Timestamp
    /// With what a new one can be had; nil where that was not granted.
    var renewal: Renewal?
    /// The file in which it is kept, and all that stands there.
    let path: String
    var content: ObjectValue

    struct Renewal: Sendable {
        var clientID: String
        var clientSecret: String
        var refreshToken: String
        /// From then on nobody takes the client for who it is.
        var registrationEnd: Timestamp
    }

    /// Nil where it is no token.
    init?(_ content: ObjectValue, path: String) {
        guard let text = content["accessToken"]?.string, let end = Self.time(content["expiresAt"]) else { return nil }
        (self.text, self.end, self.path, self.content) = (text, end, path, content)
        if let id = content["clientId"]?.string, let secret = content["clientSecret"]?.string,
            let token = content["refreshToken"]?.string,
            let registrationEnd = Self.time(content["registrationExpiresAt"])
        {
            renewal = Renewal(
                clientID: id, clientSecret: secret, refreshToken: token, registrationEnd: registrationEnd)
        }
    }

    private static func time(_ value: Value?) -> Timestamp? {
        value?.string.flatMap { Timestamp($0.replacing("UTC", with: "Z")) }
    }

    /// True from a quarter of an hour before its end.
    func isDue(at now: Timestamp) -> Bool { end <= now.advanced(by: .seconds(900)) }

    /// What the service answered in its place; nil where that is no token.
    func renewed(_ answer: ObjectValue, at now: Timestamp) -> SSOToken? {
        guard let text = answer["access_token"]?.string, let seconds = answer["expires_in"]?.int else { return nil }
        var content = content
        content["accessToken"] = .string(text)
        content["expiresAt"] = .string(now.advanced(by: .seconds(seconds)).wholeSeconds)
        // Without a new one the old one is good once more.
        if let refresh = answer["refresh_token"] { content["refreshToken"] = refresh }
        return SSOToken(content, path: path)
    }

    func hide(in secrets: any SecretKeeper) {
        for hidden in [text, renewal?.refreshToken, renewal?.clientSecret].compactMap(\.self) {
            secrets.hide(hidden, name: "sign-in")
        }
    }
}

extension Timestamp {
    /// As AWS's tools write it: to the second.
    fileprivate var wholeSeconds: String {
        Timestamp(nanoseconds: nanoseconds / 1_000_000_000 * 1_000_000_000).description
    }
}

/// The folder in which `aws sso login` leaves tokens.
struct SSOCache: Sendable {
    let startURL: String
    /// The sign-in's `sso-session`.
    let session: String?
    let surroundings: Surroundings
    let files: any FileStore

    /// The token of the start page that lasts longest.
    var latest: SSOToken? {
        let folder = surroundings.expanded("~/.aws/sso/cache")
        return surroundings.list(folder).compactMap { name in
            let path = folder + "/" + name
            guard name.hasSuffix(".json"), let bytes = surroundings.read(path) else { return nil }
            // A file of the cache that is no JSON is none of ours.
            let object: ObjectValue?
            do throws(JSONError) { object = try Value(foreignJSON: bytes).object } catch { return nil }
            guard let object, object["startUrl"]?.string == startURL else { return nil }
            return SSOToken(object, path: path)
        }.max { $0.end < $1.end }
    }

    /// Writes a token where the one before it was, for its owner alone to read.
    func keep(_ token: SSOToken) async throws(CallError) {
        try await files.writeAtomically(
            Array(Value.object(token.content).json(.plain).utf8), to: token.path, mode: 0o600)
    }
}
