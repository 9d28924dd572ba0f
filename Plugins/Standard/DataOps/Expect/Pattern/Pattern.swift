// SPDX-License-Identifier: Apache-2.0

/// A regular expression that tells whether a whole text matches, in one pass over its bytes.
///
/// The states that a byte leads to are worked out when they are first met and kept, so that most bytes cost one look
/// into a table, and no pattern takes longer than its text is long.
struct Pattern {
    private let graph: PatternGraph
    /// Sets of states of the graph, in order; the first is the start.
    private var sets: [[Int]] = []
    private var numbers: [[Int]: Int32] = [:]
    private var isEnd: [Bool] = []
    /// For each set and byte the set that it leads to; -1 not worked out yet.
    private var table: [Int32] = []

    private static let mostSets = 4096

    init(_ text: String) throws(PatternError) {
        graph = try PatternGraph(PatternParser.parse(text))
        forget()
    }

    private mutating func forget() {
        (sets, numbers, isEnd, table) = ([], [:], [], [])
        _ = number(of: closure([graph.start]))
    }

    mutating func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var set = 0
        for byte in text {
            var next = table[set << 8 | Int(byte)]
            if next < 0 { next = step(from: set, byte) }
            set = Int(next)
        }
        return isEnd[set]
    }

    private mutating func step(from set: Int, _ byte: UInt8) -> Int32 {
        var reached: [Int] = []
        for state in sets[set] {
            if case .bytes(let range, let next) = graph.states[state], range.contains(byte) { reached.append(next) }
        }
        let states = closure(reached)
        if sets.count >= Self.mostSets {
            forget()
            return number(of: states)
        }
        let next = number(of: states)
        table[set << 8 | Int(byte)] = next
        return next
    }

    private mutating func number(of states: [Int]) -> Int32 {
        if let known = numbers[states] { return known }
        let number = Int32(sets.count)
        sets.append(states)
        numbers[states] = number
        isEnd.append(states.contains { if case .end = graph.states[$0] { true } else { false } })
        table.append(contentsOf: repeatElement(-1, count: 256))
        return number
    }

    /// All states that are reached without a byte, in order.
    private func closure(_ states: [Int]) -> [Int] {
        var seen: Set<Int> = []
        var open = states
        var result: [Int] = []
        while let state = open.popLast() {
            guard seen.insert(state).inserted else { continue }
            if case .split(let left, let right) = graph.states[state] {
                open += [left, right]
            } else {
                result.append(state)
            }
        }
        return result.sorted()
    }
}
