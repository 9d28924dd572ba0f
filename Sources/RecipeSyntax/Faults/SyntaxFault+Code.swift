// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension SyntaxFault {
    /// The code under which the fault is explained.
    var code: DiagnosticCode {
        switch self {
        case .notUTF8: .notUTF8
        case .unexpectedCharacter: .unexpectedCharacter
        case .bidirectionalControl: .bidirectionalControl
        case .loneCarriageReturn: .loneCarriageReturn
        case .foreignName: .foreignName
        case .typographicQuotes: .typographicQuotes
        case .singleQuotes: .singleQuotes
        case .unclosedString: .unclosedString
        case .unclosedBlock: .unclosedBlock
        case .textAfterBlockOpener: .textAfterBlockOpener
        case .unknownEscape: .unknownEscape
        case .underIndented: .underIndented
        case .unknownSuffix: .unknownSuffix
        case .compoundUnit: .compoundUnit
        case .malformedDate: .malformedDate
        case .noSuchDate: .noSuchDate
        case .timeWithoutZone: .timeWithoutZone
        case .noSuchTime: .noSuchTime
        case .numberTooLarge: .numberTooLarge
        case .leadingZero: .leadingZero
        case .amountTooFine: .amountTooFine
        case .metaWithoutName: .metaWithoutName
        case .unknownOperator: .unknownOperator
        case .moduloWithoutBlank: .moduloWithoutBlank
        case .unexpectedVersion: .unexpectedVersion
        case .expected: .expected
        case .expectedExpression: .expectedExpression
        case .expectedName: .expectedName
        case .expectedEndOfStatement: .expectedEndOfStatement
        case .expectedSeparator: .expectedSeparator
        case .unexpectedCloser: .unexpectedCloser
        case .unexpectedComma: .unexpectedComma
        case .unclosedBracket: .unclosedBracket
        case .emptyHole: .emptyHole
        case .reservedWord: .reservedWord
        case .chainedComparison: .chainedComparison
        case .notIn: .notIn
        case .needsParentheses: .needsParentheses
        case .positionalAfterNamed: .positionalAfterNamed
        case .equalsInObject: .equalsInObject
        case .computedKeyNeeded: .computedKeyNeeded
        case .forAfterSeveral: .forAfterSeveral
        case .holeInPlainString: .holeInPlainString
        case .metaFieldHere: .metaFieldHere
        case .nestingTooDeep: .nestingTooDeep
        case .expressionTooLong: .expressionTooLong
        case .expectedReason: .expectedReason
        case .expectedBody: .expectedBody
        case .braceOnOwnLine: .braceOnOwnLine
        case .elseOnOwnLine: .elseOnOwnLine
        case .valueInCapability: .valueInCapability
        case .unknownStatement: .unknownStatement
        case .assignment: .assignment
        case .expressionStatement: .expressionStatement
        case .notAllowed: .notAllowed
        case .commandInBlock: .commandInBlock
        case .declarationAfterCommand: .declarationAfterCommand
        case .backgroundNotAtEnd: .backgroundNotAtEnd
        case .quoteInsideWord: .quoteInsideWord
        }
    }
}
