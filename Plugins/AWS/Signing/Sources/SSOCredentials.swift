// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Credentials of IAM Identity Center, by the token that `aws sso login` left in the cache, renewed where it can be.
struct SSOCredentials: CredentialSource {
    var profile: String
    var startURL: String
    var region: String
    var account: String
    var role: String
    /// The name of the `sso-session`, whose sign-ins can be renewed; nil for a profile with a start page of its own.
    var session: String?
    let surroundings: Surroundings
    let caller: AWSCaller
    let clock: any WallClock

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        let cache = SSOCache(
            startURL: startURL, session: session, surroundings: surroundings, files: caller.services.files)
        guard var token = cache.latest else {
            throw AWSFailure(
                .credentialSource(
                    "profile '\(profile)' is not signed in to \(startURL)",
                    help: ["aws sso login --profile \(profile)"]))
        }
        token.hide(in: caller.services.secrets)
        if token.isDue(at: clock.now()) { token = try await renewed(token, cache, context) }
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

    /// A new token by the refresh token of the sign-in, kept in the cache; the old one where there is none to be had and it
    /// is still good.
    private func renewed(
        _ token: SSOToken, _ cache: SSOCache, _ context: CallContext
    ) async throws(AWSFailure) -> SSOToken {
        guard let renewal = token.renewal, renewal.registrationEnd > clock.now() else { return token }
        let parameters: ObjectValue = [
            "client_id": .string(renewal.clientID), "client_secret": .string(renewal.clientSecret),
            "grant_type": "refresh_token", "refresh_token": .string(renewal.refreshToken)
        ]
        // A refresh token may be good for one use only.
        var call = try AWSCall("ssooidc", "CreateToken", parameters, isRepeatable: false, masksAnswer: false)
        call.region = region
        do throws(AWSFailure) {
            let answer = try await caller.answer(to: call, keeper: nil, context)
            guard let new = token.renewed(answer.object, at: clock.now()) else {
                throw AWSFailure(.badCredentials("the sign-in of profile '\(profile)' gave no new token"))
            }
            new.hide(in: caller.services.secrets)
            do throws(CallError) { try await cache.keep(new) } catch { throw AWSFailure(.transport(error)) }
            return new
        } catch {
            if error.isCancelled || token.end <= clock.now() && error.answer == nil { throw error }
            return token
        }
    }
}
