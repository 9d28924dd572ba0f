// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// How far AWS's clock is ahead of this machine's, as answers tell.
final class ClockOffset: Sendable {
    private let offset = Mutex<Duration>(.zero)

    var present: Duration { offset.withLock { $0 } }

    /// The time by AWS's clock.
    func now(_ clock: any WallClock) -> Timestamp { clock.now().advanced(by: present) }

    /// Learns from the date of an answer.
    ///
    /// - Returns: The new offset; nil where the answer tells nothing that was not known.
    func learn(_ response: HTTPResponse, _ clock: any WallClock) -> Duration? {
        guard let server = response.header("Date").flatMap({ WireText.time($0) }) else { return nil }
        let found = server.since(clock.now())
        return offset.withLock { offset in
            let change = found - offset
            guard change > .seconds(60) || change < .seconds(-60) else { return nil }
            offset = found
            return found
        }
    }
}
