// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import PluginHost

extension Engine: SecretFingerprints {
    func fingerprints(of secrets: Set<SecretReference>, isRecorded: Bool) async throws(Diagnostic) -> [String: String] {
        var found: [String: String] = [:]
        for secret in secrets where !secret.isSealed {
            guard let text = await vault.textWithoutAsking(of: secret) else { continue }
            do throws(CallError) {
                found[secret.recordedName] = try await sealer.fingerprint(of: text, isRecorded: isRecorded)
            } catch {
                throw error.diagnostic
            }
        }
        return found
    }
}
