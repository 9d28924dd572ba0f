// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A ZIP archive that is written file by file, without compression: the same content makes the same archive.
struct ZipFile {
    private static let part = 8 << 20
    /// The first day that the format knows.
    private static let date: UInt64 = 0x0021
    private static let crcTable: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }

    private let file: PartFile
    private var offset: Int64 = 0
    private var directory: [UInt8] = []
    private var count = 0

    init(writing path: String) throws(CallError) { file = try PartFile(writing: path) }

    mutating func add(_ name: String, _ bytes: [UInt8]) throws(CallError) {
        var crc: UInt32 = 0xFFFF_FFFF
        Self.update(&crc, bytes)
        try begin(name, crc: ~crc, size: Int64(bytes.count), isExecutable: false)
        try write(bytes)
    }

    mutating func add(_ name: String, from path: String, isExecutable: Bool) throws(CallError) {
        let source = try PartFile(reading: path)
        var crc: UInt32 = 0xFFFF_FFFF
        var at: Int64 = 0
        while at < source.size {
            let bytes = try source.read(at: at, count: Int(min(Int64(Self.part), source.size - at)))
            Self.update(&crc, bytes)
            at += Int64(bytes.count)
        }
        try begin(name, crc: ~crc, size: source.size, isExecutable: isExecutable)
        at = 0
        while at < source.size {
            let bytes = try source.read(at: at, count: Int(min(Int64(Self.part), source.size - at)))
            try write(bytes)
            at += Int64(bytes.count)
        }
        try source.checkUnchanged()
    }

    /// Ends the archive.
    ///
    /// - Returns: How long it is.
    mutating func finish() throws(CallError) -> Int64 {
        let start = offset
        try write(directory)
        var end = Self.bytes(0x0605_4B50, 4) + Self.bytes(0, 4)
        end += Self.bytes(UInt64(count), 2) + Self.bytes(UInt64(count), 2)
        end += Self.bytes(UInt64(directory.count), 4) + Self.bytes(UInt64(start), 4) + Self.bytes(0, 2)
        try write(end)
        try file.commit()
        return offset
    }

    private mutating func begin(
        _ name: String, crc: UInt32, size: Int64, isExecutable: Bool
    ) throws(CallError) {
        guard offset + size < Int64(UInt32.max), count < Int(UInt16.max) else {
            throw CallError(.invalid, "the files are more than a ZIP archive takes")
        }
        let text = Array(name.utf8)
        // Made on UNIX, whose permissions stand in the directory; names are UTF-8; stored as they are.
        var common = Self.bytes(10, 2) + Self.bytes(1 << 11, 2) + Self.bytes(0, 2) + Self.bytes(0, 2)
        common += Self.bytes(Self.date, 2) + Self.bytes(UInt64(crc), 4)
        common += Self.bytes(UInt64(size), 4) + Self.bytes(UInt64(size), 4) + Self.bytes(UInt64(text.count), 2)
        common += Self.bytes(0, 2)
        let mode: UInt64 = 0o100_000 | (isExecutable ? 0o755 : 0o644)
        directory += Self.bytes(0x0201_4B50, 4) + Self.bytes(3 << 8 | 20, 2) + common
        directory += Self.bytes(0, 2) + Self.bytes(0, 2) + Self.bytes(0, 2) + Self.bytes(mode << 16, 4)
        directory += Self.bytes(UInt64(offset), 4) + text
        count += 1
        try write(Self.bytes(0x0403_4B50, 4) + common + text)
    }

    private mutating func write(_ bytes: [UInt8]) throws(CallError) {
        try file.write(bytes, at: offset)
        offset += Int64(bytes.count)
    }

    private static func update(_ crc: inout UInt32, _ bytes: [UInt8]) {
        var state = crc
        crcTable.withUnsafeBufferPointer { table in
            for byte in bytes { state = state >> 8 ^ table[Int((state ^ UInt32(byte)) & 0xFF)] }
        }
        crc = state
    }

    /// The lowest bytes of a number, the lowest first.
    private static func bytes(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64($0 * 8)) }
    }
}
