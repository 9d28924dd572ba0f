// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A role that is taken with other credentials (STS AssumeRole).
struct RoleCredentials: CredentialSource {
    var role: String
    var sessionName: String
    var externalID: String?
    var duration: Int64?
    /// The device whose code is asked for each time.
    var device: DeviceCode?
    let base: CredentialKeeper
    let caller: AWSCaller

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        var parameters: ObjectValue = ["role_arn": .string(role), "role_session_name": .string(sessionName)]
        if let externalID { parameters["external_id"] = .string(externalID) }
        if let duration { parameters["duration_seconds"] = .int(duration) }
        if let device {
            parameters["serial_number"] = .string(device.serial)
            parameters["token_code"] = .string(try await device.code(context))
        }
        // A code is good for one use.
        let call = try AWSCall("sts", "AssumeRole", parameters, isRepeatable: device == nil, masksAnswer: false)
        let answer = try await STSAnswer.asking("the role '\(role)' could not be taken") {
            () async throws(AWSFailure) in
            try await caller.answer(to: call, keeper: base, context)
        }
        return try STSAnswer.credentials(answer.object, origin: "role '\(role)'")
    }
}

/// A role that is taken with a token of an identity provider (STS AssumeRoleWithWebIdentity), such as that of a
/// Kubernetes service account.
struct WebIdentityCredentials: CredentialSource {
    var role: String
    var sessionName: String
    var tokenFile: String
    let surroundings: Surroundings
    let caller: AWSCaller

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        guard let bytes = surroundings.read(tokenFile) else {
            throw AWSFailure(
                .credentialSource("the web identity token '\(tokenFile)' cannot be read", help: ["check the path"]))
        }
        let token = String(decoding: bytes, as: UTF8.self).trimmed
        let parameters: ObjectValue = [
            "role_arn": .string(role), "role_session_name": .string(sessionName), "web_identity_token": .string(token)
        ]
        let call = try AWSCall(
            "sts", "AssumeRoleWithWebIdentity", parameters, isRepeatable: true, masksAnswer: false)
        let answer = try await STSAnswer.asking("the role '\(role)' could not be taken by web identity") {
            () async throws(AWSFailure) in
            try await caller.answer(to: call, keeper: nil, context)
        }
        return try STSAnswer.credentials(answer.object, origin: "role '\(role)'")
    }
}

/// What STS answers where it gives credentials.
enum STSAnswer {
    static func credentials(_ answer: ObjectValue, origin: String) throws(AWSFailure) -> Credentials {
        guard let object = answer["credentials"]?.object, let key = object["access_key_id"]?.string,
            let secret = object["secret_access_key"]?.string
        else { throw AWSFailure(.badCredentials("\(origin): the answer holds no credentials")) }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: object["session_token"]?.string,
            expiration: object["expiration"]?.time, origin: origin)
    }

    /// A refusal is told as what it means for the caller: no credentials from there.
    static func asking<T: Sendable>(
        _ what: String, _ ask: () async throws(AWSFailure) -> T
    ) async throws(AWSFailure) -> T {
        do throws(AWSFailure) { return try await ask() } catch {
            guard let answer = error.answer, error.nature != .clock, error.nature != .badKeys else { throw error }
            let code = answer.code ?? "HTTP status \(answer.status)"
            let id = answer.requestID.map { ", request \($0)" } ?? ""
            throw AWSFailure(
                .credentialSource(
                    "\(what): \(answer.message) (\(code)\(id))",
                    help: ["check the role's ARN and its trust policy"]))
        }
    }
}
