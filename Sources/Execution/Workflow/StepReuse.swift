// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

extension StepNode {
    /// Whether its results get a content key, under which they may be found again.
    var mayBeReused: Bool {
        if case .trusted = cache { return true }
        return kind.isPure
    }

    /// Whether the recipe's word is enough for an earlier result: one of this machine that left nothing behind which
    /// could be gone or changed since.
    func trusts(_ earlier: OperationRecord) -> Bool {
        guard case .trusted = cache else { return false }
        return kind.placement == nil && earlier.writes.isEmpty
    }
}

extension CacheRule {
    /// Whether the result is young enough. The age of one from the future, by a clock that was set back, is unknown.
    func covers(_ earlier: OperationRecord, at now: Timestamp) -> Bool {
        guard case .trusted(let age?) = self else { return true }
        guard let ended = earlier.ended, ended <= now else { return false }
        return now < ended.advanced(by: age)
    }
}
