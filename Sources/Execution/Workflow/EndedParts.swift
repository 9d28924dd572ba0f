// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Runs that are parts of one that ends before them.
extension LedgerStore {
    /// Ends the parts of a run that is cancelled: nobody goes on with them but whoever goes on with the whole.
    package func cancelOpenParts(of run: String, at time: Timestamp) async throws(Diagnostic) {
        for part in try await parts(of: run) {
            switch part.status {
            case .succeeded, .failed, .cancelled: continue
            case .running, .interrupted, .waiting:
                try await cancelOpenParts(of: part.id, at: time)
                try await endRun(part.id, status: .cancelled, outputs: [:], failure: nil, at: time, audit: nil)
            }
        }
    }
}
