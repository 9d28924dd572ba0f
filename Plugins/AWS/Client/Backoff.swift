// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How long to wait before a call is tried again: a random share of a time that doubles, up to 20 seconds.
struct Backoff {
    let randomness: any Randomness

    /// - Parameter attempt: The attempt that failed; the first is 1.
    func wait(after attempt: Int) -> Duration {
        let most = Swift.min(20.0, 0.5 * Double(1 << Swift.min(attempt, 10)))
        let draw = randomness.bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return .seconds(most * Double(draw) / Double(UInt32.max))
    }

    /// What the server asks for, in `Retry-After` (seconds) or `x-amz-retry-after` (milliseconds); nil where it does
    /// not.
    static func asked(_ response: HTTPResponse) -> Duration? {
        if let text = response.header("x-amz-retry-after"), let milliseconds = Int64(text), milliseconds >= 0 {
            return .milliseconds(Swift.min(milliseconds, 300_000))
        }
        if let text = response.header("Retry-After"), let seconds = Int64(text), seconds >= 0 {
            return .seconds(Swift.min(seconds, 300))
        }
        return nil
    }
}
