// SPDX-License-Identifier: Apache-2.0

/// Runs work items at most so many at a time, where each end may make more items ready.
package enum ParallelQueue {
    /// Runs until nothing is ready and nothing is in flight.
    ///
    /// - Parameters:
    ///   - limit: How many run at once; at least 1.
    ///   - pace: Says how many of a lane may run; nil for as many as may run at all.
    ///   - interruption: After the first request nothing new is started.
    ///   - lane: Where an item belongs; nil for none. Items of a lane start in their order, and lanes take turns.
    ///   - next: Gives items that are ready now, each once; called on the caller's task, at the start and after each
    ///     end.
    ///   - work: Does one item, concurrently with others.
    ///   - ended: Takes the result; called on the caller's task.
    ///   - nothingBegun: Called after an end that let nothing new begin.
    ///   - rest: How long until items may be ready without an end; nil where only an end makes some ready.
    ///   - sleep: Waits for so long; ended by cancellation.
    package static func run<Item: Sendable, Outcome: Sendable>(
        limit: Int, pace: Pace? = nil, interruption: Interruption, lane: (Item) -> Lane? = { _ in nil },
        next: () async -> [Item],
        work: @escaping @Sendable (Item) async -> Outcome, ended take: (Item, Outcome) async -> Void,
        nothingBegun: () async -> Void = {}, rest: () -> Duration? = { nil },
        sleep: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) async {
        await withTaskGroup(of: Event<Item, Outcome>.self) { group in
            var isResting = false
            var ready = ReadyLines<Item>()
            var running = 0
            for item in await next() { ready.add(item, lane(item)) }
            // Where a call rests, its place is free, and somebody has to say so.
            if let pace { group.addTask { await Event(placeOf: pace) } }
            while true {
                // Done on this thread, where nothing else could begin meanwhile: waking another costs as much as a small item.
                if running == 0, pace == nil, !isResting, interruption.wish == .none, ready.count == 1, rest() == nil,
                    let (item, _) = ready.take({ _ in true })
                {
                    await take(item, await work(item))
                    if interruption.wish == .none { for item in await next() { ready.add(item, lane(item)) } }
                    continue
                }
                var hasBegun = false
                while running - (pace?.resting ?? 0) < max(1, limit), interruption.wish == .none,
                    let (item, itsLane) = ready.take({ lane in lane.map { pace?.hasRoom($0) ?? true } ?? true })
                {
                    running += 1
                    hasBegun = true
                    if let itsLane { pace?.begin(itsLane) }
                    group.addTask { .ended(item, await work(item)) }
                }
                if !hasBegun { await nothingBegun() }
                // While every place is taken nothing could begin, whatever comes.
                let hasPlace = running - (pace?.resting ?? 0) < max(1, limit)
                let pause = interruption.wish == .none && hasPlace ? rest() : nil
                if let pause, !isResting {
                    isResting = true
                    group.addTask {
                        await interruption.resting { await sleep(min(pause, Self.longestRest)) }
                        return .rested
                    }
                }
                guard running > 0 || pause != nil, let event = await group.next() else { break }
                switch event {
                case .place:
                    if let pace { group.addTask { await Event(placeOf: pace) } }
                    continue
                case .rested: isResting = false
                case .ended(let item, let outcome):
                    running -= 1
                    if let itsLane = lane(item) { pace?.end(itsLane) }
                    await take(item, outcome)
                }
                if interruption.wish == .none { for item in await next() { ready.add(item, lane(item)) } }
            }
            group.cancelAll()
        }
    }

    /// After that it is asked anew how long to wait.
    private static let longestRest = Duration.seconds(1)

    private enum Event<Item: Sendable, Outcome: Sendable>: Sendable {
        case ended(Item, Outcome)
        case rested
        /// A call has left its place to others.
        case place

        init(placeOf pace: Pace) async {
            await pace.waitForPlace()
            self = .place
        }
    }
}
