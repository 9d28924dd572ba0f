// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution

/// For executions without secrets.
struct NoFingerprints: SecretFingerprints {
    func fingerprints(of secrets: Set<SecretReference>, isRecorded: Bool) async throws(Diagnostic) -> [String: String] {
        [:]
    }
}
