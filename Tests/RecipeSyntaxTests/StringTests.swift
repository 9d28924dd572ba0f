// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

struct StringTests {
    private func string(_ text: String) throws -> StringLiteral {
        guard case .string(let literal) = try value(text) else { throw Diagnostics([]) }
        return literal
    }

    @Test(arguments: [
        (#""""#, ""),
        (#""a b""#, "a b"),
        (#""\n\t\"\\\u{1F600}\${x}""#, "\n\t\"\\😀${x}"),
        (#""$5 and $x""#, "$5 and $x"),
        (#"r"\d+ ${x}""#, #"\d+ ${x}"#),
        ("\"\"\"\n    one\n      two\n\n    three\n    \"\"\"", "one\n  two\n\nthree"),
        ("\"\"\"\n    one\n  \"\"\"", "  one"),
        ("\"\"\"\n  \"\"\"", ""),
        ("\"\"\"\n\n  \"\"\"", ""),
        ("\"\"\"\n  one\n\n  \"\"\"", "one\n"),
        ("\"\"\"\n  a\n  b\"\"\"", "a\nb"),
        ("\"\"\"\r\n  one\r\n  two\r\n  \"\"\"", "one\ntwo"),
        ("\"\"\"\n  x \\\"\"\" y\n  \"\"\"", "x \"\"\" y"),
        ("\"\"\"\n  say \"hi\" and \"\"\n  \"\"\"", "say \"hi\" and \"\""),
        ("r\"\"\"\n  \\d ${}\"x\"\n  \"\"\"", "\\d ${}\"x\""),
        ("\"\"\"\n\tone\n\t\"\"\"", "one")
    ])
    func `a string without holes is one text`(text: String, expected: String) throws {
        #expect(try string(text).plainText == expected)
    }

    @Test func `holes and texts alternate`() throws {
        let literal = try string(#""a${b}c${d.e + 1}""#)
        let texts = literal.parts.map { part in
            switch part {
            case .text(let text, _): text
            case .hole(let expression, _): expression.isInvalid ? "?" : "hole"
            }
        }
        #expect(texts == ["a", "hole", "c", "hole"])
        #expect(literal.plainText == nil)
    }

    @Test func `a block's indentation is taken from the lines between holes, too`() throws {
        let literal = try string("\"\"\"\n    a ${x}\n      b ${\n  y\n}\n    c\n    \"\"\"")
        let texts = literal.parts.compactMap { if case .text(let text, _) = $0 { text } else { nil } }
        #expect(texts == ["a ", "\n  b ", "\nc"])
    }

    @Test(arguments: [
        ("let a = \"x${ \"y }\nlet b = =\n", ["1:9 S0108", "2:9 S0202"]),
        ("let a = \"\"\"\n  ${ \"x }\n  \"\"\"\nlet b = =\n", ["2:6 S0108", "4:9 S0202"]),
        ("resource a: K {\n  x: \"abc\n  y: =\n}\n", ["2:6 S0108", "3:6 S0202"]),
        ("let a = \"${ \"\"\"\n x\n \"\"\" }\"\nlet b = =\n", ["1:9 S0108"]),
        ("let a = \"\"\"\n    x\n  y\n z\n    \"\"\"\n", ["3:1 S0112", "4:1 S0112"]),
        ("let a = \"${x +}${) }${[1}\"\n", ["1:15 S0202", "1:18 S0202", "1:23 S0208"])
    ])
    func `a broken string spoils no more than itself`(text: String, expected: [String]) {
        #expect(errors(text) == expected)
    }
}
