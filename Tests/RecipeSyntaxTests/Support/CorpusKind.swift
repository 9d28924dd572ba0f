// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Diagnostic {
    /// The corpus' short name for the problem.
    var corpusKind: String {
        let quoted = message.split(separator: "'", omittingEmptySubsequences: false)
        let word = quoted.count > 1 ? String(quoted[1]) : ""
        switch code.text {
        case "S0102": return "unexpected character"
        case "S0103": return "bidirectional control"
        case "S0104": return "lone carriage return"
        case "S0105": return "non-ASCII name"
        case "S0106": return "typographic quotes"
        case "S0107": return "single quotes"
        case "S0108": return "unclosed string"
        case "S0109": return "unclosed \"\"\""
        case "S0110": return "text after \"\"\""
        case "S0111": return "unknown escape"
        case "S0113": return "unknown suffix"
        case "S0114": return "compound unit"
        case "S0115": return "malformed date"
        case "S0116": return "no such date"
        case "S0117": return "time without a zone"
        case "S0118": return "no such time"
        case "S0119": return "integer too large"
        case "S0120": return "leading zero"
        case "S0122": return "@ without a name"
        case "S0123": return "unknown operator"
        case "S0124": return "% needs a space on its left"
        case "S0125": return "unexpected version"
        case "S0201", "S0302": return "expected " + word
        case "S0202": return "expected an expression"
        case "S0203": return "expected a name"
        case "S0204": return "expected end of statement"
        case "S0205": return "expected , or " + (quoted.count > 3 ? quoted[3] : "")
        case "S0206", "S0207": return "unexpected " + word
        case "S0208": return "unclosed " + word
        case "S0209": return "empty hole"
        case "S0210": return "reserved word"
        case "S0211": return "chained comparison"
        case "S0212": return "not in"
        case "S0213": return message.hasPrefix("a lambda") ? "lambda needs parentheses" : word + " needs parentheses"
        case "S0214": return "positional after named"
        case "S0215": return "= in an object"
        case "S0216": return "computed key needed"
        case "S0217": return "for after several elements"
        case "S0218": return "hole in a plain string"
        case "S0219": return "meta field here"
        case "S0220": return "nesting over 64"
        case "S0221": return "expression too long"
        case "S0301": return "expected a reason"
        case "S0303": return "{ on its own line"
        case "S0304": return "else on its own line"
        case "S0305": return "value in a capability"
        case "S0306": return "unknown statement"
        case "S0308": return message.hasSuffix("in a file") ? "expression in a file" : "expression in a block"
        case "S0309": return "\(word) not allowed in " + (message.split(separator: " ").last ?? "")
        case "S0310": return "command in a block"
        case "S0311": return "declaration after a command"
        case "S0401": return "& not at the end"
        case "S0402": return "quote inside a word"
        default: return message
        }
    }
}
