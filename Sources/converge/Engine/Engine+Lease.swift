// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import PluginHost

extension Engine {
    /// Works under the apply lease of an environment; a wish to end does not wait for another holder.
    ///
    /// - Throws: Also where the wish came before the work began.
    func whileHoldingEnvironment<T: Sendable>(
        _ environment: String, wait: Duration, until interruption: Interruption,
        _ body: @escaping @Sendable (Lease) async throws(Diagnostic) -> T
    ) async throws(Diagnostic) -> T {
        let ledger = ledger
        let result: Result<T, Diagnostic> = await interruption.whileWaiting { begin in
            do throws(Diagnostic) {
                return .success(
                    try await ledger.withLease(.apply(environment: environment), wait: wait) {
                        (lease) throws(Diagnostic) in
                        begin()
                        if interruption.wish != .none {
                            throw Diagnostic(.applyInterrupted, "stopped before anything was done")
                        }
                        let result = await ValueSealer.$recordsWhatIsRead.withValue(true) {
                            await Self.result(of: body, lease)
                        }
                        return try result.get()
                    })
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func result<T: Sendable>(
        of body: @Sendable (Lease) async throws(Diagnostic) -> T, _ lease: Lease
    ) async -> Result<T, Diagnostic> {
        do throws(Diagnostic) { return .success(try await body(lease)) } catch { return .failure(error) }
    }
}
