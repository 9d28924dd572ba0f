// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension DiagnosticCode {
    // Expressions and brackets

    static let expected = DiagnosticCode(
        "S0201", "something is missing",
        "The grammar asks for one certain thing here; the message names it.")
    static let expectedExpression = DiagnosticCode(
        "S0202", "a value is missing",
        "An expression should stand here: a literal, a name, a call, a list, an object.")
    static let expectedName = DiagnosticCode(
        "S0203", "a name is missing",
        "Names begin with a letter or an underscore and go on with letters, digits and underscores. They have "
            + "no hyphens.")
    static let expectedEndOfStatement = DiagnosticCode(
        "S0204", "a statement goes on where it should end",
        "A statement ends at the end of its line or with `;`. Two words beside each other are no expression.")
    static let expectedSeparator = DiagnosticCode(
        "S0205", "entries without a comma",
        "Entries of lists and objects stand on lines of their own or have commas between them; arguments have "
            + "commas.")
    static let unexpectedCloser = DiagnosticCode(
        "S0206", "a closing bracket without an opening one",
        "Remove the bracket, or write the opening one where it belongs.")
    static let unexpectedComma = DiagnosticCode(
        "S0207", "a comma too many",
        "Between two entries stands one comma. A lambda has one parameter and no parentheses around it: `x => "
            + "x.name`.")
    static let unclosedBracket = DiagnosticCode(
        "S0208", "a bracket that is not closed",
        "The mark shows the opening bracket. Where its line or the indentation tells, the text behind is read "
            + "as if it were closed.")
    static let emptyHole = DiagnosticCode(
        "S0209", "an empty hole",
        "Between `${` and `}` stands an expression. The two characters themselves are written `\\${` in a "
            + "string.")
    static let reservedWord = DiagnosticCode(
        "S0210", "a reserved word as a name",
        "`and or not in if then else for null true false lookup` are no names of declarations. They may be keys "
            + "and fields.")
    static let chainedComparison = DiagnosticCode(
        "S0211", "a chain of comparisons",
        "Comparisons do not chain: what `a < b < c` should mean is written `a < b and b < c`.")
    static let notIn = DiagnosticCode(
        "S0212", "not in",
        "There is no `not in`: write `not a in b`, which is `not (a in b)`.")
    static let needsParentheses = DiagnosticCode(
        "S0213", "an operand that needs parentheses",
        "`not` binds more loosely than comparisons, and `if` and lambdas more loosely than everything. As "
            + "operands they stand in parentheses.")
    static let positionalAfterNamed = DiagnosticCode(
        "S0214", "a positional argument behind a named one",
        "In a call the arguments without a name come first.")
    static let equalsInObject = DiagnosticCode(
        "S0215", "an = in an object",
        "In objects a colon stands between key and value; `=` belongs to declarations.")
    static let computedKeyNeeded = DiagnosticCode(
        "S0216", "an object comprehension with a plain key",
        "A plain key would be the same for each element. Write the key as an expression in brackets: `{ "
            + "[x.name]: x for x in xs }`.")
    static let forAfterSeveral = DiagnosticCode(
        "S0217", "a for behind several elements",
        "A comprehension has one element, which is made again for each turn.")
    static let holeInPlainString = DiagnosticCode(
        "S0218", "a hole where plain text is needed",
        "Keys, paths, codes, service names and doc lines are read before anything is evaluated. A key that is "
            + "computed stands in brackets: `{ [\"a${b}\"]: 1 }`.")
    static let metaFieldHere = DiagnosticCode(
        "S0219", "a meta field in a plain object",
        "Fields that begin with `@` belong to resources, steps and imports; objects inside them have none.")
    static let nestingTooDeep = DiagnosticCode(
        "S0220", "nesting over 64",
        "Brackets, blocks, strings with holes and prefixes nest at most 64 deep. Give a part a name with `let`.")
    static let expressionTooLong = DiagnosticCode(
        "S0221", "an expression that is too long",
        "At most 256 operators or postfixes follow one another. Give a part a name with `let`, or use a list.")

    // Statements

    static let expectedReason = DiagnosticCode(
        "S0301", "a reason is missing",
        "A rule that denies, warns or ensures says why, in a string on its line: people read it when the rule "
            + "stops them. So does `lacks`.")
    static let expectedBody = DiagnosticCode(
        "S0302", "a body is missing",
        "Resources, steps and blocks have braces, `{}` where there is nothing to say.")
    static let braceOnOwnLine = DiagnosticCode(
        "S0303", "a brace on a line of its own",
        "An opening brace stands on the line of what it belongs to, because a line end ends a statement.")
    static let elseOnOwnLine = DiagnosticCode(
        "S0304", "an else on a line of its own",
        "`else` stands on the line of the brace before it, because a line end ends a statement.")
    static let valueInCapability = DiagnosticCode(
        "S0305", "an output's value in a capability",
        "A capability promises outputs and their types; the values come from the mappings that fulfil it.")
    static let unknownStatement = DiagnosticCode(
        "S0306", "an unknown statement",
        "No declaration and no command begins with this word.")
    static let assignment = DiagnosticCode(
        "S0307", "a name is given a value without let",
        "Values are named with `let NAME = …`, once; nothing is assigned.")
    static let expressionStatement = DiagnosticCode(
        "S0308", "an expression that nothing uses",
        "At the prompt an expression is shown. In a file it would do nothing: name it with `let`, hand it out "
            + "with `output`, or remove it.")
    static let notAllowed = DiagnosticCode(
        "S0309", "a statement where it has no meaning",
        "Each statement has its place: steps and triggers in a workflow, rules in a policy, features in a "
            + "capability, settings in an environment, expectations in a test.")
    static let commandInBlock = DiagnosticCode(
        "S0310", "a command in a block",
        "Commands are carried out in order, one after the other; they stand at the end of a file, at the prompt "
            + "or in a test, not in blocks of declarations.")
    static let declarationAfterCommand = DiagnosticCode(
        "S0311", "a declaration behind a command",
        "A file is read as a whole before its first command runs, so what it declares stands before that. Only "
            + "the first such declaration is reported.")

    // Commands

    static let backgroundNotAtEnd = DiagnosticCode(
        "S0401", "an & that is not at the end",
        "`&` sends a command to the background and is its last word. An `&` in a word needs something to touch, "
            + "or quotes.")
    static let quoteInsideWord = DiagnosticCode(
        "S0402", "a quote inside a word",
        "Quotes go around a whole argument, or around the value behind `name=` and `--name=`.")
}
