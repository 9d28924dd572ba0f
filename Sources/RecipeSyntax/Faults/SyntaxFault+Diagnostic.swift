// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The words of faults. The message says what is wrong with this text, the label what to write instead where one line
/// can say it.
extension SyntaxFault {
    /// One sentence without a full stop.
    var message: String {
        switch self {
        case .notUTF8: "this byte is not UTF-8"
        case .unexpectedCharacter(let scalar): "unexpected character \(Self.shown(scalar))"
        case .bidirectionalControl(let scalar):
            "the invisible character \(Self.shown(scalar)) changes the order of the text"
        case .loneCarriageReturn: "a carriage return stands here without a line feed"
        case .foreignName: "names are made of ASCII letters, digits and '_'"
        case .typographicQuotes: "strings stand in straight quotes"
        case .singleQuotes: "strings stand in double quotes"
        case .unclosedString: "this string has no closing '\"' on its line"
        case .unclosedBlock: "this text has no closing '\"\"\"'"
        case .textAfterBlockOpener: "text stands behind the opening '\"\"\"'"
        case .unknownEscape: "unknown escape"
        case .underIndented: "this line is indented less than the closing '\"\"\"'"
        case .unknownSuffix(let suffix): "numbers have no suffix '\(suffix)'"
        case .compoundUnit: "a number has one unit"
        case .malformedDate: "this date or time is not fully written"
        case .noSuchDate: "there is no such day"
        case .timeWithoutZone: "this time has no zone"
        case .noSuchTime: "there is no such time"
        case .numberTooLarge: "this number is too large"
        case .leadingZero: "this number begins with a zero"
        case .amountTooFine(let isTime):
            isTime ? "this is no whole number of nanoseconds" : "this is no whole number of bytes"
        case .metaWithoutName: "'@' stands without a name"
        case .unknownOperator(let written, _): "there is no '\(written)'"
        case .moduloWithoutBlank: "'%' needs a space on its left"
        case .unexpectedVersion: "a version is no value"
        case .expected(let what): "expected \(Self.quoted(what))"
        case .expectedExpression: "expected an expression"
        case .expectedName: "expected a name"
        case .expectedEndOfStatement: "expected the end of the statement"
        case .expectedSeparator(let closer): "expected ',' or '\(closer)'"
        case .unexpectedCloser(let closer): "unexpected '\(closer)'"
        case .unexpectedComma: "unexpected ','"
        case .unclosedBracket(let opener): "this '\(opener)' is not closed"
        case .emptyHole: "this hole is empty"
        case .reservedWord(let word): "'\(word)' is a reserved word and no name"
        case .chainedComparison: "comparisons do not chain"
        case .notIn: "there is no 'not in'"
        case .needsParentheses(let what): "\(Self.quoted(what)) needs parentheses here"
        case .positionalAfterNamed: "a positional argument stands behind a named one"
        case .equalsInObject: "in an object ':' stands between key and value"
        case .computedKeyNeeded: "the key of a comprehension is computed"
        case .forAfterSeveral: "a comprehension has one element"
        case .holeInPlainString: "this string may not have holes"
        case .metaFieldHere: "fields that begin with '@' belong to resources, steps and imports"
        case .nestingTooDeep: "this is nested more than \(Recipe.deepestNesting) deep"
        case .expressionTooLong: "this expression has more than \(Recipe.longestChain) operators in a row"
        default: statementMessage
        }
    }

    private var statementMessage: String {
        switch self {
        case .expectedReason: "expected a reason"
        case .expectedBody: "expected '{'"
        case .braceOnOwnLine: "'{' stands on a line of its own"
        case .elseOnOwnLine: "'else' stands on a line of its own"
        case .valueInCapability: "an output of a capability has no value"
        case .unknownStatement(let word, _): "no statement begins with '\(word)'"
        case .assignment(let name): "nothing is assigned to '\(name)'"
        case .expressionStatement(let context, _): "an expression alone does nothing in \(context.phrase)"
        case .notAllowed(let word, let context): "'\(word)' is not allowed in \(context.phrase)"
        case .commandInBlock(let verb): "the command '\(verb)' is not allowed in a block"
        case .declarationAfterCommand: "a declaration stands behind a command"
        case .backgroundNotAtEnd: "'&' is not at the end of the command"
        case .quoteInsideWord: "a quote stands inside a word"
        default: ""
        }
    }

