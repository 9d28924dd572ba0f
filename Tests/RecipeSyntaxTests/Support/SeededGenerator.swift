// SPDX-License-Identifier: Apache-2.0

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededGenerator {
    /// A text changed in one to four places: bytes cut, doubled, replaced, moved, or taken from another text.
    mutating func mutated(_ text: [UInt8], with other: [UInt8]) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...4, using: &self) where !text.isEmpty {
            let lower = Int.random(in: 0..<text.count, using: &self)
            let upper = Swift.min(text.count, lower + Int.random(in: 1...8, using: &self))
            switch Int.random(in: 0..<6, using: &self) {
            case 0: text.removeSubrange(lower..<upper)
            case 1: text.insert(contentsOf: text[lower..<upper], at: lower)
            case 2: text[lower] = UInt8.random(in: 0...255, using: &self)
            case 3: text[lower] = Self.telling.randomElement(using: &self) ?? 0
            case 4: text = Array(text[..<lower])
            default:
                guard !other.isEmpty else { continue }
                let from = Int.random(in: 0..<other.count, using: &self)
                let to = Swift.min(other.count, from + Int.random(in: 1...20, using: &self))
                text.insert(contentsOf: other[from..<to], at: lower)
            }
        }
        return text
    }

    private static let telling = Array("{}()[]\"$\\#\n\r;:,=<>?.@%-+&|!'r \t0e".utf8)
}
