// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A key pair, and the token of a session where it belongs to one. Described without its secrets.
struct Credentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var accessKeyID: String
    var secretAccessKey: String
    var sessionToken: String?
    /// Nil for keys that last until somebody takes them back.
    var expiration: Timestamp?
    /// Where they were found, for messages.
    var origin: String

    var description: String { "credentials \(accessKeyID) of \(origin)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID, "origin": origin]) }

    /// True where they are to be asked for anew: from five minutes before their end.
    func isDue(at now: Timestamp) -> Bool {
        guard let expiration else { return false }
        return expiration.since(now) < .seconds(300)
    }

    func isExpired(at now: Timestamp) -> Bool {
        guard let expiration else { return false }
        return expiration <= now
    }

    /// Masks the secrets wherever the process writes from now on.
    ///
    /// AWS's own secret keys have 40 characters. Shorter ones are place-holders of local servers, `test` and the like,
    /// whose masking would change ordinary words.
    func hide(in secrets: any SecretKeeper) {
        if secretAccessKey.utf8.count >= 16 { secrets.hide(secretAccessKey, name: "AWS_SECRET_ACCESS_KEY") }
        if let sessionToken, sessionToken.utf8.count >= 16 { secrets.hide(sessionToken, name: "AWS_SESSION_TOKEN") }
    }
}
