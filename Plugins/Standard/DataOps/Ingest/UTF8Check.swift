// SPDX-License-Identifier: Apache-2.0

/// Tells whether bytes are text.
enum UTF8Check {
    /// Why the bytes are no text in UTF-8; nil where they are.
    static func problem(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> RowProblem? {
        var at = 0
        while at < count {
            // Eight bytes at a time as long as each is ASCII and none is 0.
            while count - at >= 8 {
                let word = UnsafeRawPointer(bytes + at).loadUnaligned(as: UInt64.self)
                let zeros = (word &- 0x0101_0101_0101_0101) & ~word
                if (word | zeros) & 0x8080_8080_8080_8080 != 0 { break }
                at += 8
            }
            guard at < count else { break }
            if bytes[at] == 0 { return .nulByte }
            guard let length = length(ofCharacterAt: bytes + at, count - at) else { return .notUTF8 }
            at += length
        }
        return nil
    }

    /// The number of bytes of a well-formed character (Unicode, table 3-7); nil where there is none.
    private static func length(ofCharacterAt bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        let first = bytes[0]
        if first < 0x80 { return 1 }
        let (length, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard count >= length, second.contains(bytes[1]) else { return nil }
        for offset in 2..<max(length, 2) where !(0x80...0xBF).contains(bytes[offset]) { return nil }
        return length
    }
}
