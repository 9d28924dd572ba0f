// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Lexer {
    /// Skips what stands between tokens. Answers with a token only where a line end breaks an open string.
    mutating func skipBlanks(_ flags: inout Token.Flags) -> Token? {
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                offset += 1
            case UInt8(ascii: "\n"):
                if openLineStrings > 0 { return breakStrings(at: offset) }
                offset += 1
                flags.insert(.newlineBefore)
            case UInt8(ascii: "\r"):
                if openLineStrings > 0 { return breakStrings(at: offset) }
                checkCarriageReturn(at: offset)
                offset += 1
                flags.insert(.newlineBefore)
            case UInt8(ascii: "#"):
                let start = offset
                skipLine()
                comments.append(SourceRange(start, offset))
            case UInt8(ascii: "/") where byte(offset + 1) == UInt8(ascii: "/"):
                report(.unknownOperator("//", instead: "#"), offset, offset + 2)
                skipLine()
            case UInt8(ascii: "@") where !isNameStart(byte(offset + 1)):
                report(.metaWithoutName, offset, offset + 1)
                offset += 1
            case 0x80...:
                guard skipForeignBlank() else { return nil }
            default:
                return nil
            }
            flags.insert(.blankBefore)
        }
        flags.insert(.blankBefore)
        return nil
    }

    /// Goes to the end of the line, reporting what may not even stand in a comment.
    mutating func skipLine() {
        while offset < bytes.count, !isLineEnd(offset) {
            offset += bytes[offset] < 0x80 ? 1 : checkedLength(at: offset)
        }
    }

    /// True at a line feed, with or without a carriage return before it.
    func isLineEnd(_ offset: Int) -> Bool {
        let byte = byte(offset)
        return byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
