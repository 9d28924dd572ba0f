// SPDX-License-Identifier: Apache-2.0

/// The prefix code of a deflate block (RFC 1951, 3.2.2): the next bits lead straight to a symbol and its length.
struct HuffmanTable {
    /// At every sequence of `width` bits: symbol << 4 | length, or 0 where the bits are no code.
    private(set) var entries: ContiguousArray<UInt16>
    private(set) var width: Int

    static let longest = 15

    /// - Parameter lengths: The code length of each symbol; 0 for none.
    /// - Returns: Nil where more codes are asked for than there are.
    init?(lengths: ArraySlice<UInt8>) {
        var counts = [Int](repeating: 0, count: Self.longest + 1)
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        width = max(1, counts.lastIndex { $0 > 0 } ?? 1)
        var code = 0
        var firstCodes = [Int](repeating: 0, count: Self.longest + 2)
        for length in 1...Self.longest {
            code = (code + counts[length - 1]) << 1
            firstCodes[length] = code
            guard code + counts[length] <= 1 << length else { return nil }
        }
        entries = ContiguousArray(repeating: 0, count: 1 << width)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            let length = Int(length)
            var reversed = 0
            for bit in 0..<length where firstCodes[length] >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
            firstCodes[length] += 1
            for offset in stride(from: reversed, to: 1 << width, by: 1 << length) {
                entries[offset] = UInt16(symbol << 4 | length)
            }
        }
    }

    /// The codes of blocks that bring none of their own (RFC 1951, 3.2.6).
    static let fixedLiterals: HuffmanTable? = {
        var lengths = [UInt8](repeating: 8, count: 288)
        for symbol in 144..<256 { lengths[symbol] = 9 }
        for symbol in 256..<280 { lengths[symbol] = 7 }
        return HuffmanTable(lengths: lengths[...])
    }()

    static let fixedDistances = HuffmanTable(lengths: [UInt8](repeating: 5, count: 30)[...])
}
