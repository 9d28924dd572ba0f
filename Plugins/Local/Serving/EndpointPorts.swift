// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Which port an endpoint tries next.
///
/// A new endpoint takes one below the range from which the system gives ports to connections (32,768 on, Linux'
/// `ip_local_port_range`), so that no connection holds it when the endpoint comes back. One that comes back waits
/// for its own port, since its address is known to others: what held it may be letting go.
struct EndpointPorts {
    private static let range = 20_000..<32_768
    private static let pause = Duration.milliseconds(100)

    private let isRemembered: Bool
    private let randomness: any Randomness
    private var triesLeft = 100
    /// The port to try; 0 for any.
    private(set) var next: Int

    init(remembered: Int?, randomness: any Randomness) {
        isRemembered = remembered != nil
        self.randomness = randomness
        next = remembered ?? Self.anyPort(randomness)
    }

    /// Moves on after a port was taken.
    ///
    /// - Returns: How long to wait; nil to give up.
    mutating func afterConflict() -> Duration? {
        guard triesLeft > 0 else { return nil }
        triesLeft -= 1
        if isRemembered { return Self.pause }
        next = triesLeft == 0 ? 0 : Self.anyPort(randomness)
        return .zero
    }

    private static func anyPort(_ randomness: any Randomness) -> Int {
        let number = randomness.bytes(2).reduce(0) { $0 << 8 | Int($1) }
        return range.lowerBound + number % range.count
    }
}
