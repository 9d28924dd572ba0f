// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Growing waits with jitter, up to a limit of all together.
struct Waits: Sendable {
    private var next: Duration
    private let longest: Duration
    private var left: Duration

    init(first: Duration, longest: Duration, total: Duration) {
        next = first
        self.longest = longest
        left = total
    }

    /// How long to wait; nil where the time is over.
    mutating func next(_ randomness: any Randomness) -> Duration? {
        if left <= .zero { return nil }
        // Between half and the whole, so that many callers do not come back at once.
        let share = randomness.bytes(1).first.map { 0.5 + Double($0) / 512 } ?? 1
        let wait = min(next * share, left)
        left -= wait
        next = min(next * 1.6, longest)
        return wait
    }
}
