// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Planning
import PlanningFixtures
import Synchronization
import Testing

@testable import Execution

struct PaceTests {
    private let lane = Lane(ProviderUse(alias: "test", plugin: "test"), kind: "test.Note")

    @Test func `a lane is cut in half by a burst of refusals once, and widened call by call`() {
        let pace = Pace(widest: 16)
        for _ in 0..<16 { pace.begin(lane) }
        #expect(!pace.hasRoom(lane))
        for _ in 0..<16 { pace.noteThrottled(lane, begun: 0) }
        #expect(pace.limit(lane) == 8)
        pace.noteThrottled(lane, begun: 1)
        #expect(pace.limit(lane) == 4)
        for _ in 0..<1000 { pace.noteGood(lane) }
        #expect(pace.limit(lane) == 16)
        for cut in 2..<40 { pace.noteThrottled(lane, begun: cut) }
        #expect(pace.limit(lane) == 1)
        #expect(pace.limit(Lane(ProviderUse(alias: "test", plugin: "test"), kind: "test.Other")) == 16)
    }

    @Test func `lanes take turns, and one without room lets others pass`() {
        let other = Lane(ProviderUse(alias: "test", plugin: "test"), kind: "test.Other")
        var lines = ReadyLines<Int>()
        for number in 0..<3 { lines.add(number, lane) }
        lines.add(10, other)
        #expect(lines.take { _ in true }?.0 == 0)
        #expect(lines.take { _ in true }?.0 == 10)
        #expect(lines.take { $0 == other } == nil)
        #expect(lines.take { _ in true }?.0 == 1)
        #expect(lines.take { _ in true }?.0 == 2)
        #expect(lines.take { _ in true } == nil)
    }

    private func surroundings(_ clock: CountingClock, _ interruption: Interruption = Interruption()) throws
        -> ExecutionSurroundings
    {
        var surroundings = try Laboratory().surroundings
        surroundings.clock = clock
        surroundings.interruption = interruption
        return surroundings
    }

    private func attempts(
        _ purpose: PacedCall.Purpose, _ surroundings: ExecutionSurroundings, _ failures: [CallError]
    ) async -> (answer: Result<Int, CallError>, count: Int) {
        let left = Mutex(failures)
        let count = Mutex(0)
        let call = PacedCall(lane: lane, purpose: purpose, surroundings: surroundings)
        do throws(CallError) {
            let answer = try await call { () async throws(CallError) -> Int in
                count.withLock { $0 += 1 }
                if let failure = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
                return 7
            }
            return (.success(answer), count.withLock { $0 })
        } catch {
            return (.failure(error), count.withLock { $0 })
        }
    }

    @Test func `a refusal for now is waited out, as long as the platform says`() async throws {
        let clock = CountingClock()
        let refusals = Array(repeating: CallError(.throttled(retryAfter: .seconds(3)), "slow down"), count: 5)
        let (answer, count) = await attempts(.effect, try surroundings(clock), refusals)
        #expect((try? answer.get()) == 7 && count == 6)
        #expect(clock.slept >= .seconds(15) && clock.slept < .seconds(40))
    }

    @Test func `patience ends after five minutes`() async throws {
        let clock = CountingClock()
        let refusals = Array(repeating: CallError(.throttled(retryAfter: nil), "slow down"), count: 1000)
        let (answer, count) = await attempts(.look, try surroundings(clock), refusals)
        let failure = #expect(throws: CallError.self) { try answer.get() }
        #expect(clock.slept > .seconds(200) && clock.slept <= .seconds(300))
        let note = failure?.diagnostic.notes.last ?? ""
        #expect(note.hasPrefix("tried \(count) times within "), "it tells how often it was tried: \(note)")
    }

    @Test func `patience counts the time that the attempts themselves take`() async throws {
        let clock = FakeClock(Timestamp(nanoseconds: 0))
        var surroundings = try Laboratory().surroundings
        surroundings.clock = clock
        let count = Mutex(0)
        let call = PacedCall(lane: lane, purpose: .look, surroundings: surroundings)
        await #expect(throws: CallError.self) {
            try await call { () async throws(CallError) -> Int in
                count.withLock { $0 += 1 }
                try await clock.sleep(for: .seconds(100))
                throw CallError(.throttled(retryAfter: nil), "slow down")
            }
        }
        #expect(count.withLock { $0 } == 4)
    }

    @Test func `a lost answer is asked for again where nothing is changed, and never where something is`() async throws
    {
        let lost = [CallError(.lost, "broken off"), CallError(.timedOut, "too late")]
        #expect(await attempts(.look, try surroundings(CountingClock()), lost).count == 3)
        #expect(await attempts(.effect, try surroundings(CountingClock()), lost).count == 1)
        let failed = [CallError(.failed, "no"), CallError(.denied, "no")]
        #expect(await attempts(.look, try surroundings(CountingClock()), failed).count == 1)
    }

    @Test func `nobody waits any more once it is to end`() async throws {
        let interruption = Interruption()
        interruption.request()
        let refusals = [CallError(.throttled(retryAfter: nil), "slow down")]
        #expect(await attempts(.effect, try surroundings(CountingClock(), interruption), refusals).count == 1)
    }
}

/// A clock that counts how long was waited, and waits for nothing.
final class CountingClock: WallClock {
    private let total = Mutex(Duration.zero)
    var slept: Duration { total.withLock { $0 } }
    func now() -> Timestamp { Timestamp(nanoseconds: 0) }
    func sleep(for duration: Duration) async throws(CallError) { total.withLock { $0 += duration } }
}
