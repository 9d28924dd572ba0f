// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Diagnostic {
    private static var lost: String {
        "ledger rotate --lost    makes a new key where the old one is gone for good; what was sealed with it is read "
            + "from the platforms again"
    }

    static func ledgerKeyMissing(_ path: String) -> Diagnostic {
        Diagnostic(
            .ledgerKeyMissing, "the key of the ledger's sensitive values is missing: there is no file \(path)",
            help: ["put a copy of the file back, or name it by \(ValueSealer.variable)", lost])
    }

    static func ledgerKeyWrong(_ path: String) -> Diagnostic {
        Diagnostic(
            .ledgerKeyWrong, "a sensitive value was encrypted with a key that \(path) does not have",
            help: ["put the file back that belongs to this ledger, or name it by \(ValueSealer.variable)", lost])
    }

    static func ledgerKeyUnreadable(_ path: String, _ fault: SealingKeys.Fault) -> Diagnostic {
        switch fault {
        case .unreadable:
            Diagnostic(
                .ledgerKeyWrong, "\(path) holds no keys of a ledger", help: ["put a copy of the file back", lost])
        case .newer(let format):
            Diagnostic(
                .ledgerKeyWrong, "\(path) has format \(format), which this Converge does not know",
                help: ["use the Converge that wrote it"])
        }
    }

    static func sealedUnknown() -> Diagnostic {
        Diagnostic(
            .ledgerKeyWrong, "the ledger does not have a sensitive value that something refers to",
            notes: ["as after putting back a backup from before it was recorded"],
            help: ["refresh RECIPE    reads the value from its platform again"])
    }

    static func sealedDamaged(_ path: String) -> Diagnostic {
        Diagnostic(
            .ledgerKeyWrong, "a sensitive value in the ledger is not as it was written",
            notes: ["its key is in \(path), and does not open it"],
            help: ["refresh RECIPE    reads the value from its platform again"])
    }
}
