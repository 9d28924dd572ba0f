// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Testing

@testable import AWS

struct PaceTests {
    private let start = Timestamp(nanoseconds: 1_793_498_400_000_000_000)

    @Test func `nobody waits before a service asks to slow down`() {
        let pace = Pace()
        for _ in 0..<1000 { #expect(pace.reserve(at: start) == .zero) }
        #expect(pace.rate == nil)
    }

    @Test func `a burst of refusals halves the rate once, another second again`() {
        let pace = Pace()
        for _ in 0..<40 { _ = pace.reserve(at: start) }
        for _ in 0..<10 { pace.slowDown(at: start) }
        #expect(pace.rate == 20)
        pace.slowDown(at: start.advanced(by: .seconds(2)))
        #expect(pace.rate == 10)
    }

    @Test func `calls stand in line, a place apart`() {
        let pace = Pace()
        for _ in 0..<4 { _ = pace.reserve(at: start) }
        pace.slowDown(at: start)
        #expect((0..<3).map { _ in pace.reserve(at: start) } == [.zero, .milliseconds(500), .seconds(1)])
        #expect(pace.reserve(at: start.advanced(by: .seconds(9))) == .zero)
    }

    @Test func `calls that are taken make it faster, in the end without limit`() {
        let pace = Pace()
        pace.slowDown(at: start)
        for _ in 0..<500 { pace.speedUp() }
        #expect(pace.rate == nil)
    }

    @Test func `the wait before another attempt is random, below a time that doubles to 20 seconds`() {
        let backoff = Backoff(randomness: FakeRandomness())
        for (attempt, most) in [(1, 1.0), (2, 2.0), (3, 4.0), (10, 20.0)] {
            let waits = (0..<50).map { _ in backoff.wait(after: attempt).seconds }
            #expect(waits.allSatisfy { $0 >= 0 && $0 <= most })
            #expect(Set(waits).count > 40 && (waits.max() ?? 0) > most / 2)
        }
    }
}
