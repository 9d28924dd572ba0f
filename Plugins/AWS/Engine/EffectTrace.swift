// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Whether any call of an effect can have changed something.
final class EffectTrace: Sendable {
    private let hasActed = Mutex(false)

    /// A call that changes something was taken, or nobody knows whether it was.
    func note() { hasActed.withLock { $0 = true } }

    /// The effect's error, which says that nothing happened where no call can have changed anything.
    func told(_ error: CallError) -> CallError {
        var error = error
        error.hadNoEffect = error.hadNoEffect || !hasActed.withLock { $0 }
        return error
    }
}
