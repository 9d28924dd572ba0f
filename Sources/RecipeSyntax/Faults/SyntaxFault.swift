// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What can be wrong with a text: the facts, without the words that tell them.
enum SyntaxFault: Error, Hashable {
    // Characters and literals
    case notUTF8
    case unexpectedCharacter(Unicode.Scalar)
    case bidirectionalControl(Unicode.Scalar)
    case loneCarriageReturn
    case foreignName
    case typographicQuotes
    case singleQuotes
    case unclosedString
    case unclosedBlock
    case textAfterBlockOpener
    case unknownEscape
    case underIndented
    case unknownSuffix(String)
    case compoundUnit
    case malformedDate
    case noSuchDate
    case timeWithoutZone
    case noSuchTime
    case numberTooLarge
    case leadingZero
    case amountTooFine(isTime: Bool)
    case metaWithoutName
    case unknownOperator(String, instead: String)
    case moduloWithoutBlank
    case unexpectedVersion

    // Expressions and brackets
    case expected(String)
    case expectedExpression
    case expectedName
    case expectedEndOfStatement(hint: String?)
    case expectedSeparator(closer: String)
    case unexpectedCloser(String)
    case unexpectedComma(isParameterList: Bool)
    case unclosedBracket(String)
    case emptyHole
    case reservedWord(String)
    case chainedComparison
    case notIn
    case needsParentheses(String)
    case positionalAfterNamed
    case equalsInObject
    case computedKeyNeeded
    case forAfterSeveral
    case holeInPlainString
    case metaFieldHere
    case nestingTooDeep
    case expressionTooLong

    // Statements
    case expectedReason
    case expectedBody
    case braceOnOwnLine
    case elseOnOwnLine
    case valueInCapability
    case unknownStatement(String, nearest: String?)
    case assignment(String)
    case expressionStatement(in: StatementContext, nearest: String?)
    case notAllowed(String, in: StatementContext)
    case commandInBlock(String)
    case declarationAfterCommand

    // Commands
    case backgroundNotAtEnd
    case quoteInsideWord
}

/// A fault and its place; `also` marks what belongs to it.
struct LocatedFault {
    var fault: SyntaxFault
    var range: SourceRange
    var also: [SourceRange] = []

    init(_ fault: SyntaxFault, _ range: SourceRange) {
        self.fault = fault
        self.range = range
    }
}
