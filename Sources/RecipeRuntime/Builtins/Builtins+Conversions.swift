// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Builtins {
    static let conversions: [Builtin] = [
        Builtin(
            schema: FunctionSchema(
                name: "string", doc: "The text of a number, duration, size, date or any other scalar",
                parameters: [FieldSchema("value", .any, "the value")], result: .string, example: "string(90d)"),
            result: { _ in .string },
            evaluate: { call throws(EvaluationError) in .string(try plainText(call.arguments[0], call)) }),
        Builtin(
            schema: FunctionSchema(
                name: "int", doc: "The whole number of a text, or of a number without what is behind its point",
                parameters: [FieldSchema("value", .either([.int, .float, .string]), "the value")], result: .int,
                example: "int(\"42\")"),
            result: { _ in .int },
            evaluate: { call throws(EvaluationError) in
                switch call.arguments[0] {
                case .int: return call.arguments[0]
                case .float(let number):
                    guard let whole = Int64(exactly: number.rounded(.towardZero)) else {
                        throw call.fail("\(call.arguments[0].literal) does not fit into 64 bits")
                    }
                    return .int(whole)
                default:
                    let text = try call.text(0)
                    guard let number = Int64(text), !text.hasPrefix("+") else {
                        throw call.fail("\"\(text)\" is no whole number")
                    }
                    return .int(number)
                }
            }),
        Builtin(
            schema: FunctionSchema(
                name: "float",
                doc: "The number of a text, or a whole number with a point; a percentage as a share of 1",
                parameters: [FieldSchema("value", .either([.int, .float, .percent, .string]), "the value")],
                result: .float, example: "float(\"0.5\")"),
            result: { _ in .float },
            evaluate: { call throws(EvaluationError) in
                switch call.arguments[0] {
                case .percent(let share): return .float(share / 100)
                case .string(let text):
                    guard let number = Double(text), number.isFinite else {
                        throw call.fail("\"\(text)\" is no number")
                    }
                    return .float(number)
                default: return .float(call.arguments[0].number ?? 0)
                }
            }),
        Builtin(
            schema: FunctionSchema(
                name: "date", doc: "The day of a text or of a moment in UTC",
                parameters: [FieldSchema("value", .either([.string, .time, .date]), "the text or moment")],
                result: .date,
                example: "date(\"2026-11-01\")"),
            result: { _ in .date },
            evaluate: { call throws(EvaluationError) in
                switch call.arguments[0] {
                case .time(let time): return .date(time.date)
                case .date: return call.arguments[0]
                default:
                    let text = try call.text(0)
                    guard let date = CalendarDate(text) else {
                        throw call.fail("\"\(text)\" is no date such as 2026-11-01")
                    }
                    return .date(date)
                }
            }),
        Builtin(
            schema: FunctionSchema(
                name: "time", doc: "The moment of a text, or at which a day begins in UTC",
                parameters: [FieldSchema("value", .either([.string, .date, .time]), "the text or day")], result: .time,
                example: "time(\"2026-11-01T02:00:00Z\")"),
            result: { _ in .time },
            evaluate: { call throws(EvaluationError) in
                switch call.arguments[0] {
                case .time: return call.arguments[0]
                case .date(let date):
                    let (nanoseconds, overflow) = Int64(date.daysSinceEpoch)
                        .multipliedReportingOverflow(by: 86_400_000_000_000)
                    if overflow { throw call.fail("\(date) is outside of the years that a Time reaches") }
                    return .time(Timestamp(nanoseconds: nanoseconds))
                default:
                    let text = try call.text(0)
                    guard let time = Timestamp(text) else {
                        throw call.fail("\"\(text)\" is no time such as 2026-11-01T02:00:00Z")
                    }
                    return .time(time)
                }
            }),
        Builtin(
            schema: FunctionSchema(
                name: "json", doc: "A value as JSON in one line", parameters: [FieldSchema("value", .any, "the value")],
                result: .string, example: "json({ a: 1 })"),
            result: { _ in .string },
            evaluate: { call throws(EvaluationError) in .string(call.arguments[0].json(.plain)) })
    ]
}
