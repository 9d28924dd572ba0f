// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream of bytes into redacted lines of text.
struct LineSplitter {
    private let redactor: Redactor
    private var pending: [UInt8] = []
    /// Lines at whose end a secret may have begun: programs break long texts, such as base64, into lines.
    private var held: [[UInt8]] = []
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
            held.append(pending)
            pending.removeAll(keepingCapacity: true)
            let whole = held.count == 1 ? held[0] : Self.joined(held)
            if whole.count > Self.longestLine || !redactor.isCutOff(at: whole) { giveHeld(line) }
        }
        pending += rest
        if pending.count > Self.longestLine { giveBeginning(line) }
    }

    /// Gives the last line where the stream did not end with a line's end.
    mutating func finish(_ line: (String) -> Void) {
        if !pending.isEmpty { held.append(pending) }
        pending = []
        giveHeld(line)
    }

    /// Gives the lines that were held back: as they are, or as one where a secret goes from one into another.
    private mutating func giveHeld(_ line: (String) -> Void) {
        let masked = held.map { redactor.redact($0) }
        let whole = held.count > 1 ? redactor.redact(Self.joined(held)) : []
        held = []
        for bytes in whole.isEmpty || whole == Self.joined(masked) ? masked : [whole] {
            line(String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func joined(_ lines: [[UInt8]]) -> [UInt8] {
        Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// Gives the part of an endless line in which no secret can begin that ends behind it.
    private mutating func giveBeginning(_ line: (String) -> Void) {
        giveHeld(line)
        let masked = redactor.redact(pending)
        var end = max(0, masked.count - redactor.longestForm)
        if end == 0 { return }
        // Not in the middle of a character.
        while end > 0, end < masked.count, masked[end] & 0xC0 == 0x80 { end -= 1 }
        line(String(decoding: masked[..<end], as: UTF8.self))
        pending = Array(masked[end...])
    }
}
