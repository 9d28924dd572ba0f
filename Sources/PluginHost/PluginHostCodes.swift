// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension DiagnosticCode {
    // Secrets

    package static let secretNotSet = DiagnosticCode(
        "P0201", "a secret that is not set",
        "A recipe names a secret that its source does not hold. For `secret(\"NAME\")` that is an environment variable "
            + "of the command: set it where the command is started, never in the recipe.")
    package static let unknownSecretSource = DiagnosticCode(
        "P0202", "a source of secrets that does not exist",
        "Secrets are kept in sources, of which this version knows the one named in the message.")

    /// The codes of finding, loading and supervising plugins and of what is lent to them.
    package static let allOfPluginHost: [DiagnosticCode] = [.secretNotSet, .unknownSecretSource]
}

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
