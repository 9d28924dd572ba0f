// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The content of a gzip file (RFC 1952), unpacked while it is read, in memory that does not grow with the file.
///
/// Several members one after the other are one content, as `cat a.gz b.gz` makes them.
final class GzipSource: ByteSource {
    private enum Stage {
        case member
        case block
        case stored(left: Int)
        case compressed(literals: HuffmanTable, distances: HuffmanTable)
        case end
    }

    /// As far back as a match may reach.
    static let history = 32 << 10
    private static let produced = 64 << 10
    private static let longestMatch = 258

    private var bits: BitReader
    private var stage = Stage.member
    private var isLastBlock = false
    private let output: UnsafeMutablePointer<UInt8>
    /// Bytes before `delivered` have been handed on, those before `filled` exist.
    private var delivered = 0
    private var filled = 0
    private var memberStart = 0
    private var checksum = CRC32()
    private var size: UInt32 = 0
    private let name: String

    init(_ source: any ByteSource, name: String) {
        bits = BitReader(source, name: name)
        self.name = name
        output = .allocate(capacity: Self.history + Self.produced + Self.longestMatch)
    }

    deinit { output.deallocate() }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CallError) -> Int {
        var count = 0
        while count < buffer.count {
            if delivered == filled {
                if case .end = stage { break }
                try produce()
                continue
            }
            let piece = min(filled - delivered, buffer.count - count)
            UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(
                from: UnsafeRawBufferPointer(start: output + delivered, count: piece))
            delivered += piece
            count += piece
        }
        return count
    }

    /// Unpacks some more.
    ///
    /// Everything before was handed on.
    private func produce() throws(CallError) {
        if filled > Self.history {
            let dropped = filled - Self.history
            output.update(from: output + dropped, count: Self.history)
            filled = Self.history
            delivered = filled
            memberStart = max(0, memberStart - dropped)
        }
        let start = filled
        switch stage {
        case .member: try beginMember()
        case .block: try beginBlock()
        case .stored(let left):
            let count = min(left, Self.produced)
            for _ in 0..<count {
                output[filled] = UInt8(truncatingIfNeeded: try bits.take(8))
                filled += 1
            }
            stage = left == count ? behindBlock : .stored(left: left - count)
        case .compressed(let literals, let distances):
            if try expand(literals, distances) { stage = behindBlock }
        case .end: return
        }
        checksum.update(UnsafeBufferPointer(start: output + start, count: filled - start))
        size &+= UInt32(truncatingIfNeeded: filled - start)
        if case .member = stage, isLastBlock { try endMember() }
    }

    private var behindBlock: Stage { isLastBlock ? .member : .block }

    /// Copies literals and matches until the block ends (true) or enough was produced.
    private func expand(_ literals: HuffmanTable, _ distances: HuffmanTable) throws(CallError) -> Bool {
        // Local copies for the time of the loop, which runs once for each literal and match.
        var (bits, filled) = (bits, filled)
        let (output, memberStart) = (output, memberStart)
        defer { (self.bits, self.filled) = (bits, filled) }
        let limit = Self.history + Self.produced
        while filled < limit {
            let symbol = try bits.symbol(literals)
            if symbol < 256 {
                output[filled] = UInt8(truncatingIfNeeded: symbol)
                filled += 1
                continue
            }
            if symbol == 256 { return true }
            guard let length = try bits.length(symbol), let distance = try bits.distance(distances),
                distance <= filled - memberStart
            else { throw damaged("a match that points nowhere") }
            let from = filled - distance
            for offset in 0..<length { output[filled + offset] = output[from + offset] }
            filled += length
        }
        return false
    }

    private func beginBlock() throws(CallError) {
        isLastBlock = try bits.take(1) == 1
        switch try bits.take(2) {
        case 0:
            bits.dropToByte()
            let length = try bits.take(16)
            guard try bits.take(16) == ~length & 0xFFFF else { throw damaged("a stored block of an impossible length") }
            stage = length == 0 ? behindBlock : .stored(left: length)
        case 1:
            guard let literals = HuffmanTable.fixedLiterals, let distances = HuffmanTable.fixedDistances else {
                throw damaged("no fixed codes")
            }
            stage = .compressed(literals: literals, distances: distances)
        case 2:
            guard let (literals, distances) = try bits.tables() else { throw damaged("impossible codes") }
            stage = .compressed(literals: literals, distances: distances)
        default: throw damaged("a block of an unknown type")
        }
    }

    /// Reads the header of a member, or finds the end: nothing, or zeros that pad the file, behind the last member.
    private func beginMember() throws(CallError) {
        while try bits.hasByte(), try bits.peekByte() == 0 { _ = try bits.take(8) }
        guard try bits.hasByte() else {
            stage = .end
            return
        }
        guard try bits.take(16) == 0x8B1F, try bits.take(8) == 8 else {
            throw damaged("no gzip member where one should be")
        }
        let flags = try bits.take(8)
        for _ in 0..<6 { _ = try bits.take(8) }
        if flags & 4 != 0 { for _ in 0..<(try bits.take(16)) { _ = try bits.take(8) } }
        for flag in [8, 16] where flags & flag != 0 { while try bits.take(8) != 0 {} }
        if flags & 2 != 0 { _ = try bits.take(16) }
        (checksum, size, isLastBlock, memberStart) = (CRC32(), 0, false, filled)
        stage = .block
    }

    private func endMember() throws(CallError) {
        bits.dropToByte()
        let low = try bits.take(16)
        let sum = UInt32(truncatingIfNeeded: try bits.take(16) << 16 | low)
        let lowSize = try bits.take(16)
        let length = UInt32(truncatingIfNeeded: try bits.take(16) << 16 | lowSize)
        guard sum == checksum.value, length == size else { throw damaged("a checksum that does not match") }
        isLastBlock = false
    }

    private func damaged(_ what: String) -> CallError { .damagedGzip(name, what) }
}

extension CallError {
    static func damagedGzip(_ name: String, _ what: String) -> CallError {
        CallError(
            .invalid,
            Diagnostic(
                .ingestDamagedGzip, "the gzip file '\(name)' is damaged: \(what)",
                help: ["fetch the file again; `gzip -t` says whether it is whole"]))
    }
}
