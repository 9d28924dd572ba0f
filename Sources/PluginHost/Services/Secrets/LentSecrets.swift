// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The vault as plugins see it.
struct LentSecrets: SecretKeeper {
    let vault: SecretVault

    func hide(_ text: String, name: String) {
        // Masking nothing would mask everything.
        if !text.isEmpty { vault.redactor.learn(text, name: name) }
    }

    func text(of value: Value) async throws(CallError) -> String { try await vault.text(of: value) }
}
