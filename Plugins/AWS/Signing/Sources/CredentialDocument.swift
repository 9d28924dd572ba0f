// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Credentials as programs and metadata services write them: a JSON object.
enum CredentialDocument {
    static func credentials(_ bytes: [UInt8], origin: String, tokenName: String) throws(AWSFailure) -> Credentials {
        let object: ObjectValue
        do throws(JSONError) {
            guard let read = try Value(foreignJSON: bytes).object else {
                throw JSONError(offset: 0, reason: "an object should be there")
            }
            object = read
        } catch {
            throw AWSFailure(.badCredentials("\(origin) answered with what is no JSON: \(error.reason)"))
        }
        if let code = object["Code"]?.string, code != "Success" {
            let message = object["Message"]?.string.map { ": " + $0 } ?? ""
            throw AWSFailure(.credentialSource("\(origin) answered \(code)\(message)", help: []))
        }
        guard let key = object["AccessKeyId"]?.string, let secret = object["SecretAccessKey"]?.string else {
            throw AWSFailure(.badCredentials("\(origin) answered without AccessKeyId or SecretAccessKey"))
        }
        var expiration: Timestamp?
        if let text = object["Expiration"]?.string {
            guard let time = Timestamp(text) else {
                throw AWSFailure(.badCredentials("\(origin) answered with the Expiration '\(text)', which is no time"))
            }
            expiration = time
        }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: object[tokenName]?.string,
            expiration: expiration, origin: origin)
    }
}
