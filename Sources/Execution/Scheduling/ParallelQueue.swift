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
    package static func run<Item: Sendable, Outcome: Sendable>(
        limit: Int, interruption: Interruption, next: () async -> [Item],
        work: @escaping @Sendable (Item) async -> Outcome, ended: (Item, Outcome) async -> Void,
        nothingBegun: () async -> Void = {}
    ) async {
        await withTaskGroup(of: (Item, Outcome).self) { group in
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
                guard running > 0, let (item, outcome) = await group.next() else { break }
                running -= 1
                await ended(item, outcome)
                if interruption.wish == .none { ready += await next() }
            }
        }
    }
}
