// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

extension Engine {
    /// The rows of a module in the form of the present versions of their kinds.
    func snapshot(environment: String, module: String) async throws(Diagnostic) -> LedgerSnapshot {
        try await RowUpgrade(gateway: self).upgraded(ledger.snapshot(environment: environment, module: module))
    }
}
