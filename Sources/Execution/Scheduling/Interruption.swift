// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The wish of a person, or of the system, that an execution end before everything is done.
///
/// The first request lets what is in flight finish and starts nothing new; the second cancels what is in flight.
package final class Interruption: Sendable {
    package enum Wish: Int, Sendable, Comparable {
        case none, finish, stopNow

        package static func < (left: Wish, right: Wish) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var wish = Wish.none
        var observers: [Int: @Sendable (Wish) -> Void] = [:]
        var nextObserver = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var wish: Wish { state.withLock { $0.wish } }

    /// Raises the wish by one level.
    package func request() {
        raise { $0 == .none ? .finish : .stopNow }
    }

    /// Asks to stop at once, what is in flight included.
    package func stopNow() {
        raise { _ in .stopNow }
    }

    /// Takes over the wish of somebody around.
    func follow(_ wish: Wish) {
        raise { max($0, wish) }
    }

    private func raise(_ next: (Wish) -> Wish) {
        let (wish, observers) = state.withLock { state in
            state.wish = max(state.wish, next(state.wish))
            return (state.wish, Array(state.observers.values))
        }
        for observer in observers { observer(wish) }
    }

    /// Runs the body in a task of its own, which is cancelled when the wish is to stop at once. The caller goes on
    /// undisturbed, so that what happened can be recorded.
    ///
    /// - Parameter least: The wish that is enough; the first one for what changes nothing.
    package func cancellable<T: Sendable>(
        at least: Wish = .stopNow, _ body: @escaping @Sendable () async -> T
    ) async -> T {
        // Begun on this thread: waking another one costs as much as a small effect.
        let task = Task.immediate { await body() }
        let id = observe { if $0 >= least { task.cancel() } }
        let result = await task.value
        state.withLock { state in _ = state.observers.removeValue(forKey: id) }
        return result
    }

    /// Calls the observer at each wish while the body runs; at once where there is one already.
    package func observing<T: Sendable>(
        _ observer: @escaping @Sendable (Wish) -> Void, _ body: () async throws -> T
    ) async rethrows -> T {
        let id = observe(observer)
        defer { state.withLock { state in _ = state.observers.removeValue(forKey: id) } }
        return try await body()
    }

    private func observe(_ observer: @escaping @Sendable (Wish) -> Void) -> Int {
        let (id, wish) = state.withLock { state in
            state.nextObserver += 1
            state.observers[state.nextObserver] = observer
            return (state.nextObserver, state.wish)
        }
        if wish != .none { observer(wish) }
        return id
    }
}

extension Interruption {
    /// Runs the body in a task of its own, which the first wish cancels as long as it only waits for its turn.
    ///
    /// - Parameter body: Calls what it is given once its turn has come.
    package func whileWaiting<T: Sendable>(
        _ body: @escaping @Sendable (_ begin: @escaping @Sendable () -> Void) async -> T
    ) async -> T {
        let turn = Turn()
        let task = Task { await body { turn.hasCome.store(true, ordering: .sequentiallyConsistent) } }
        let id = observe { _ in if !turn.hasCome.load(ordering: .sequentiallyConsistent) { task.cancel() } }
        let result = await task.value
        state.withLock { state in _ = state.observers.removeValue(forKey: id) }
        return result
    }

    /// Waits in a task of its own, which the first wish and the cancellation of the caller end.
    func resting(_ body: @escaping @Sendable () async -> Void) async {
        let task = Task { await body() }
        await observing({ _ in task.cancel() }) {
            await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
        }
    }

    private final class Turn: Sendable {
        let hasCome = Atomic(false)
    }
}
