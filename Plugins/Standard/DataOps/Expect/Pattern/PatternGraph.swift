// SPDX-License-Identifier: Apache-2.0

/// A pattern as states over bytes of UTF-8 (Thompson's construction).
struct PatternGraph {
    enum State {
        case bytes(ClosedRange<UInt8>, next: Int)
        case split(Int, Int)
        /// Nothing leads on from here.
        case never
        case end
    }

    private(set) var states: [State] = []
    private(set) var start = 0

    static let mostStates = 20_000

    init(_ node: PatternNode) throws(PatternError) {
        let end = try add(.end)
        start = try build(node, to: end)
    }

    private mutating func add(_ state: State) throws(PatternError) -> Int {
        if states.count >= Self.mostStates { throw PatternError(offset: 0, reason: "the pattern repeats too much") }
        states.append(state)
        return states.count - 1
    }

    /// Adds the states that match a node and then go on to a state.
    private mutating func build(_ node: PatternNode, to next: Int) throws(PatternError) -> Int {
        switch node {
        case .empty: return next
        case .characters(let set): return try build(set, to: next)
        case .sequence(let items):
            var next = next
            for item in items.reversed() { next = try build(item, to: next) }
            return next
        case .choice(let branches):
            var states: [Int] = []
            for branch in branches { states.append(try build(branch, to: next)) }
            return try split(states)
        case .repetition(let inner, let least, let most):
            var next = next
            if let most {
                let end = next
                for _ in least..<max(most, least) { next = try add(.split(try build(inner, to: next), end)) }
            } else {
                let loop = try add(.split(next, next))
                states[loop] = .split(try build(inner, to: loop), next)
                next = loop
            }
            for _ in 0..<least { next = try build(inner, to: next) }
            return next
        }
    }

    private mutating func split(_ branches: [Int]) throws(PatternError) -> Int {
        guard var state = branches.last else { return try add(.never) }
        for branch in branches.dropLast().reversed() { state = try add(.split(branch, state)) }
        return state
    }

    private mutating func build(_ set: CharacterRanges, to next: Int) throws(PatternError) -> Int {
        var branches: [Int] = []
        for range in set.ranges {
            for sequence in Self.byteSequences(range) {
                var state = next
                for bytes in sequence.reversed() { state = try add(.bytes(bytes, next: state)) }
                branches.append(state)
            }
        }
        return try split(branches)
    }

    /// The sequences of bytes that spell the characters of a range: in each all bytes vary on their own.
    private static func byteSequences(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
        var result: [[ClosedRange<UInt8>]] = []
        var open = [range]
        while let range = open.popLast() {
            let (low, high) = (range.lowerBound, range.upperBound)
            // The characters of a range must have the same number of bytes ...
            if let limit = [0x7F, 0x7FF, 0xFFFF].first(where: { low <= $0 && $0 < high }) {
                open += [low...limit, (limit + 1)...high]
                continue
            }
            if high < 0x80 {
                result.append([UInt8(low)...UInt8(high)])
                continue
            }
            // ... and where the first bytes differ, the last ones must run from the lowest to the highest.
            var isSplit = false
            let tails = high < 0x800 ? 1 : high < 0x10000 ? 2 : 3
            for tail in 1...tails {
                let mask = UInt32(1) << (6 * UInt32(tail)) - 1
                guard low & ~mask != high & ~mask else { continue }
                if low & mask != 0 {
                    open += [low...(low | mask), (low | mask) + 1...high]
                    isSplit = true
                } else if high & mask != mask {
                    open += [low...(high & ~mask) - 1, (high & ~mask)...high]
                    isSplit = true
                }
                if isSplit { break }
            }
            if isSplit { continue }
            result.append(zip(utf8(low, tails), utf8(high, tails)).map { $0...$1 })
        }
        return result
    }

    private static func utf8(_ character: UInt32, _ tails: Int) -> [UInt8] {
        let mark: UInt32 = tails == 1 ? 0xC0 : tails == 2 ? 0xE0 : 0xF0
        let first = UInt8(truncatingIfNeeded: mark | character >> (6 * UInt32(tails)))
        return [first]
            + (0..<tails).reversed().map { UInt8(truncatingIfNeeded: 0x80 | character >> (6 * UInt32($0)) & 0x3F) }
    }
}
