// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension DiagnosticCode {
    /// The codes of this room: S01 characters and literals, S02 expressions and brackets, S03 statements, S04 commands.
    package static let allOfSyntax: [DiagnosticCode] = [
        .notUTF8, .unexpectedCharacter, .bidirectionalControl, .loneCarriageReturn, .foreignName,
        .typographicQuotes, .singleQuotes, .unclosedString, .unclosedBlock, .textAfterBlockOpener,
        .unknownEscape, .underIndented, .unknownSuffix, .compoundUnit, .malformedDate, .noSuchDate,
        .timeWithoutZone, .noSuchTime, .numberTooLarge, .leadingZero, .amountTooFine, .metaWithoutName,
        .unknownOperator, .moduloWithoutBlank, .unexpectedVersion, .expected, .expectedExpression,
        .expectedName, .expectedEndOfStatement, .expectedSeparator, .unexpectedCloser, .unexpectedComma,
        .unclosedBracket, .emptyHole, .reservedWord, .chainedComparison, .notIn, .needsParentheses,
        .positionalAfterNamed, .equalsInObject, .computedKeyNeeded, .forAfterSeveral, .holeInPlainString,
        .metaFieldHere, .nestingTooDeep, .expressionTooLong, .expectedReason, .expectedBody, .braceOnOwnLine,
        .elseOnOwnLine, .valueInCapability, .unknownStatement, .assignment, .expressionStatement, .notAllowed,
        .commandInBlock, .declarationAfterCommand, .backgroundNotAtEnd, .quoteInsideWord
    ]
}
