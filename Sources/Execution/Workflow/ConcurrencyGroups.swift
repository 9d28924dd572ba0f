// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Holds steps back whose `@concurrency` group is full, until others of it have ended.
struct ConcurrencyGroups {
    private struct Group {
        var underWay = 0
        var held: [StepNode] = []
        /// Where those in `held` begin that still wait.
        var head = 0

        mutating func next() -> StepNode? {
            guard head < held.count, let limit = held[head].concurrency?.limit, underWay < limit else { return nil }
            defer { head += 1 }
            underWay += 1
            return held[head]
        }

        mutating func forgetAdmitted() {
            guard head * 2 > held.count else { return }
            held.removeFirst(head)
            head = 0
        }
    }

    private var groups: [String: Group] = [:]
    private var groupOf: [Address: String] = [:]
    /// Groups that may have room for steps that they hold.
    private var changed: Set<String> = []

    /// The steps that may begin now: those of the given ones, and those that were held back before.
    mutating func admit(_ ready: [StepNode]) -> [StepNode] {
        var admitted: [StepNode] = []
        for step in ready {
            guard let name = step.concurrency?.group else {
                admitted.append(step)
                continue
            }
            groups[name, default: Group()].held.append(step)
            changed.insert(name)
        }
        for name in changed.sorted() {
            while let step = groups[name]?.next() {
                groupOf[step.address] = name
                admitted.append(step)
            }
            groups[name]?.forgetAdmitted()
        }
        changed = []
        return admitted
    }

    mutating func leave(_ step: Address) {
        guard let name = groupOf.removeValue(forKey: step) else { return }
        groups[name]?.underWay -= 1
        changed.insert(name)
    }
}
