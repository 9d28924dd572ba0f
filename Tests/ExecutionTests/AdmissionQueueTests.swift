// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Testing

@testable import Execution

struct AdmissionQueueTests {
    private let now = Timestamp(nanoseconds: 1_000_000_000_000)
    private let place = SourceText(name: "w.recipe", "step").place(SourceRange(0, 4))

    private func step(_ name: String, _ group: String? = nil, limit: Int = 1, priority: Int = 0) -> StepNode {
        var step = StepNode(
            address: Address(name), kind: StepKindSchema(name: "K", doc: "", example: "", fields: [], outputs: []),
            reads: [], needs: [], inputs: [:], isWanted: true, retry: .none, timeout: nil, onFailure: .stop,
            place: place)
        step.concurrency = group.map { ConcurrencyRule(group: $0, limit: limit, place: place) }
        step.priority = priority
        return step
    }

    private func paced(_ name: String, _ limit: Int, _ group: String = "api", priority: Int = 0) -> StepNode {
        var step = step(name, priority: priority)
        step.rate = RateRule(group: group, limit: limit, per: .seconds(10), place: place)
        return step
    }

    private func names(_ steps: [KnownStep]) -> [String] { steps.map(\.node.address.text) }

    @Test func `as many of a group begin as its limit says, the rest in their order as others end`() {
        var queue = AdmissionQueue()
        queue.add((1...5).map { step("g\($0)", "g", limit: 2) } + [step("free"), step("other", "h")])
        #expect(Set(names(queue.take(9, now: now))) == ["g1", "g2", "free", "other"])
        #expect(names(queue.take(9, now: now)).isEmpty)
        queue.leave(Address("g2"))
        #expect(names(queue.take(9, now: now)) == ["g3"])
        queue.leave(Address("g1"))
        queue.leave(Address("g3"))
        queue.add([step("g6", "g", limit: 2)])
        #expect(names(queue.take(9, now: now)) == ["g4", "g5"])
        queue.leave(Address("g4"))
        #expect(names(queue.take(9, now: now)) == ["g6"])
    }

    @Test func `the end of a step that was never under way makes no room`() {
        var queue = AdmissionQueue()
        queue.add([step("a", "g"), step("b", "g")])
        #expect(names(queue.take(9, now: now)) == ["a"])
        queue.leave(Address("c"))
        queue.leave(Address("b"))
        #expect(names(queue.take(9, now: now)).isEmpty)
    }

    @Test func `no more begin than there is room for, those of higher priority first, and equal ones in their order`() {
        var queue = AdmissionQueue()
        queue.add([
            step("low", priority: -1), step("a"), step("b"), step("high", priority: 5), step("h", "g", priority: 9),
            step("i", "g", priority: 10)
        ])
        #expect(names(queue.take(2, now: now)) == ["i", "high"])
        #expect(names(queue.take(2, now: now)) == ["a", "b"])
        queue.leave(Address("i"))
        queue.add([step("top", priority: 11)])
        #expect(names(queue.take(9, now: now)) == ["top", "h", "low"])
    }

    @Test func `of a paced group so many begin in any span of its time`() {
        var queue = AdmissionQueue()
        queue.add((1...5).map { paced("p\($0)", 2) } + [step("free")])
        #expect(Set(names(queue.take(9, now: now))) == ["p1", "p2", "free"])
        #expect(queue.nextTurn(now) == now.advanced(by: .seconds(10)))
        let soon = now.advanced(by: .milliseconds(9_999))
        #expect(names(queue.take(9, now: soon)).isEmpty)
        let later = now.advanced(by: .seconds(10))
        #expect(names(queue.take(1, now: later)) == ["p3"])
        let last = now.advanced(by: .seconds(15))
        #expect(names(queue.take(9, now: last)) == ["p4"])
        #expect(queue.nextTurn(last) == now.advanced(by: .seconds(20)))
        // The clock was set back: nobody waits for longer than the span.
        let back = now.advanced(by: .seconds(-1000))
        #expect(queue.nextTurn(back) == back.advanced(by: .seconds(10)))
        #expect(names(queue.take(9, now: now.advanced(by: .seconds(20)))) == ["p5"])
        #expect(queue.nextTurn(last) == nil)
    }

    @Test(arguments: 1...200)
    func `whatever comes and goes, each step begins once, in groups never more than they may`(_ seed: UInt64) {
        var generator = SeededGenerator(seed)
        var queue = AdmissionQueue()
        var waiting: Set<String> = []
        var underWay: [String: String] = [:]
        var begun: [String: [Timestamp]] = [:]
        var time = now
        for turn in 0..<300 {
            time = time.advanced(by: .milliseconds(Int64.random(in: 0...2000, using: &generator)))
            if turn < 200 {
                let name = "s\(turn)"
                let form = Int.random(in: 0...3, using: &generator)
                var new = form == 1 ? step(name, "g", limit: 3) : form == 2 ? paced(name, 4) : step(name)
                if form == 3 {
                    new = paced(name, 4)
                    new.concurrency = ConcurrencyRule(group: "g", limit: 3, place: place)
                }
                new.priority = Int.random(in: 0...2, using: &generator)
                queue.add([new])
                waiting.insert(name)
            }
            for step in queue.take(Int.random(in: 0...4, using: &generator), now: time).map(\.node) {
                #expect(waiting.remove(step.address.text) != nil)
                underWay[step.address.text] = step.concurrency?.group ?? ""
                if let rate = step.rate { begun[rate.group, default: []].append(time) }
            }
            #expect(underWay.values.filter { $0 == "g" }.count <= 3)
            if let one = underWay.keys.sorted().randomElement(using: &generator) {
                underWay[one] = nil
                queue.leave(Address(one))
            }
        }
        while let next = queue.nextTurn(time) ?? (waiting.isEmpty ? nil : time) {
            time = max(time, next)
            for step in queue.take(9, now: time).map(\.node) {
                #expect(waiting.remove(step.address.text) != nil)
                underWay[step.address.text] = ""
                if let rate = step.rate { begun[rate.group, default: []].append(time) }
            }
            for one in underWay.keys { queue.leave(Address(one)) }
            underWay = [:]
        }
        #expect(waiting.isEmpty)
        for times in begun.values {
            for (first, fifth) in zip(times, times.dropFirst(4)) {
                #expect(fifth >= first.advanced(by: .seconds(10)))
            }
        }
    }
}

extension AdmissionQueue {
    fileprivate mutating func add(_ ready: [StepNode]) { add(ready.map(KnownStep.init)) }
}
