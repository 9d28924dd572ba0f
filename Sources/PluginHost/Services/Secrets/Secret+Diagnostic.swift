// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Diagnostic {
    static func secretNotSet(_ secret: SecretReference) -> Diagnostic {
        Diagnostic(
            .secretNotSet, "the secret '\(secret.name)' is not set",
            notes: ["it is read from the environment variable \(secret.name)"],
            help: ["export \(secret.name)=… before the command is started"])
    }
}
