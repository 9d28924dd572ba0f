// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// Reports a fault after which reading goes on.
    mutating func note(_ fault: SyntaxFault, _ range: SourceRange) {
        if !isRecovering { faults.append(LocatedFault(fault, range)) }
    }

    /// Reports a fault that spoils the bracket or statement. Silent where the lexer has reported the present token.
    mutating func fail(_ fault: SyntaxFault, _ range: SourceRange) {
        if !token.isReported { note(fault, range) }
        isRecovering = true
    }

    /// Reports that something is missing before the present token.
    mutating func failExpecting(_ what: String) { fail(.expected(what), missingPlace) }

    /// Where something missing should have stood: at the present token, or behind the last one where that ends its
    /// line.
    var missingPlace: SourceRange {
        if !beginsLine, token.kind != .end { return token.range }
        if token.kind == .end, mode == .prompt { return token.range }
        var end = previousEnd
        while end < bytes.count, bytes[end] == UInt8(ascii: " ") || bytes[end] == UInt8(ascii: "\t") { end += 1 }
        if end < bytes.count, !lexer.isLineEnd(end) { end = previousEnd }
        return SourceRange(end, end)
    }

    /// Goes into a bracket or behind a prefix; false, with a report, where that is one too deep. To be paired with
    /// `leave()` either way.
    mutating func enter(_ opener: Token) -> Bool {
        depth += 1
        if depth <= Recipe.deepestNesting { return true }
        note(.nestingTooDeep, opener.range)
        return false
    }

    mutating func leave() { depth -= 1 }

    /// Takes the height of a node above its parts; false, with a report, where the tree is too tall to be walked.
    mutating func grow(above parts: Int, at op: Token) -> Bool {
        height = parts + 1
        if height <= Self.tallest { return true }
        fail(.expressionTooLong, op.range)
        return false
    }

    /// Chains inside chains may not add up beyond this, whatever the limits of each.
    static let tallest = Recipe.deepestNesting + Recipe.longestChain + 80

    /// The expression that stands for what could not be read.
    func invalid(from start: Int) -> Expression { .invalid(range(from: start)) }
}
