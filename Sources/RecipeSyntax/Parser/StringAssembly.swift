// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Puts a string's value together: resolves escapes, strips indentation, and makes line ends the same everywhere.
///
/// In a block the text begins on the line below the opener. The closer's indentation is taken from every line, and
/// where the closer stands on a line of its own, that line and the line end before it are no text.
struct StringAssembly {
    /// A piece as the lexer cut it.
    enum Piece {
        case text(SourceRange)
        case hole(Expression, SourceRange)
    }

    private let bytes: [UInt8]
    private let range: SourceRange
    private let form: StringLiteral.Form
    /// What is taken from the beginning of each line of a block.
    private var indentation: ArraySlice<UInt8> = []
    /// Where the text begins and ends, quotes and a block's outer lines apart.
    private var body: Range<Int>
    /// Lines that are indented less than the closer.
    private(set) var faults: [LocatedFault] = []

    init(_ bytes: [UInt8], _ range: SourceRange, isClosed: Bool) {
        self.bytes = bytes
        self.range = range
        let start = Int(range.lower)
        form = Self.form(bytes, at: start)
        let isBlock = form == .block || form == .rawBlock
        let quotes = form == .restOfLine ? 0 : isBlock ? 3 : 1
        let opener = quotes + (form == .rawLine || form == .rawBlock ? 1 : 0)
        let end = Int(range.upper) - (isClosed ? quotes : 0)
        body = Swift.min(start + opener, end)..<end
        if isBlock { trimBlock(isClosed: isClosed) }
    }

    /// How the string that begins at an offset is written.
    private static func form(_ bytes: [UInt8], at start: Int) -> StringLiteral.Form {
        let isRaw = bytes[start...].starts(with: [UInt8(ascii: "r"), UInt8(ascii: "\"")])
        let quotes = bytes[(isRaw ? start + 1 : start)...].prefix(3).prefix { $0 == UInt8(ascii: "\"") }.count
        switch quotes {
        case 0: return .restOfLine
        case 3: return isRaw ? .rawBlock : .block
        default: return isRaw ? .rawLine : .line
        }
    }

    /// Narrows the body to the block's own lines and finds the closer's indentation.
    private mutating func trimBlock(isClosed: Bool) {
        let afterOpener = bytes[body].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? body.upperBound
        var end = body.upperBound
        if isClosed {
            let lineStart = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            indentation = bytes[lineStart..<end].prefix { Self.isBlank($0) }
            if indentation.endIndex == end, lineStart >= afterOpener {
                end = Swift.max(afterOpener, lineStart - 1)
                if end > afterOpener, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            }
        }
        body = Swift.min(afterOpener, end)..<end
    }

    /// The string made of these pieces; without any of its one piece of text.
    mutating func assemble(_ pieces: [Piece]?) -> StringLiteral {
        var parts: [StringPart] = []
        for piece in pieces ?? [.text(SourceRange(body.lowerBound, body.upperBound))] {
            switch piece {
            case .hole(let value, let range): parts.append(.hole(value, range))
            case .text(let range):
                let lower = Swift.max(Int(range.lower), body.lowerBound)
                let upper = Swift.min(Int(range.upper), body.upperBound)
                guard lower < upper else { continue }
                let text = decode(lower..<upper)
                if !text.isEmpty { parts.append(.text(text, SourceRange(lower, upper))) }
            }
        }
        return StringLiteral(parts: parts, form: form, range: range)
    }

    private mutating func decode(_ range: Range<Int>) -> String {
        let isRaw = form == .rawLine || form == .rawBlock || form == .restOfLine
        let isBlock = form == .block || form == .rawBlock
        if !isBlock, isRaw || !bytes[range].contains(UInt8(ascii: "\\")) {
            return String(decoding: bytes[range], as: UTF8.self)
        }
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var offset = range.lowerBound
        if isBlock, offset == body.lowerBound { offset = skipIndentation(offset, range.upperBound) }
        while offset < range.upperBound {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\\"), !isRaw {
                let escape = StringEscape.read(bytes, at: offset, before: range.upperBound)
                if let scalar = escape.scalar {
                    text.append(contentsOf: Array(String(scalar).utf8))
                } else {
                    text.append(contentsOf: bytes[offset..<offset + escape.length])
                }
                offset += escape.length
            } else if isBlock, byte == UInt8(ascii: "\r"), offset + 1 < bytes.count,
                bytes[offset + 1] == UInt8(ascii: "\n")
            {
                offset += 1
            } else {
                text.append(byte)
                offset += 1
                if isBlock, byte == UInt8(ascii: "\n") { offset = skipIndentation(offset, range.upperBound) }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The offset behind a line's share of the indentation; a line of blanks alone may have less of it.
    private mutating func skipIndentation(_ lineStart: Int, _ end: Int) -> Int {
        let line = bytes[lineStart..<end]
        if line.starts(with: indentation) { return lineStart + indentation.count }
        let blanks = line.prefix { Self.isBlank($0) }
        let isBlankLine =
            blanks.endIndex < end
            && (bytes[blanks.endIndex] == UInt8(ascii: "\n") || bytes[blanks.endIndex] == UInt8(ascii: "\r"))
        if !isBlankLine, !(blanks.isEmpty && lineStart == end && end == body.upperBound) {
            faults.append(
                LocatedFault(.underIndented, SourceRange(lineStart, Swift.max(blanks.endIndex, lineStart + 1))))
        }
        return blanks.endIndex
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
