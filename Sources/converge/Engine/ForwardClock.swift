// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The time of a command: the machine's when it began, and what has passed since. A clock that is set while a command
/// works changes neither the order nor the length of what it records.
struct ForwardClock: WallClock {
    private let base: any WallClock
    private let start: Timestamp
    private let began = ContinuousClock.now

    init(_ base: any WallClock) {
        self.base = base
        start = base.now()
    }

    func now() -> Timestamp { start.advanced(by: ContinuousClock.now - began) }

    func sleep(for duration: Duration) async throws(CallError) { try await base.sleep(for: duration) }
}
