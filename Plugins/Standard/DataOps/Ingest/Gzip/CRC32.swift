// SPDX-License-Identifier: Apache-2.0

/// The checksum of gzip (RFC 1952, 8), eight bytes at a time.
struct CRC32 {
    private var state: UInt32 = 0xFFFF_FFFF

    var value: UInt32 { ~state }

    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1
            }
        }
        for offset in 256..<tables.count {
            let before = tables[offset - 256]
            tables[offset] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()

    mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
        var state = state
        Self.tables.withUnsafeBufferPointer { table in
            var at = 0
            while bytes.count - at >= 8 {
                let word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: at, as: UInt64.self)
                let mixed = UInt64(littleEndian: word) ^ UInt64(state)
                state = 0
                for byte in 0..<8 {
                    state ^= table[(7 - byte) << 8 + Int(truncatingIfNeeded: mixed >> UInt64(byte * 8) & 0xFF)]
                }
                at += 8
            }
            while at < bytes.count {
                state = state >> 8 ^ table[Int((state ^ UInt32(bytes[at])) & 0xFF)]
                at += 1
            }
        }
        self.state = state
    }
}
