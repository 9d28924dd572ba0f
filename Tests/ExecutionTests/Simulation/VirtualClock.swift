// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Time that passes only where somebody waits or works.
final class VirtualClock: WallClock {
    private let nanoseconds = Mutex<Int64>(1_000_000_000_000_000_000)

    func now() -> Timestamp { Timestamp(nanoseconds: nanoseconds.withLock { $0 }) }

    func sleep(for duration: Duration) async throws(CallError) { advance(by: duration) }

    func advance(by duration: Duration) { nanoseconds.withLock { $0 += max(0, duration.wholeNanoseconds) } }
}
