// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A function that makes a rule of an `Expect` step.
struct ExpectFunction: PluginFunction {
    let schema: FunctionSchema
    private let make: @Sendable ([Value]) throws(CallError) -> ExpectRule

    func call(_ arguments: [Value]) throws(CallError) -> Value {
        let rule = try make(arguments)
        try rule.check()
        return rule.value
    }

    static let all: [ExpectFunction] = [notNull, unique, between, inSet, matches, rowCount]

    private static let notNull = ExpectFunction(
        schema: FunctionSchema(
            name: "expect.not_null", doc: "No row has a null in any of the columns",
            parameters: [FieldSchema("column", .string, "a column")], isVariadic: true, result: .object,
            example: #"expect.not_null("customer", "product")"#)
    ) { (arguments) throws(CallError) in .notNull(try texts(arguments)) }

    private static let unique = ExpectFunction(
        schema: FunctionSchema(
            name: "expect.unique",
            doc: "No two rows have the same values in the columns; rows with a null there do not count",
            parameters: [FieldSchema("column", .string, "a column")], isVariadic: true, result: .object,
            example: #"expect.unique("customer", "product")"#)
    ) { (arguments) throws(CallError) in .unique(try texts(arguments)) }

    private static let between = ExpectFunction(
        schema: FunctionSchema(
            name: "expect.between", doc: "Every value lies between the bounds or is one of them",
            parameters: [
                FieldSchema("column", .string, "a column"),
                FieldSchema("low", .any, "a number, date, time or text; null for no bound"),
                .optional("high", .any, default: nil, "a number, date, time or text; null for no bound")
            ], result: .object, example: #"expect.between("n", 1, 1000)"#)
    ) { (arguments) throws(CallError) in
        .between(try text(arguments, 0), low: argument(arguments, 1), high: argument(arguments, 2))
    }

    private static let inSet = ExpectFunction(
        schema: FunctionSchema(
            name: "expect.in_set", doc: "Every value is one of a list",
            parameters: [
                FieldSchema("column", .string, "a column"), FieldSchema("values", .list(.any), "what is allowed")
            ], result: .object, example: #"expect.in_set("state", ["new", "paid"])"#)
    ) { (arguments) throws(CallError) in .inSet(try text(arguments, 0), argument(arguments, 1).list ?? []) }

    private static let matches = ExpectFunction(
        schema: FunctionSchema(
            name: "expect.matches", doc: "Every value matches a pattern as a whole",
            parameters: [
                FieldSchema("column", .string, "a column"),
                FieldSchema("pattern", .string, "a regular expression without references back and looking around")
            ], result: .object, example: ##"expect.matches("sku", r"[A-Z]{2}\d{4}")"##)
    ) { (arguments) throws(CallError) in .matches(try text(arguments, 0), pattern: try text(arguments, 1)) }

    private static let rowCount = ExpectFunction(
        schema: FunctionSchema(
            name: "expect.row_count", doc: "The table has so many rows",
            parameters: [
                .optional("least", .optional(.int), default: nil, "the least number; null for none"),
                .optional("most", .optional(.int), default: nil, "the greatest number; null for none")
            ], result: .object, example: "expect.row_count(least: 1)")
    ) { (arguments) throws(CallError) in .rowCount(least: argument(arguments, 0).int, most: argument(arguments, 1).int)
    }

    private static func argument(_ arguments: [Value], _ offset: Int) -> Value {
        offset < arguments.count ? arguments[offset] : .null
    }

    private static func text(_ arguments: [Value], _ offset: Int) throws(CallError) -> String {
        try PlainText.render(argument(arguments, offset))
    }

    /// The arguments as texts, whether they came one by one or as a list.
    private static func texts(_ arguments: [Value]) throws(CallError) -> [String] {
        var texts: [String] = []
        for argument in arguments {
            for item in argument.list ?? [argument] { texts.append(try PlainText.render(item)) }
        }
        return texts
    }
}
