// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension DiagnosticCode {
    // Characters and literals

    static let notUTF8 = DiagnosticCode(
        "S0101", "a text that is not UTF-8",
        "Recipes are UTF-8. The file was probably saved in another encoding: save it again as UTF-8, or convert "
            + "it with `iconv -f LATIN1 -t UTF-8`. Only the first such byte of a file is reported, and nothing else of "
            + "the file.")
    static let unexpectedCharacter = DiagnosticCode(
        "S0102", "a character with which nothing begins",
        "Outside of strings and comments only ASCII letters, digits and the punctuation of the language stand. "
            + "A character that looks like a blank but is none, such as a no-break space, is often pasted from a web "
            + "page: replace it with a space.")
    static let bidirectionalControl = DiagnosticCode(
        "S0103", "an invisible character that changes the order of the text",
        "Bidirectional control characters make a line read differently from how it runs, so they may stand "
            + #"nowhere, not even in a comment. In a string write them as an escape such as `\u{202E}`."#)
    static let loneCarriageReturn = DiagnosticCode(
        "S0104", "a carriage return without a line feed",
        "Lines end with a line feed, or with a carriage return and a line feed. A carriage return alone hides "
            + "the text before it in many terminals: replace it with a line end.")
    static let foreignName = DiagnosticCode(
        "S0105", "a name with letters beyond ASCII",
        "Names are made of the letters a to z and A to Z, digits and underscores, so that two names that look "
            + "alike are alike. Texts may hold any letters.")
    static let typographicQuotes = DiagnosticCode(
        "S0106", "typographic quotes",
        "A word processor has replaced the quotes. Strings stand in straight double quotes.")
    static let singleQuotes = DiagnosticCode(
        "S0107", "single quotes",
        "Strings stand in double quotes; there are no single-quoted ones. A string that should not read escapes "
            + "or holes is written `r\"…\"`.")
    static let unclosedString = DiagnosticCode(
        "S0108", "a string without its closing quote",
        "A string ends on its line, with all the holes in it. Text over several lines stands between three "
            + "quotes each.")
    static let unclosedBlock = DiagnosticCode(
        "S0109", "a block of text without its closing quotes",
        "A text that begins with three quotes ends with three quotes, usually on a line of their own.")
    static let textAfterBlockOpener = DiagnosticCode(
        "S0110", "text behind three quotes",
        "The text of a block begins on the line below its opening quotes, so that its indentation can be told.")
    static let unknownEscape = DiagnosticCode(
        "S0111", "an unknown escape",
        #"In strings a backslash begins one of `\n \t \" \\ \${ \u{…}`, the last with the hexadecimal number of "#
            + #"a Unicode character. A backslash itself is written `\\`; in `r"…"` it needs no escape."#)
    static let underIndented = DiagnosticCode(
        "S0112", "a line indented less than its block's closing quotes",
        "The indentation of the closing quotes is taken from every line of the block. Indent the line at least "
            + "as far, with the same spaces or tabs, or move the closing quotes to the left.")
    static let unknownSuffix = DiagnosticCode(
        "S0113", "a suffix that numbers do not have",
        "Letters that touch a number belong to it. There are durations (`ms s m h d`), sizes (`B KB MB GB TB PB "
            + "KiB MiB GiB TiB PiB`) and percentages (`%`).")
    static let compoundUnit = DiagnosticCode(
        "S0114", "a number with two units",
        "A duration has one unit: write `1h + 30m` or `90m`.")
    static let malformedDate = DiagnosticCode(
        "S0115", "a date or time that is not fully written",
        "A date is four, two and two digits: `2026-11-01`. A time goes on with `T`, hours and minutes, perhaps "
            + "seconds with up to nine digits behind the point, and a zone: `2026-11-01T02:00Z`, "
            + "`2026-11-01T02:00:00.5+01:00`. To subtract numbers write spaces around the minus.")
    static let noSuchDate = DiagnosticCode(
        "S0116", "a day that does not exist",
        "The month has fewer days, the year fewer months, or the year is 0000.")
    static let timeWithoutZone = DiagnosticCode(
        "S0117", "a time without a zone",
        "The same clock time is another moment elsewhere. End the time with `Z` for UTC or with an offset such "
            + "as `+01:00`.")
    static let noSuchTime = DiagnosticCode(
        "S0118", "a time that does not exist",
        "Hours run from 00 to 23, minutes and seconds to 59. Times reach from the year 1677 to 2262.")
    static let numberTooLarge = DiagnosticCode(
        "S0119", "a number that is too large",
        "Integers, durations in nanoseconds and sizes in bytes are 64-bit numbers, up to 9223372036854775807; "
            + "floats reach to about 1.8e308.")
    static let leadingZero = DiagnosticCode(
        "S0120", "a number with a leading zero",
        "In some languages a leading zero means another base; here it is refused. Write the number without it, "
            + "or as a string where it is an identifier.")
    static let amountTooFine = DiagnosticCode(
        "S0121", "an amount finer than its smallest part",
        "A size is a whole number of bytes, a duration a whole number of nanoseconds.")
    static let metaWithoutName = DiagnosticCode(
        "S0122", "an @ without a name",
        "A meta field is written without a blank: `@needs`.")
    static let unknownOperator = DiagnosticCode(
        "S0123", "an operator of another language",
        "The logical operators are the words `and`, `or`, `not`; comments begin with `#`.")
    static let moduloWithoutBlank = DiagnosticCode(
        "S0124", "a % without a blank before it",
        "A `%` that touches what stands before it reads as a percentage. The operator has a space on its left.")
    static let unexpectedVersion = DiagnosticCode(
        "S0125", "a version as a value",
        "A number with two points is a version, which stands behind `>=` in `use` only. Elsewhere write it as a "
            + "string.")
}
