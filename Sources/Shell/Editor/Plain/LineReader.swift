// SPDX-License-Identifier: Apache-2.0

/// Cuts bytes into lines of text, and tells where they are not UTF-8.
struct LineReader {
    enum Line: Equatable {
        case text(String)
        case invalid(InvalidText)
    }

    private var bytes: [UInt8] = []
    private var start = 0
    private var number = 0

    /// True when no byte waits to become a line.
    var isEmpty: Bool { start == bytes.count }

    mutating func feed(_ added: [UInt8]) {
        bytes.removeFirst(start)
        start = 0
        bytes += added
    }

    /// The next whole line without its end, be that `\n` or `\r\n`; nil when it is not there yet.
    mutating func next() -> Line? {
        guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { start = end + 1 }
        return line(bytes[start..<end])
    }

    /// The last line, where the input ends without a line end.
    mutating func last() -> Line? {
        guard start < bytes.count else { return nil }
        defer { start = bytes.count }
        return line(bytes[start...])
    }

    private mutating func line(_ line: ArraySlice<UInt8>) -> Line {
        number += 1
        var line = line
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if let text = String(validating: line, as: UTF8.self) { return .text(text) }
        let valid = Self.validPrefix(of: line)
        let byte = line.dropFirst(valid).first ?? 0
        return .invalid(InvalidText(line: number, column: valid + 1, byte: byte))
    }

    /// How many bytes at the start are whole characters.
    private static func validPrefix(of bytes: ArraySlice<UInt8>) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var valid = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { valid += UTF8.width(scalar) }
        return valid
    }
}
