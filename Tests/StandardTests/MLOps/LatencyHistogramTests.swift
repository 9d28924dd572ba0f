// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

struct LatencyHistogramTests {
    private func histogram(_ milliseconds: [Int]) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for latency in milliseconds { histogram.add(.milliseconds(latency)) }
        return histogram
    }

    @Test func `Quantiles are told to within five in a hundred`() throws {
        let histogram = histogram(Array(1...1000))
        #expect(histogram.total == 1000)
        for (share, seconds) in [(0.5, 0.5), (0.95, 0.95), (0.01, 0.01), (1, 1)] {
            let told = try #require(histogram.quantile(share))
            #expect(abs(told - seconds) <= seconds * 0.051, "\(share): \(told)")
        }
    }

    @Test func `Nothing has no quantile, and what is very short or long has one`() {
        #expect(LatencyHistogram().quantile(0.5) == nil)
        #expect(histogram([0]).quantile(0.5) ?? 1 < 0.001)
        #expect(histogram([1_000_000_000]).quantile(0.5) ?? 0 > 36_000)
    }

    @Test func `What came between two looks is their difference, and all where the counting began anew`() {
        let before = histogram([1, 1, 100])
        var after = before
        after.add(.seconds(10))
        #expect(after.since(before).total == 1)
        #expect(after.since(before).quantile(0.5) ?? 0 > 9)
        #expect(before.since(after) == before)
        #expect(LatencyHistogram(counts: after.counts) == after)
    }
}
