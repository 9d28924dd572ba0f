// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Synchronization

/// What a platform counts together where it asks to slow down: calls about things of one kind at one connection.
package struct Lane: Sendable, Hashable {
    var alias: String
    var kind: String

    init(_ use: ProviderUse, kind: String) { (alias, self.kind) = (use.alias, kind) }
}

/// How many calls are under way at once in each lane: half as many as soon as the platform asks to slow down, one more for
/// each round of calls that went well.
package final class Pace: Sendable {
    private struct Width {
        var limit: Double
        var running = 0
        /// How often it was cut.
        var cuts = 0
    }

    private struct State {
        var lanes: [Lane: Width] = [:]
        /// Calls that wait before they are tried again, and so leave their place to others.
        var resting = 0
        /// Who waits for a place, and whether one was left while nobody did.
        var waiters: [CheckedContinuation<Void, Never>] = []
        var hasPlace = false
    }

    private let widest: Double
    private let state = Mutex(State())

    package init(widest: Int) { self.widest = Double(max(1, widest)) }

    var resting: Int { state.withLock { $0.resting } }

    func hasRoom(_ lane: Lane) -> Bool {
        state.withLock { state in
            guard let width = state.lanes[lane] else { return true }
            return width.running < max(1, Int(width.limit))
        }
    }

    /// How many calls of a lane may be under way.
    package func limit(_ lane: Lane) -> Int { state.withLock { max(1, Int($0.lanes[lane]?.limit ?? widest)) } }

    func begin(_ lane: Lane) { change(lane) { $0.running += 1 } }
    func end(_ lane: Lane) { change(lane) { $0.running -= 1 } }
    func cuts(_ lane: Lane) -> Int { state.withLock { $0.lanes[lane]?.cuts ?? 0 } }

    func noteGood(_ lane: Lane) { change(lane) { [widest] in $0.limit = min(widest, $0.limit + 1 / $0.limit) } }

    /// - Parameter begun: How often the lane had been cut when the call began: calls of one burst cut it once.
    func noteThrottled(_ lane: Lane, begun: Int) {
        change(lane) { width in
            guard width.cuts == begun else { return }
            width.limit = max(1, min(width.limit, Double(max(1, width.running))) / 2)
            width.cuts += 1
        }
    }

    private func change(_ lane: Lane, _ body: (inout Width) -> Void) {
        state.withLock { body(&$0.lanes[lane, default: Width(limit: widest)]) }
    }

    /// Leaves the caller's place to others while the body waits.
    func resting(_ body: () async -> Void) async {
        state.withLock { $0.resting += 1 }
        ring()
        await body()
        state.withLock { $0.resting -= 1 }
    }

    /// Ends once a call has left its place, or at cancellation.
    func waitForPlace() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    if state.hasPlace || Task.isCancelled {
                        state.hasPlace = false
                        return true
                    }
                    state.waiters.append(waiter)
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            ring()
        }
    }

    private func ring() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            if state.waiters.isEmpty { state.hasPlace = true }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
