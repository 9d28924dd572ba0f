// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Decides which of the ready steps of a run begin: those of higher `@priority` first, so many of a `@concurrency` group
/// at once, and so many of a `@rate` group in a span of time.
struct AdmissionQueue {
    /// Steps in their order, those of higher priority first.
    private struct Line {
        private struct Lane {
            var steps: [KnownStep] = []
            var head = 0
        }

        private var lanes: [Int: Lane] = [:]
        /// The highest last.
        private var priorities: [Int] = []

        var first: StepNode? {
            priorities.last.flatMap { priority in lanes[priority].map { $0.steps[$0.head].node } }
        }

        mutating func add(_ step: KnownStep) {
            let priority = step.node.priority
            if lanes[priority] == nil {
                lanes[priority] = Lane()
                let place = priorities.firstIndex { $0 > priority } ?? priorities.count
                priorities.insert(priority, at: place)
            }
            lanes[priority]?.steps.append(step)
        }

        mutating func removeFirst() -> KnownStep? {
            guard let priority = priorities.last, var lane = lanes.removeValue(forKey: priority) else { return nil }
            let step = lane.steps[lane.head]
            lane.head += 1
            if lane.head == lane.steps.count {
                priorities.removeLast()
                return step
            }
            if lane.head > 1024, lane.head * 2 > lane.steps.count {
                lane.steps.removeFirst(lane.head)
                lane.head = 0
            }
            lanes[priority] = lane
            return step
        }
    }

    private struct Group {
        var underWay = 0
        var line = Line()
    }

    private struct Paced {
        var line = Line()
        var rule: RateRule
        /// When the last ones began, the oldest first; never more than the rule's limit.
        var begun: [Timestamp] = []

        /// When the next one may begin; nil where it may at once.
        func turn(_ now: Timestamp) -> Timestamp? {
            guard begun.count >= rule.limit, let oldest = begun.first else { return nil }
            // A clock that was set back makes nobody wait longer than the span.
            let turn = min(oldest, now).advanced(by: rule.per)
            return turn > now ? turn : nil
        }

        mutating func note(_ now: Timestamp) {
            begun.append(now)
            if begun.count > rule.limit { begun.removeFirst() }
        }
    }

    private var open = Line()
    private var groups: [String: Group] = [:]
    private var groupOf: [Address: String] = [:]
    private var paced: [String: Paced] = [:]

    /// Takes steps that could begin.
    mutating func add(_ ready: [KnownStep]) {
        var grown: Set<String> = []
        for step in ready {
            guard let rule = step.node.concurrency else {
                release(step)
                continue
            }
            groups[rule.group, default: Group()].line.add(step)
            grown.insert(rule.group)
        }
        // Only once all are there it is known which of them has the highest priority.
        for group in grown.sorted() { fill(group) }
    }

    /// Steps that begin now.
    ///
    /// - Parameter count: At most so many.
    mutating func take(_ count: Int, now: Timestamp) -> [KnownStep] {
        var taken: [KnownStep] = []
        while taken.count < count, let step = takeOne(now) { taken.append(step) }
        return taken
    }

    /// When a step may begin that only its rate keeps back; nil where there is none.
    func nextTurn(_ now: Timestamp) -> Timestamp? {
        paced.values.compactMap { $0.line.first == nil ? nil : $0.turn(now) }.min()
    }

    mutating func leave(_ step: Address) {
        guard let name = groupOf.removeValue(forKey: step) else { return }
        groups[name]?.underWay -= 1
        fill(name)
    }

    private mutating func fill(_ name: String) {
        while let group = groups[name], let first = group.line.first, let limit = first.concurrency?.limit,
            group.underWay < limit, let step = groups[name]?.line.removeFirst()
        {
            groups[name]?.underWay += 1
            groupOf[step.node.address] = name
            release(step)
        }
    }

    private mutating func release(_ step: KnownStep) {
        guard let rule = step.node.rate else { return open.add(step) }
        paced[rule.group, default: Paced(rule: rule)].line.add(step)
    }

    private mutating func takeOne(_ now: Timestamp) -> KnownStep? {
        var best: (name: String, priority: Int)?
        for (name, group) in paced {
            guard let first = group.line.first, group.turn(now) == nil else { continue }
            if best.map({ (first.priority, $0.name) > ($0.priority, name) }) ?? true { best = (name, first.priority) }
        }
        if let best, open.first.map({ $0.priority < best.priority }) ?? true {
            paced[best.name]?.note(now)
            return paced[best.name]?.line.removeFirst()
        }
        return open.removeFirst()
    }
}