    /// Shown behind the mark; may be empty.
    var label: String {
        switch self {
        case .unknownOperator(_, let instead): "write '\(instead)' instead"
        case .typographicQuotes, .singleQuotes: "write \"…\""
        case .textAfterBlockOpener: "begin it on the next line"
        case .unknownSuffix("M"), .unknownSuffix("G"), .unknownSuffix("K"), .unknownSuffix("T"):
            "a size ends with 'B': 'MB', 'MiB'"
        case .unknownSuffix("min"), .unknownSuffix("sec"), .unknownSuffix("hours"), .unknownSuffix("days"):
            "durations end with 'ms', 's', 'm', 'h' or 'd'"
        case .timeWithoutZone: "end it with 'Z' or '+01:00'"
        case .moduloWithoutBlank: "write ' % '"
        case .metaWithoutName: "write the name behind it without a blank"
        case .chainedComparison: "write 'and' between two comparisons"
        case .notIn: "write 'not a in b'"
        case .needsParentheses: "put it in parentheses"
        case .equalsInObject: "write ':' instead"
        case .positionalAfterNamed: "put it before the named ones"
        case .forAfterSeveral: "make a list of its own of it"
        case .computedKeyNeeded: "put the key in brackets: '[key]'"
        case .unexpectedComma(let isParameterList): isParameterList ? "a lambda has one parameter" : ""
        case .expectedReason: "write why, as a string on this line"
        case .expectedBody: "write '{}' where there is nothing to say"
        case .braceOnOwnLine: "put it at the end of the line before"
        case .elseOnOwnLine: "put it behind the '}' before it"
        case .unknownStatement(_, let nearest?): "did you mean '\(nearest)'?"
        case .expressionStatement(_, let nearest?): "did you mean '\(nearest)'?"
        case .assignment(let name): "write 'let \(name) = …'"
        case .expectedEndOfStatement(let hint?): hint
        case .unclosedBracket("{"), .unclosedBracket("${"): "'}' is missing"
        case .unclosedBracket("["): "']' is missing"
        case .unclosedBracket: "')' is missing"
        default: ""
        }
    }

    /// What belongs to the particular case and is no fault of the place.
    var notes: [String] {
        switch self {
        case .unknownEscape: [#"the escapes are \n \t \" \\ \${ \u{…}"#]
        case .malformedDate: ["a date is written 2026-11-01, a time 2026-11-01T02:00:00Z"]
        case .unknownSuffix: ["the suffixes are ms s m h d, B KB MB GB TB PB KiB MiB GiB TiB PiB, and %"]
        case .reservedWord: ["as a key or a field it may stand"]
        case .notAllowed(let word, _):
            StatementWord(rawValue: word).map { word in
                let places = StatementContext.ordered.filter(word.contexts.contains).map(\.phrase)
                return ["it belongs in " + places.joined(separator: ", ")]
            } ?? []
        default: []
        }
    }

    /// Next steps.
    var help: [String] {
        switch self {
        case .notUTF8: ["save it as UTF-8, or convert it: iconv -f LATIN1 -t UTF-8"]
        case .malformedDate: ["write spaces around '-' to subtract"]
        case .compoundUnit: ["write '1h + 30m' or '90m'"]
        case .unexpectedVersion: ["write it as a string"]
        case .unexpectedCharacter(let scalar) where scalar.isForeignBlank: ["replace it with a space"]
        case .nestingTooDeep, .expressionTooLong: ["give a part a name with 'let'"]
        case .quoteInsideWord: ["put the whole word in quotes"]
        case .expressionStatement(.file, _): ["name it with 'let', or hand it out with 'output'"]
        case .unclosedString: ["text over several lines stands between '\"\"\"'"]
        case .commandInBlock: ["move it to the end of the file"]
        case .declarationAfterCommand: ["move it above the first command"]
        default: []
        }
    }

    /// A character as people know it, or its number where it cannot be seen.
    private static func shown(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: Swift.max(0, 4 - hex.count)) + hex
        let isVisible =
            scalar.value > 0x20 && scalar.value != 0x7F && !scalar.isForeignBlank && !scalar.isBidirectionalControl
        return isVisible && scalar.properties.generalCategory != .control ? "'\(scalar)'" : number
    }

    /// Words of the language in quotes, descriptions without.
    private static func quoted(_ what: String) -> String {
        what.hasPrefix("a ") || what.hasPrefix("an ") ? what : "'\(what)'"
    }
}

extension StatementContext {
    /// In the order in which messages list them.
    static let ordered: [StatementContext] = [
        .file, .workflow, .policy, .capability, .shape, .mapping, .environment, .test
    ]
}
