// SPDX-License-Identifier: Apache-2.0

/// Runs work items at most so many at a time, where each end may make more items ready.
package enum ParallelQueue {
    /// Runs until nothing is ready and nothing is in flight.
    ///
    /// - Parameters:
    ///   - limit: How many run at once; at least 1.
    ///   - interruption: After the first request nothing new is started.
    ///   - next: Gives items that are ready now, each once; called on the caller's task, at the start and after each
    ///     end.
    ///   - work: Does one item, concurrently with others.
    ///   - ended: Takes the result; called on the caller's task.
    ///   - nothingBegun: Called after an end that let nothing new begin.
    ///   - rest: How long until items may be ready without an end; nil where only an end makes some ready.
    ///   - sleep: Waits for so long; ended by cancellation.
    package static func run<Item: Sendable, Outcome: Sendable>(
        limit: Int, interruption: Interruption, next: () async -> [Item],
        work: @escaping @Sendable (Item) async -> Outcome, ended take: (Item, Outcome) async -> Void,
        nothingBegun: () async -> Void = {}, rest: () -> Duration? = { nil },
        sleep: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) async {
        await withTaskGroup(of: (Item, Outcome)?.self) { group in
            var isResting = false
            var ready: [Item] = []
            var head = 0
            var running = 0
            ready += await next()
            while true {
                let begun = head
                while running < max(1, limit), head < ready.count, interruption.wish == .none {
                    let item = ready[head]
                    head += 1
                    running += 1
                    group.addTask { (item, await work(item)) }
                }
                if head == begun { await nothingBegun() }
                if head > 1024, head * 2 > ready.count {
                    ready.removeFirst(head)
                    head = 0
                }
                let pause = interruption.wish == .none ? rest() : nil
                if let pause, !isResting {
                    isResting = true
                    group.addTask {
                        await interruption.resting { await sleep(min(pause, Self.longestRest)) }
                        return nil
                    }
                }
                guard running > 0 || pause != nil, let ended = await group.next() else { break }
                if let (item, outcome) = ended {
                    running -= 1
                    await take(item, outcome)
                } else {
                    isResting = false
                }
                if interruption.wish == .none { ready += await next() }
            }
            group.cancelAll()
        }
    }

    /// After that it is asked anew how long to wait.
    private static let longestRest = Duration.seconds(1)
}
