// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Diagnostic {
    static func secretNotSet(_ secret: SecretReference) -> Diagnostic {
        Diagnostic(
            .secretNotSet, "the secret '\(secret.name)' is not set",
            notes: ["it is read from the environment variable \(secret.name)"],
            help: ["export \(secret.name)=… before the command is started"])
    }

    /// - Parameter hasStore: Whether the project has a store of secrets, in which it is not.
    static func secretNowhere(_ secret: SecretReference, hasStore: Bool) -> Diagnostic {
        let name = secret.name
        return Diagnostic(
            .secretNotSet, "the secret '\(name)' is not set",
            notes: [
                "looked for in the environment variable \(name), in the file that \(name)_FILE names, and in the "
                    + "project's store of secrets" + (hasStore ? "" : ", which it does not have yet")
            ],
            help: [
                "export \(name)=… before the command is started",
                "converge secret set \(name)    keeps it in the project, encrypted"
            ])
    }

    static func secretFile(_ path: String, of secret: SecretReference, _ refusal: SecretFile.Refusal) -> Diagnostic {
        var help: [String] = []
        if case .isOpen = refusal { help = ["chmod 600 \(path), or mount it with a mode such as 0400"] }
        return Diagnostic(
            .secretFileRefused, "the file '\(path)' of the secret '\(secret.name)' \(refusal.words)",
            notes: ["the environment variable \(secret.name)_FILE names it"], help: help)
    }

    // MARK: The project's store

    static func store(_ fault: SecretStoreFile.Fault, _ path: String) -> Diagnostic {
        switch fault {
        case .unreadable(let reason):
            Diagnostic(
                .storeDamaged, "the store of secrets '\(path)' is damaged: \(reason)",
                help: ["put a copy in its place, or move it away and set the secrets again"])
        case .changed:
            Diagnostic(
                .storeDamaged, "the store of secrets '\(path)' is not as it was written",
                notes: ["the key is right, but something was changed, taken out or put in by something else"],
                help: ["put a copy in its place, or move it away and set the secrets again"])
        case .newer(let version):
            Diagnostic(
                .storeDamaged,
                "the store of secrets '\(path)' has version \(version), which this Converge does not know",
                help: ["use the Converge that wrote it"])
        case .wrongKey:
            Diagnostic(
                .wrongStoreKey, "the key does not open the store of secrets '\(path)'",
                help: ["give the key or passphrase with which it was made, or that the last `secret rotate` gave it"])
        }
    }

    static func storeKeyMissing(_ message: String, help: [String]) -> Diagnostic {
        Diagnostic(.storeKeyMissing, message, help: help)
    }

    static func storeKeyUnusable(_ message: String, help: [String]) -> Diagnostic {
        Diagnostic(.storeKeyUnusable, message, help: help)
    }

    static func notAKey(_ place: String) -> Diagnostic {
        storeKeyUnusable(
            "\(place) holds no key of a store of secrets",
            help: ["a key is 32 random bytes in base64: openssl rand -base64 32"])
    }

    static func storeThere(_ path: String) -> Diagnostic {
        Diagnostic(
            .storeThere, "there is a store of secrets already: '\(path)'",
            help: ["secret set NAME    adds to it", "secret rotate    gives it another key"])
    }

    static func noStore() -> Diagnostic {
        Diagnostic(
            .notInStore, "the project has no store of secrets", help: ["secret init    makes one"])
    }

    static func notInStore(_ name: String, known: [String]) -> Diagnostic {
        if known.isEmpty {
            return Diagnostic(.notInStore, "the project's store has no secret '\(name)': it has none at all")
        }
        return Diagnostic(
            .notInStore, "the project's store has no secret '\(name)'",
            help: NearestName.find(name, in: known).map { ["did you mean \($0)?"] } ?? [
                "secret list    lists those that it has"
            ])
    }

    static func storeNotWritten(_ error: CallError) -> Diagnostic {
        Diagnostic(
            .storeNotWritten, "the store of secrets is as it was: \(error.diagnostic.message)",
            help: error.diagnostic.help)
    }
}
