// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Credentials of IAM Identity Center, by the token that `aws sso login` left in the cache.
struct SSOCredentials: CredentialSource {
    var profile: String
    var startURL: String
    var region: String
    var account: String
    var role: String
    let surroundings: Surroundings
    let caller: AWSCaller
    let clock: any WallClock

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        let help = ["aws sso login --profile \(profile)"]
        let tokens = tokens()
        guard let token = tokens.max(by: { $0.end < $1.end }) else {
            throw AWSFailure(
                .credentialSource("profile '\(profile)' is not signed in to \(startURL)", help: help))
        }
        if token.end <= clock.now() {
            throw AWSFailure(
                .expiredCredentials("the sign-in of profile '\(profile)' to \(startURL) ended \(token.end)"))
        }
        let parameters: ObjectValue = [
            "role_name": .string(role), "account_id": .string(account), "access_token": .string(token.text)
        ]
        var call = try AWSCall("sso", "GetRoleCredentials", parameters, isRepeatable: true, masksAnswer: false)
        call.region = region
        let answer = try await caller.answer(to: call, keeper: nil, context)
        guard let object = answer.object["role_credentials"]?.object, let key = object["access_key_id"]?.string,
            let secret = object["secret_access_key"]?.string
        else { throw AWSFailure(.badCredentials("the sign-in of profile '\(profile)' gave no credentials")) }
        let expiration = object["expiration"]?.int.map { Timestamp(nanoseconds: $0 * 1_000_000) }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: object["session_token"]?.string,
            expiration: expiration, origin: "profile '\(profile)'")
    }

    private struct Token {
        var text: String
        var end: Timestamp
    }

    /// The tokens of the cache that belong to this start page.
    private func tokens() -> [Token] {
        let folder = surroundings.expanded("~/.aws/sso/cache")
        return surroundings.list(folder).compactMap { name in
            guard name.hasSuffix(".json"), let bytes = surroundings.read(folder + "/" + name) else { return nil }
            // A file of the cache that is no JSON is none of ours.
            let object: ObjectValue?
            do throws(JSONError) { object = try Value(foreignJSON: bytes).object } catch { return nil }
            guard let object, object["startUrl"]?.string == startURL, let text = object["accessToken"]?.string,
                let end = object["expiresAt"]?.string.flatMap({ Timestamp($0.replacing("UTC", with: "Z")) })
            else { return nil }
            return Token(text: text, end: end)
        }
    }
}
