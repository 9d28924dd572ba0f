// SPDX-License-Identifier: Apache-2.0

/// A regular expression as a tree.
indirect enum PatternNode {
    case empty
    /// One character out of a set.
    case characters(CharacterRanges)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// Without an end for any number of times.
    case repetition(PatternNode, least: Int, most: Int?)
}

/// A set of characters as ranges of their numbers, in order and apart.
struct CharacterRanges {
    private(set) var ranges: [ClosedRange<UInt32>]

    static let all = CharacterRanges([0...0x10FFFF])
    static let digits = CharacterRanges([0x30...0x39])
    static let blanks = CharacterRanges([0x09...0x0D, 0x20...0x20])
    static let word = CharacterRanges([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let lineBreak = CharacterRanges([0x0A...0x0A])

    init(_ ranges: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    var inverted: CharacterRanges {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return CharacterRanges(result)
    }

    func union(_ other: CharacterRanges) -> CharacterRanges { CharacterRanges(ranges + other.ranges) }
}
