// SPDX-License-Identifier: Apache-2.0

/// How long requests took, counted by classes of time: small, and what came between two looks is their difference.
///
/// Each class is a tenth longer than the one before, so that a quantile is told to within 5%.
public struct LatencyHistogram: Sendable, Hashable {
    /// Requests by class, the quickest first; classes behind the last that has any are left out.
    public private(set) var counts: [Int64]

    /// Where the first class ends, in seconds.
    private static let shortest = 0.0005
    private static let factor = 1.1
    /// Up to about 14 hours.
    private static let mostClasses = 192
    /// Where each class ends.
    private static let ends: [Double] = {
        var ends = [shortest]
        for _ in 1..<mostClasses { ends.append((ends.last ?? shortest) * factor) }
        return ends
    }()

    public init(counts: [Int64] = []) { self.counts = Array(counts.prefix(Self.mostClasses)) }

    public var total: Int64 { counts.reduce(0, +) }

    public mutating func add(_ latency: Duration) {
        let seconds = latency.seconds
        // The first class that ends behind it.
        var (low, high) = (0, Self.mostClasses - 1)
        while low < high {
            let middle = (low + high) / 2
            if Self.ends[middle] >= seconds { high = middle } else { low = middle + 1 }
        }
        while counts.count <= low { counts.append(0) }
        counts[low] += 1
    }

    /// What came since an earlier look; all where the counting began anew in between.
    public func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
        if earlier.counts.count > counts.count || zip(counts, earlier.counts).contains(where: { $0 < $1 }) {
            return self
        }
        var difference = counts
        for (index, count) in earlier.counts.enumerated() { difference[index] -= count }
        return LatencyHistogram(counts: difference)
    }

    /// The time in seconds that a share of the requests took at most; nil where there are none.
    ///
    /// - Parameter share: From 0 to 1: 0.95 for the 95th percentile.
    public func quantile(_ share: Double) -> Double? {
        let total = total
        guard total > 0 else { return nil }
        let rank = max(1, (share * Double(total)).rounded(.up))
        var seen: Int64 = 0
        for (index, count) in counts.enumerated() {
            seen += count
            // The middle of a class is nearest to all that is in it.
            if Double(seen) >= rank { return Self.ends[index] * (1 + 1 / Self.factor) / 2 }
        }
        return nil
    }
}
