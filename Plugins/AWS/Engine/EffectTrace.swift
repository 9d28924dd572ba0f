// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Whether any call of an effect can have changed something.
final class EffectTrace: Sendable {
    private let acted = Mutex(false)

    var hasActed: Bool { acted.withLock { $0 } }

    /// A call that changes something was taken, or nobody knows whether it was.
    func note() { acted.withLock { $0 = true } }

    /// The effect's error, which says that nothing happened where no call can have changed anything.
    func told(_ error: CallError) -> CallError {
        var error = error
        error.hadNoEffect = error.hadNoEffect || !hasActed
        // Of what was done in part the host asks what is there before anything is tried again.
        if hasActed, case .throttled = error.reason { error.reason = .failed }
        return error
    }
}
