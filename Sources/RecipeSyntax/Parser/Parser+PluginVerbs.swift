// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// How many dotted words at the present token are a plugin's verb; nil where they begin an expression.
    mutating func pluginVerb() -> Int? {
        var end = Int(token.end)
        var parts = 1
        while lexer.byte(end) == UInt8(ascii: "."), isNameStart(lexer.byte(end + 1)) {
            end += 2
            while isNamePart(lexer.byte(end)) { end += 1 }
            parts += 1
        }
        guard parts > 1 else { return nil }
        let name = String(decoding: bytes[Int(token.start)..<end], as: UTF8.self)
        var next = end
        while lexer.byte(next) == UInt8(ascii: " ") || lexer.byte(next) == UInt8(ascii: "\t") { next += 1 }
        if endsCommand(next) { return mode == .file || pluginVerbs.contains(name) ? parts : nil }
        return next > end && !goesOnWithOperator(at: next) ? parts : nil
    }

    /// True where an operator and not a command's word stands at an offset behind a blank.
    private func goesOnWithOperator(at offset: Int) -> Bool {
        let next = lexer.byte(offset + 1)
        let isAlone = next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") || endsCommand(offset + 1)
        switch lexer.byte(offset) {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "|"): return true
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "%"):
            return isAlone || next == UInt8(ascii: "=") || next == UInt8(ascii: ">")
        case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"): return isAlone
        case UInt8(ascii: "&"): return next == UInt8(ascii: "&")
        case UInt8(ascii: "."): return isNameStart(next)
        default: return ["and", "or", "in", "not"].contains(wordAt(offset))
        }
    }

    private func wordAt(_ offset: Int) -> String {
        String(decoding: bytes[offset...].prefix { isNamePart($0) }, as: UTF8.self)
    }
}
