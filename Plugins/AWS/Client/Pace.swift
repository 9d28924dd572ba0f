// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// How fast a service is called: without limit until it asks to slow down, then half as fast as it was, and a little
/// faster with each call that it takes.
final class Pace: Sendable {
    private struct State {
        /// Calls a second; nil for no limit.
        var rate: Double?
        /// When the next call may go.
        var next: Timestamp?
        var lastHalved: Timestamp?
        /// The calls of the present and the last second, for the rate that the service did not take.
        var second: Int64 = 0
        var inSecond = 0
        var inSecondBefore = 0
    }

    private let state = Mutex(State())
    private static let slowest = 0.5
    private static let fastest = 500.0

    /// Reserves the next place in the line.
    ///
    /// - Returns: How long to wait for it.
    func reserve(at now: Timestamp) -> Duration {
        state.withLock { state in
            let second = now.nanoseconds / 1_000_000_000
            if second != state.second {
                state.inSecondBefore = second == state.second + 1 ? state.inSecond : 0
                state.inSecond = 0
                state.second = second
            }
            state.inSecond += 1
            guard let rate = state.rate else { return .zero }
            let place = Swift.max(state.next ?? now, now)
            state.next = place.advanced(by: .seconds(1 / rate))
            return place.since(now)
        }
    }

    /// The service asked to slow down. Answers to calls that were under way together count once.
    func slowDown(at now: Timestamp) {
        state.withLock { state in
            if let last = state.lastHalved, now.since(last) < .seconds(1) { return }
            state.lastHalved = now
            let rate = state.rate ?? Double(Swift.max(state.inSecond, state.inSecondBefore, 1))
            state.rate = Swift.max(Self.slowest, rate / 2)
        }
    }

    /// The service took a call.
    func speedUp() {
        state.withLock { state in
            guard let rate = state.rate else { return }
            let faster = rate + Swift.max(0.2, rate / 20)
            state.rate = faster > Self.fastest ? nil : faster
        }
    }

    /// Calls a second; nil for no limit.
    var rate: Double? { state.withLock { $0.rate } }
}
