// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Counts the calls.
final class CallCounter: ServiceInterceptor {
    private let calls = Mutex(0)

    var count: Int { calls.withLock { $0 } }

    func intercept<T: Sendable>(_ call: () async throws(CallError) -> T) async throws(CallError) -> T {
        calls.withLock { $0 += 1 }
        return try await call()
    }
}

/// Where in a call a process ends.
enum InterruptionPoint: String, Sendable, Hashable {
    case before
    case behind
}

/// Ends the process, as far as the lent services can tell: from one call on nothing has an effect or an answer.
final class Interruption: ServiceInterceptor {
    private let number: Int
    private let point: InterruptionPoint
    private let calls = Mutex(0)

    init(atCall number: Int, _ point: InterruptionPoint) {
        self.number = number
        self.point = point
    }

    func intercept<T: Sendable>(_ call: () async throws(CallError) -> T) async throws(CallError) -> T {
        let count = calls.withLock { calls in
            calls += 1
            return calls
        }
        if count > number || (count == number && point == .before) {
            throw CallError(.lost, "the process has ended")
        }
        let answer = try await call()
        if count == number { throw CallError(.lost, "the process ended before the answer came") }
        return answer
    }
}

/// Answers one call too late: its effect is there, its answer is not.
final class Lateness: ServiceInterceptor {
    private let number: Int
    private let calls = Mutex(0)

    init(atCall number: Int) { self.number = number }

    func intercept<T: Sendable>(_ call: () async throws(CallError) -> T) async throws(CallError) -> T {
        let count = calls.withLock { calls in
            calls += 1
            return calls
        }
        let answer = try await call()
        if count == number { throw CallError(.timedOut, "no answer in time") }
        return answer
    }
}

/// Holds every call until its task is cancelled or the stall ends.
final class Stall: ServiceInterceptor {
    private let isStalled = Mutex(false)
    private let reached = Gate()
    private let ended = Gate()

    func begin() { isStalled.withLock { $0 = true } }
    func end() { ended.open() }
    func isReached(within time: Duration) async -> Bool { await reached.isOpen(within: time) }

    func intercept<T: Sendable>(_ call: () async throws(CallError) -> T) async throws(CallError) -> T {
        if isStalled.withLock({ $0 }) {
            reached.open()
            await ended.wait()
            if Task.isCancelled { throw CallError(.cancelled, "stopped on request") }
        }
        return try await call()
    }
}
