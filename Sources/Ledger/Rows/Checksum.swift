// SPDX-License-Identifier: Apache-2.0

/// Tells a row that decayed on the disk from one that is whole.
///
/// SQLite's own check sees broken pages, not changed text inside a whole page. This is FNV-1a over words of eight
/// bytes; it protects from accidents, not from people.
struct Checksum {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// What the table keeps for these columns.
    static func of(_ texts: [String?], _ numbers: [Int64?]) -> Int64 {
        var sum = Checksum()
        for text in texts { sum.add(text) }
        for number in numbers { sum.add(number) }
        return sum.value
    }

    private var value: Int64 { Int64(bitPattern: state) }

    private mutating func mix(_ word: UInt64) {
        state = (state ^ word) &* 0x0000_0100_0000_01B3
        state ^= state >> 29
    }

    private mutating func add(_ number: Int64?) {
        mix(number == nil ? 0x9E37_79B9_7F4A_7C15 : 1)
        if let number { mix(UInt64(bitPattern: number)) }
    }

    private mutating func add(_ text: String?) {
        guard var text else { return mix(0x9E37_79B9_7F4A_7C15) }
        text.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            mix(UInt64(raw.count))
            var offset = 0
            while offset + 8 <= raw.count {
                mix(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                offset += 8
            }
            var tail: UInt64 = 0
            while offset < raw.count {
                tail = tail << 8 | UInt64(raw[offset])
                offset += 1
            }
            mix(tail)
        }
    }
}
