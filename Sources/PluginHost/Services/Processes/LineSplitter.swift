// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream of bytes into redacted lines of text.
struct LineSplitter {
    private let redactor: Redactor
    private var pending: [UInt8] = []
    /// A line longer than this is given in pieces.
    private static let longestLine = 1 << 16

    init(redactor: Redactor) { self.redactor = redactor }

    /// Takes bytes and gives each line that is complete, without its end; bytes that are not UTF-8 are replaced.
    mutating func add(_ bytes: [UInt8], _ line: (String) -> Void) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            pending += rest[..<end]
            rest = rest[(end + 1)...]
            if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
            line(String(decoding: redactor.redact(pending), as: UTF8.self))
            pending.removeAll(keepingCapacity: true)
        }
        pending += rest
        if pending.count > Self.longestLine { giveBeginning(line) }
    }

    /// Gives the last line where the stream did not end with a line's end.
    mutating func finish(_ line: (String) -> Void) {
        if !pending.isEmpty { line(String(decoding: redactor.redact(pending), as: UTF8.self)) }
        pending = []
    }

    /// Gives the part of an endless line in which no secret can begin that ends behind it.
    private mutating func giveBeginning(_ line: (String) -> Void) {
        let masked = redactor.redact(pending)
        var end = max(0, masked.count - redactor.longestForm)
        if end == 0 { return }
        // Not in the middle of a character.
        while end > 0, end < masked.count, masked[end] & 0xC0 == 0x80 { end -= 1 }
        line(String(decoding: masked[..<end], as: UTF8.self))
        pending = Array(masked[end...])
    }
}
