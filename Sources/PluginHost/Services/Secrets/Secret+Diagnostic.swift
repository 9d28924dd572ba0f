// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Diagnostic {
    static func secretNotSet(_ secret: SecretReference) -> Diagnostic {
        Diagnostic(
            .secretNotSet, "the secret '\(secret.name)' is not set",
            notes: ["it is read from the environment variable \(secret.name)"],
            help: ["export \(secret.name)=… before the command is started"])
    }

    static func unknownSecretSource(_ secret: SecretReference, known: [String]) -> Diagnostic {
        Diagnostic(
            .unknownSecretSource, "there is no source of secrets '\(secret.source)'",
            notes: ["known: " + known.joined(separator: ", ")],
            help: ["keep '\(secret.name)' in an environment variable and name that"])
    }
}
