// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The bits of a deflate stream, the lowest first.
struct BitReader {
    private let source: any ByteSource
    private let name: String
    private let input: UnsafeMutableRawBufferPointer
    private let inputOwner: InputOwner
    private var at = 0
    private var end = 0
    private var buffer: UInt64 = 0
    private var count = 0

    /// Frees the input when the reader goes.
    private final class InputOwner {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 8)
        deinit { bytes.deallocate() }
    }

    init(_ source: any ByteSource, name: String) {
        self.source = source
        self.name = name
        inputOwner = InputOwner()
        input = inputOwner.bytes
    }

    /// Makes sure of so many bits, at most 32.
    @inline(__always)
    private mutating func need(_ wanted: Int) throws(CallError) {
        if count >= wanted { return }
        try refill()
        if count < wanted { throw .damagedGzip(name, "it ends too early") }
    }

    private mutating func refill() throws(CallError) {
        while count <= 56 {
            if at == end {
                end = try source.read(into: input)
                at = 0
                if end == 0 { return }
            }
            buffer |= UInt64(input[at]) << UInt64(count)
            at += 1
            count += 8
        }
    }

    /// The next bits as a number, at most 32.
    @inline(__always)
    mutating func take(_ wanted: Int) throws(CallError) -> Int {
        try need(wanted)
        let value = Int(truncatingIfNeeded: buffer & (1 << UInt64(wanted) - 1))
        drop(wanted)
        return value
    }

    @inline(__always)
    private mutating func drop(_ bits: Int) {
        buffer >>= UInt64(bits)
        count -= bits
    }

    mutating func dropToByte() { drop(count & 7) }

    mutating func hasByte() throws(CallError) -> Bool {
        if count < 8 { try refill() }
        return count >= 8
    }

    mutating func peekByte() throws(CallError) -> UInt8 {
        try need(8)
        return UInt8(truncatingIfNeeded: buffer)
    }

    /// The next symbol of a code.
    ///
    /// The trailer behind the stream sees to it that the longest code can be looked at.
    @inline(__always)
    mutating func symbol(_ table: borrowing HuffmanTable) throws(CallError) -> Int {
        try need(HuffmanTable.longest)
        let entry = Int(table.entries[Int(truncatingIfNeeded: buffer & UInt64(table.entries.count - 1))])
        guard entry != 0 else { throw .damagedGzip(name, "bits that are no code") }
        drop(entry & 15)
        return entry >> 4
    }

    private static let lengthStarts: [Int] = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    ]
    private static let lengthBits: [Int] = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    ]

    /// The length of a match whose symbol was read; nil where the symbol has none (RFC 1951, 3.2.5).
    mutating func length(_ symbol: Int) throws(CallError) -> Int? {
        let row = symbol - 257
        guard row < Self.lengthStarts.count else { return nil }
        return Self.lengthStarts[row] + (try take(Self.lengthBits[row]))
    }

    /// How far back a match begins.
    mutating func distance(_ table: borrowing HuffmanTable) throws(CallError) -> Int? {
        let symbol = try symbol(table)
        guard symbol < 30 else { return nil }
        if symbol < 4 { return symbol + 1 }
        let extra = symbol / 2 - 1
        return (2 + symbol & 1) << extra + 1 + (try take(extra))
    }

    private static let orderOfLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    /// The codes that a block brings (RFC 1951, 3.2.7); nil where they are impossible.
    mutating func tables() throws(CallError) -> (literals: HuffmanTable, distances: HuffmanTable)? {
        let literalCount = try take(5) + 257
        let distanceCount = try take(5) + 1
        let lengthCount = try take(4) + 4
        var lengthLengths = [UInt8](repeating: 0, count: 19)
        for row in 0..<lengthCount { lengthLengths[Self.orderOfLengths[row]] = UInt8(truncatingIfNeeded: try take(3)) }
        guard literalCount <= 286, let lengthTable = HuffmanTable(lengths: lengthLengths[...]) else { return nil }
        var lengths: [UInt8] = []
        while lengths.count < literalCount + distanceCount {
            switch try symbol(lengthTable) {
            case let length where length < 16: lengths.append(UInt8(truncatingIfNeeded: length))
            case 16:
                guard let last = lengths.last else { return nil }
                lengths.append(contentsOf: repeatElement(last, count: 3 + (try take(2))))
            case 17: lengths.append(contentsOf: repeatElement(0, count: 3 + (try take(3))))
            default: lengths.append(contentsOf: repeatElement(0, count: 11 + (try take(7))))
            }
        }
        guard lengths.count == literalCount + distanceCount,
            let literals = HuffmanTable(lengths: lengths[..<literalCount]),
            let distances = HuffmanTable(lengths: lengths[literalCount...])
        else { return nil }
        return (literals, distances)
    }
}
