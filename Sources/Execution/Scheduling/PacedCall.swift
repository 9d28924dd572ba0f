// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// A call to a platform that is tried again where the platform asks to slow down, or where trying again does no harm.
struct PacedCall: Sendable {
    enum Purpose: Sendable {
        /// Nothing is changed: an answer that was lost is asked for once more.
        case look
        /// Tried again, under the same token, only where the platform says that nothing was done.
        case effect
    }

    /// How long a call may wait in all, or be tried since it was first refused, before its failure counts.
    static let patience = Duration.seconds(300)
    /// How often a lost answer is asked for.
    private static let attempts = 4
    private static let longest = Duration.seconds(20)

    let lane: Lane
    let purpose: Purpose
    let surroundings: ExecutionSurroundings
    /// Told what another attempt waits for, and how long.
    var onRetry: @Sendable (Duration, Diagnostic) -> Void = { _, _ in }

    func callAsFunction<T: Sendable>(_ body: () async throws(CallError) -> T) async throws(CallError) -> T {
        let pace = surroundings.pace
        var (attempt, waited) = (1, Duration.zero)
        var firstFailure: Timestamp?
        while true {
            let begun = pace.cuts(lane)
            var failure: CallError
            do throws(CallError) {
                let answer = try await body()
                pace.noteGood(lane)
                return answer
            } catch {
                failure = error
            }
            if case .throttled = failure.reason { pace.noteThrottled(lane, begun: begun) }
            let now = surroundings.clock.now()
            let spent = max(waited, firstFailure.map { now.since($0) } ?? .zero)
            firstFailure = firstFailure ?? now
            guard let wait = wait(after: failure, attempt), spent + wait <= Self.patience,
                surroundings.interruption.wish == .none
            else {
                if attempt > 1 { failure.diagnostic.notes.append(Self.account(of: attempt, spent)) }
                throw failure
            }
            onRetry(wait, failure.diagnostic)
            await pace.resting { await rest(wait) }
            if surroundings.interruption.wish != .none { throw failure }
            attempt += 1
            waited += wait
        }
    }

    private static func account(of attempts: Int, _ spent: Duration) -> String {
        "tried \(attempts) times within \(Value.duration(.seconds(max(1, spent.components.seconds))).literal)"
    }

    private func rest(_ duration: Duration) async {
        let clock = surroundings.clock
        await surroundings.interruption.whileWaiting { _ in
            // The wish to end cuts it short.
            do throws(CallError) { try await clock.sleep(for: duration) } catch {}
        }
    }

    /// How long to wait before the next attempt; nil where there is none.
    ///
    /// The half of it is chance, so that callers which were refused together do not come back together.
    private func wait(after error: CallError, _ attempt: Int) -> Duration? {
        let step = min(Self.longest, .milliseconds(250) * (1 << min(attempt - 1, 10)))
        switch error.reason {
        case .throttled(let retryAfter):
            // The platform's word counts, and a little chance behind it.
            return retryAfter.map { $0 + step * chance / 2 } ?? step * (0.5 + chance / 2)
        case .lost, .timedOut, .unreachable:
            guard purpose == .look, attempt < Self.attempts else { return nil }
            return step * (0.5 + chance / 2)
        default: return nil
        }
    }

    /// From 0 to 1.
    private var chance: Double { Double(surroundings.randomness.bytes(1).first ?? 0) / 255 }
}
