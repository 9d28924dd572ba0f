// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What must hold of a table.
///
/// A null breaks `notNull` alone; the other rules are about values.
enum ExpectRule: Sendable {
    case notNull([String])
    case unique([String])
    /// Either bound may be null for none.
    case between(String, low: Value, high: Value)
    case inSet(String, [Value])
    case matches(String, pattern: String)
    case rowCount(least: Int64?, most: Int64?)

    /// The rule as metrics, failures and messages name it.
    var name: String {
        switch self {
        case .notNull(let columns): "not_null(\(columns.joined(separator: ", ")))"
        case .unique(let columns): "unique(\(columns.joined(separator: ", ")))"
        case .between(let column, _, _): "between(\(column))"
        case .inSet(let column, _): "in_set(\(column))"
        case .matches(let column, _): "matches(\(column))"
        case .rowCount: "row_count"
        }
    }

    var columns: [String] {
        switch self {
        case .notNull(let columns), .unique(let columns): columns
        case .between(let column, _, _), .inSet(let column, _), .matches(let column, _): [column]
        case .rowCount: []
        }
    }

    /// The rule as a value of the language.
    var value: Value {
        switch self {
        case .notNull(let columns): Self.object("not_null", ["columns": .list(columns.map { .string($0) })])
        case .unique(let columns): Self.object("unique", ["columns": .list(columns.map { .string($0) })])
        case .between(let column, let low, let high):
            Self.object("between", ["column": .string(column), "low": low, "high": high])
        case .inSet(let column, let values):
            Self.object("in_set", ["column": .string(column), "values": .list(values)])
        case .matches(let column, let pattern):
            Self.object("matches", ["column": .string(column), "pattern": .string(pattern)])
        case .rowCount(let least, let most):
            Self.object("row_count", ["least": least.map { .int($0) } ?? .null, "most": most.map { .int($0) } ?? .null])
        }
    }

    private static func object(_ rule: String, _ fields: ObjectValue) -> Value {
        .object(ObjectValue([("rule", .string(rule))]).merging(fields))
    }

    /// Reads what the functions of `expect` made.
    init(_ value: Value) throws(CallError) {
        guard let object = value.object, let rule = object["rule"]?.string else {
            throw Self.malformed(nil, "a rule is \(value.typeName)")
        }
        let columns = (object["columns"]?.list ?? []).compactMap(\.string)
        let column = object["column"]?.string ?? ""
        switch rule {
        case "not_null": self = .notNull(columns)
        case "unique": self = .unique(columns)
        case "between": self = .between(column, low: object["low"] ?? .null, high: object["high"] ?? .null)
        case "in_set": self = .inSet(column, object["values"]?.list ?? [])
        case "matches": self = .matches(column, pattern: object["pattern"]?.string ?? "")
        case "row_count": self = .rowCount(least: object["least"]?.int, most: object["most"]?.int)
        default: throw Self.malformed(nil, "there is no rule '\(rule)'")
        }
        try check()
    }

    /// Refuses a rule that no table could keep, or that says nothing.
    func check() throws(CallError) {
        switch self {
        case .notNull(let columns), .unique(let columns):
            if columns.isEmpty || columns.contains("") { throw malformed("has no column") }
        case .between(_, let low, let high):
            if low.isNull, high.isNull { throw malformed("has no bound") }
            if let least = low.number, let most = high.number, least > most {
                throw malformed("goes from \(low.literal) to \(high.literal), and nothing lies between")
            }
        case .inSet(_, let values):
            if values.isEmpty { throw malformed("has no values") }
        case .matches(_, let pattern):
            do {
                _ = try Pattern(pattern)
            } catch {
                throw malformed("has a pattern that cannot be used: \(error.reason), at character \(error.offset + 1)")
            }
        case .rowCount(let least, let most):
            if least == nil, most == nil { throw malformed("has no bound") }
            if let least, let most, least > most {
                throw malformed("goes from \(least) to \(most), and nothing lies between")
            }
        }
    }

    private func malformed(_ what: String) -> CallError {
        let function = "expect." + name.prefix { $0 != "(" }
        return Self.malformed(function, "the rule \(name) \(what)")
    }

    private static func malformed(_ function: String?, _ what: String) -> CallError {
        CallError(
            .invalid, Diagnostic(.expectMalformedRule, what, help: ["explain \(function ?? "Expect")"])
        ).about("rules")
    }
}
