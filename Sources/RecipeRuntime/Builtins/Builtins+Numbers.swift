// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Builtins {
    static let numbers: [Builtin] = [
        Builtin(
            schema: FunctionSchema(
                name: "range",
                doc: "The whole numbers from the first up to, and without, the second; from 0 where one is given",
                parameters: [
                    FieldSchema("from", .int, "the first, or the end where it is alone"),
                    .optional("to", .optional(.int), default: .null, "the end, which is not among them")
                ], result: .list(.int), example: "range(3)"),
            result: { _ in .list(.int) },
            evaluate: { call throws(EvaluationError) in
                let first = call.arguments[1].isNull ? 0 : try call.int(0)
                let end = call.arguments[1].isNull ? try call.int(0) : try call.int(1)
                guard first < end else { return .list([]) }
                let (count, overflow) = end.subtractingReportingOverflow(first)
                guard !overflow, count <= longestRange else {
                    throw call.fail("a range has at most \(longestRange) numbers")
                }
                return .list((first..<end).map { .int($0) })
            }),
        extreme("min", "The smallest of a list's items, or of the arguments", picksSmaller: true),
        extreme("max", "The greatest of a list's items, or of the arguments", picksSmaller: false),
        Builtin(
            schema: FunctionSchema(
                name: "sum", doc: "The sum of a list of numbers, durations or sizes",
                parameters: [FieldSchema("list", .list(.any), "the items")], result: .any, example: "sum([1, 2, 3])"),
            result: { $0[0].listElement == .never ? .int : $0[0].listElement ?? .any }, evaluate: summed),
        Builtin(
            schema: FunctionSchema(
                name: "round",
                doc: "A number rounded to so many digits, halves away from zero; an Int where no digits are asked for",
                parameters: [
                    FieldSchema("number", .float, "the number"),
                    .optional("digits", .optional(.int), default: .null, "digits behind the point, from 0 to 15")
                ], result: .float, example: "round(2.567, 1)"),
            result: { types in types.count > 1 && types[1] == .null ? .int : .float }, evaluate: rounded),
        Builtin(
            schema: FunctionSchema(
                name: "abs", doc: "A number without its sign",
                parameters: [FieldSchema("number", .either([.int, .float]), "the number")], result: .float,
                example: "abs(-3)"),
            result: { $0[0] },
            evaluate: { call throws(EvaluationError) in
                if case .int(let number) = call.arguments[0] {
                    if number == .min { throw call.fail("the result does not fit into 64 bits") }
                    return .int(Swift.abs(number))
                }
                return .float(Swift.abs(call.arguments[0].number ?? 0))
            })
    ]

    static let longestRange: Int64 = 1_000_000

    private static func extreme(_ name: String, _ doc: String, picksSmaller: Bool) -> Builtin {
        Builtin(
            schema: FunctionSchema(
                name: name, doc: doc, parameters: [FieldSchema("items", .any, "a list, or the items themselves")],
                isVariadic: true, result: .any, example: "\(name)(3, 1, 2)"),
            result: { types in types.count == 1 ? types[0].listElement ?? types[0] : .joined(types) },
            evaluate: { call throws(EvaluationError) in
                var items = call.arguments
                if items.count == 1, case .list(let list) = items[0] { items = list }
                guard var best = items.first else { throw call.fail("\(name) of an empty list has no result") }
                for item in items {
                    guard let isLess = item.isLess(than: best), let isGreater = best.isLess(than: item) else {
                        throw call.fail("\(item.phrase) has no place in an order with \(best.phrase)")
                    }
                    if picksSmaller ? isLess : isGreater { best = item }
                }
                return best
            })
    }

    @Sendable
    private static func summed(_ call: BuiltinCall) throws(EvaluationError) -> Value {
        let items = try call.list(0)
        guard var total = items.first else { return .int(0) }
        for item in items.dropFirst() {
            switch (total, item) {
            case (.int(let a), .int(let b)): total = .int(try exact(a.addingReportingOverflow(b), call))
            case (.size(let a), .size(let b)): total = .size(try exact(a.addingReportingOverflow(b), call))
            case (.duration(let a), .duration(let b)):
                let sum = a.wholeNanoseconds.addingReportingOverflow(b.wholeNanoseconds)
                total = .duration(.nanoseconds(try exact(sum, call)))
            case (.percent(let a), .percent(let b)): total = .percent(a + b)
            case (.int, .float), (.float, .int), (.float, .float):
                total = .float((total.number ?? 0) + (item.number ?? 0))
            default: throw call.fail("\(total.phrase) and \(item.phrase) have no sum")
            }
        }
        switch total {
        case .int, .float, .size, .duration, .percent: return total
        default: throw call.fail("\(total.phrase) has no sum")
        }
    }

    private static func exact(
        _ result: (partialValue: Int64, overflow: Bool), _ call: BuiltinCall
    ) throws(EvaluationError) -> Int64 {
        if result.overflow { throw call.fail("the result does not fit into 64 bits") }
        return result.partialValue
    }

    @Sendable
    private static func rounded(_ call: BuiltinCall) throws(EvaluationError) -> Value {
        guard let number = call.arguments[0].number else {
            throw call.fail("\(call.arguments[0].phrase) cannot be rounded")
        }
        if call.arguments[1].isNull {
            guard let whole = Int64(exactly: number.rounded()) else {
                throw call.fail("the result does not fit into 64 bits")
            }
            return .int(whole)
        }
        let digits = try call.int(1)
        guard (0...15).contains(digits) else { throw call.fail("digits are from 0 to 15") }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (number * scale).rounded() / scale
        return .float(scaled.isFinite ? scaled : number)
    }
}
