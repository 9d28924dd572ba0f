// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

struct LiteralTests {
    @Test(arguments: [
        ("1_000", LiteralValue.int(1000)),
        ("-9223372036854775808", .int(.min)),
        ("9223372036854775807", .int(.max)),
        ("1_0.5", .float(10.5)),
        ("1.25e3", .float(1250)),
        ("1e-9", .float(1e-9)),
        ("500ms", .duration(nanoseconds: 500_000_000)),
        ("1.5h", .duration(nanoseconds: 5_400_000_000_000)),
        ("90d", .duration(nanoseconds: 7_776_000_000_000_000)),
        ("0.1ms", .duration(nanoseconds: 100_000)),
        ("1e3s", .duration(nanoseconds: 1_000_000_000_000)),
        ("4KiB", .size(bytes: 4096)),
        ("1.5GB", .size(bytes: 1_500_000_000)),
        ("0.5KiB", .size(bytes: 512)),
        ("8191PiB", .size(bytes: 8191 << 50)),
        ("20%", .percent(20)),
        ("0.5%", .percent(0.5)),
        ("true", .bool(true)),
        ("null", .null)
    ])
    func `a literal has its exact value`(text: String, expected: LiteralValue) throws {
        guard case .literal(let literal) = try value(text) else {
            Issue.record("no literal")
            return
        }
        #expect(literal.value == expected)
        #expect(literal.range == SourceRange(8, 8 + text.utf8.count))
    }

    @Test func `a date is a day that exists`() throws {
        guard case .literal(let literal) = try value("2024-02-29"), case .date(let date) = literal.value else {
            Issue.record("no date")
            return
        }
        #expect([date.year, date.month, date.day] == [2024, 2, 29])
    }

    @Test(arguments: [
        ("1970-01-01T00:00Z", Int64(0)),
        ("2026-11-01T02:00:00Z", 1_793_498_400_000_000_000),
        ("2026-11-01T02:00:00.5+01:00", 1_793_494_800_500_000_000),
        ("1969-12-31T23:59:59.999999999Z", -1)
    ])
    func `a time is a moment`(text: String, nanoseconds: Int64) throws {
        guard case .literal(let literal) = try value(text), case .time(let time) = literal.value else {
            Issue.record("no time")
            return
        }
        #expect(time.nanosecondsSinceEpoch == nanoseconds)
        #expect(time.text == text)
    }

    @Test(arguments: [
        ("9223372036854775808", "S0119"), ("1e999", "S0119"), ("300000d", "S0119"), ("9300PB", "S0119"),
        ("0.5B", "S0121"), ("0.0000001ms", "S0121"), ("1e99ms", "S0119"), ("5GiBs", "S0113"), ("1__0", "S0113"),
        ("5µs", "S0113"), ("1.2.3%", "S0113"), ("2026-11-01x", "S0115"), ("2026-11-01T02", "S0115"),
        ("2026-11-01T02:00:00.1234567890Z", "S0115"), ("2026-11-01T02:60Z", "S0118"), ("1600-01-01T00:00Z", "S0118"),
        ("2026-00-01", "S0116"), ("0000-01-01", "S0116"), ("2026-11-01T02:00+01", "S0115"), ("00.5", "S0120")
    ])
    func `a number that is none has one error`(text: String, code: String) {
        #expect(errors("let x = \(text)\nlet y = x\n") == ["1:9 \(code)"])
    }
}
