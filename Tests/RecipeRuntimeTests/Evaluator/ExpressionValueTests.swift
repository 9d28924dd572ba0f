// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime
import Testing

struct ExpressionValueTests {
    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("7 / 2", "3.5"), ("7 % 3", "1"), ("-7 % 3", "-1"), ("2 - 3 - 4", "-5"), ("1 + 0.5", "1.5"),
        ("-(2)", "-2"), ("10 == 10.0", "true"), ("1 != 2", "true"), ("\"a\" < \"b\"", "true"), ("2 in [1, 2]", "true"),
        ("\"a\" in { a: 1 }", "true"), ("not 1 in [2]", "true"), ("null ?? 1", "1"), ("null ?? null ?? 2", "2"),
        ("{ a: 1 }.b ?? 5", "5"), ("[1, 2][5] ?? 9", "9"), ("if 1 < 2 then \"yes\" else \"no\"", "\"yes\""),
        ("true and false or true", "true"), ("[x * 2 for x in [1, 2, 3] if x > 1]", "[4, 6]"),
        ("{ [x]: length(x) for x in [\"a\", \"bb\"] }", "{ a: 1, bb: 2 }"), ("{ [\"a\" + \"b\"]: 1 }", "{ ab: 1 }"),
        ("[[y + x for y in [1]] for x in [10, 20]]", "[[11], [21]]"), ("\"a\" + \"b\"", "\"ab\""),
        ("[1] + [2]", "[1, 2]"),
        ("\"n = ${1 + 1}\"", "\"n = 2\""), ("{ a: { b: 1 } }.a.b", "1"), ("{ a: 1 }[\"a\"]", "1"), ("[1, 2][1]", "2")
    ])
    func `operators, comprehensions and paths`(expression: String, expected: String) throws {
        #expect(try Recipes().output("output x = " + expression).literal == expected)
    }

    @Test(arguments: [
        ("1h + 30m", "90m"), ("2 * 1h", "2h"), ("1h / 4", "15m"), ("1d / 1h", "24.0"), ("1GiB * 50%", "512MiB"),
        ("10MB - 1MB", "9MB"), ("20% + 5%", "25%"), ("50 * 20%", "10.0"), ("2026-11-01 + 30d", "2026-12-01"),
        ("2026-11-01 - 1d", "2026-10-31"), ("2026-11-03 - 2026-11-01", "2d"),
        ("2026-11-01T02:00:00Z + 90m", "2026-11-01T03:30:00Z"),
        ("2026-11-01T02:00:00Z - 2026-11-01T00:00:00Z", "2h"), ("2026-11-01 < 2026-11-02", "true")
    ])
    func `dates, times, durations and sizes`(expression: String, expected: String) throws {
        #expect(try Recipes().output("output x = " + expression).literal == expected)
    }

    @Test(arguments: [
        ("9223372036854775807 + 1", "R0401"), ("-9223372036854775807 - 2", "R0401"),
        ("4611686018427387904 * 2", "R0401"),
        ("1 / 0", "R0402"), ("1 % 0", "R0402"), ("1.0 / 0.0", "R0402"), ("2026-11-01 + 1h", "R0404"),
        ("9998-12-31 + 90000d", "R0401"), ("106751d * 2.0", "R0401"), ("[1][3]", "R0403"),
        ("abs(-9223372036854775807 - 1)", "R0406")
    ])
    func `what has no result is an error`(expression: String, code: String) {
        #expect(Recipes().codes("output x = " + expression) == [code])
    }

    @Test(arguments: [
        ("length(\"héllo\")", "5"), ("length({ a: 1 })", "1"), ("keys({ b: 1, a: 2 })", "[\"b\", \"a\"]"),
        ("values({ b: 1, a: 2 })", "[1, 2]"), ("contains(\"orders\", \"der\")", "true"),
        ("contains([1, 2], 3)", "false"),
        ("starts_with(\"abc\", \"ab\")", "true"), ("ends_with(\"abc\", \"bc\")", "true"), ("upper(\"ab\")", "\"AB\""),
        ("lower(\"AB\")", "\"ab\""), ("trim(\"  a b \")", "\"a b\""),
        ("split(\"a,b,\", \",\")", "[\"a\", \"b\", \"\"]"),
        ("join([1, 2], \"-\")", "\"1-2\""), ("replace(\"aXbX\", \"X\", \"\")", "\"ab\""), ("range(3)", "[0, 1, 2]"),
        ("range(2, 4)", "[2, 3]"), ("sort([3, 1, 2])", "[1, 2, 3]"),
        ("sort([\"bb\", \"a\"], by: x => length(x))", "[\"a\", \"bb\"]"),
        ("min(3, 1, 2)", "1"), ("max([1h, 2h])", "2h"), ("sum([1, 2, 3])", "6"), ("sum([1h, 30m])", "90m"),
        ("sum([])", "0"),
        ("round(2.5)", "3"), ("round(2.567, 1)", "2.6"), ("abs(-3)", "3"), ("any([false, true])", "true"),
        ("all([1, 2], x => x > 1)", "false"), ("any([1, 2], x => x > 1)", "true"),
        ("map([1, 2], x => x * 10)", "[10, 20]"),
        ("filter([1, 2, 3], x => x > 1)", "[2, 3]"), ("merge({ a: 1 }, { a: 2, b: 3 })", "{ a: 2, b: 3 }"),
        ("flatten([[1], [2, 3]])", "[1, 2, 3]"), ("distinct([1, 2, 1])", "[1, 2]"), ("string(90d)", "\"90d\""),
        ("string(20%)", "\"20%\""), ("int(\"42\")", "42"), ("int(2.9)", "2"), ("float(1)", "1.0"),
        ("float(20%)", "0.2"),
        ("date(\"2026-11-01\")", "2026-11-01"), ("time(2026-11-01)", "2026-11-01T00:00:00Z"),
        ("json({ a: [1, true] })", "\"{\\\"a\\\":[1,true]}\""),
        ("expect.between(\"n\", 1)", "{ column: \"n\", low: 1, high: 100 }"),
        ("expect.between(\"n\", low: 2, high: 3)", "{ column: \"n\", low: 2, high: 3 }")
    ])
    func `functions`(expression: String, expected: String) throws {
        #expect(try Recipes().output("output x = " + expression).literal == expected)
    }

    @Test(arguments: Builtins.schemas)
    func `each function's example checks and has a value`(schema: FunctionSchema) throws {
        let text =
            schema.name == "today" || schema.name == "now"
            ? "param p: \(schema.result) = \(schema.example)\noutput x = p" : "output x = \(schema.example)"
        #expect(try !Recipes().output(text).isNull)
    }

    @Test(arguments: [
        ("int(\"4 2\")", "R0406"), ("min([])", "R0406"), ("split(\"a\", \"\")", "R0406"),
        ("range(0, 9000000000)", "R0406"),
        ("sort([1, \"a\"])", "R0406"), ("round(1.5, 99)", "R0406"), ("date(\"tomorrow\")", "R0406"),
        ("expect.between(\"n\", 13)", "C0400"), ("join([[1]])", "R0406")
    ])
    func `functions that have no result`(expression: String, code: String) {
        #expect(Recipes().codes("output x = " + expression) == [code])
    }

    @Test
    func `definitions take arguments, see lets and nest`() throws {
        let text = """
            let tax = 20%
            def gross(net: Float, times: Int) -> Float = net * times + add(net * tax)
            def add(x: Float) -> Float = x
            output x = [gross(n, times: 2) for n in [10.0, 20.0]]
            """
        #expect(try Recipes().output(text).literal == "[22.0, 44.0]")
    }

    @Test
    func `a clock stands still while a program is made`() throws {
        let text = "param day: Date = today()\nparam at: Time = now()\noutput x = [string(day), string(at)]"
        #expect(try Recipes().output(text).literal == "[\"2026-11-01\", \"2026-11-01T02:00:00Z\"]")
    }

    @Test
    func `a long chain of lets in any order, and a long chain of operators, are fine`() throws {
        let lets = (0..<2000).reversed().map { $0 == 0 ? "let l0 = 1" : "let l\($0) = l\($0 - 1) + 1" }
        #expect(try Recipes().output(lets.joined(separator: "\n") + "\noutput x = l1999").int == 2000)
        let sum = Array(repeating: "1", count: 200).joined(separator: " + ")
        #expect(try Recipes().output("output x = " + sum).int == 200)
    }
}
