// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Ledger
import PluginHost

/// Sealed values in the ledger.
struct SealedRows: SealedValueStore {
    let ledger: ProjectLedger

    func holdsSealedValues() async throws(Diagnostic) -> Bool { try await ledger.holdsSealedValues() }

    func name(ofSealed text: String) async throws(Diagnostic) -> String? { try await ledger.name(ofSealed: text) }

    func record(sealed text: String, as name: String) async throws(Diagnostic) -> String {
        try await ledger.record(sealed: text, as: name)
    }

    func sealedText(named name: String) async throws(Diagnostic) -> String? {
        try await ledger.sealedText(named: name)
    }
}
