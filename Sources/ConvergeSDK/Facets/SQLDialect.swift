// SPDX-License-Identifier: Apache-2.0

/// The differences between SQL engines that templates must know.
public struct SQLDialect: Sendable, Hashable {
    /// `sqlite`, `redshift`, `tsql`, `bigquery`.
    public var name: String
    /// Stands before and behind a quoted identifier.
    public var identifierQuotes: (open: String, close: String) {
        switch name {
        case "tsql": ("[", "]")
        case "bigquery": ("`", "`")
        default: ("\"", "\"")
        }
    }

    public static let sqlite = SQLDialect(name: "sqlite")

    public init(name: String) { self.name = name }

    /// A name as an identifier, whatever characters it holds.
    public func identifier(_ name: String) -> String {
        let (open, close) = identifierQuotes
        let pieces = name.split(separator: close, omittingEmptySubsequences: false)
        return open + pieces.joined(separator: close + close) + close
    }

    /// Renders a value of type Sql: a table or column becomes a quoted identifier, a scalar a bound parameter, a list
    /// as many parameters as it has items, Sql is spliced.
    ///
    /// - Throws: `CallError` with `invalid` for a value that SQL has no place for.
    public func render(_ value: Value) throws(CallError) -> SQLStatement {
        var statement = SQLStatement("")
        switch value {
        case .string(let text): statement.text = text
        case .template(let template):
            for part in template.parts {
                switch part {
                case .text(let text): statement.text += text
                case .hole(let hole): try write(hole, into: &statement)
                }
            }
        default: throw CallError(.invalid, "SQL text is needed here, not \(value.typeName)")
        }
        return statement
    }

    private func write(_ hole: Value, into statement: inout SQLStatement) throws(CallError) {
        switch hole {
        case .reference(let reference) where reference.type == "Table" || reference.type == "Column":
            statement.text += identifier(reference.name)
        case .template:
            let spliced = try render(hole)
            statement.text += spliced.text
            statement.parameters += spliced.parameters
        case .list(let items):
            for (offset, item) in items.enumerated() {
                if offset > 0 { statement.text += ", " }
                try write(item, into: &statement)
            }
            if items.isEmpty { statement.text += "null" }
        case .null, .bool, .int, .float, .string, .date, .time:
            statement.text += "?"
            statement.parameters.append(hole)
        case .percent(let share):
            statement.text += "?"
            statement.parameters.append(.float(share / 100))
        case .duration(let duration):
            statement.text += "?"
            statement.parameters.append(.float(duration.seconds))
        case .size(let bytes):
            statement.text += "?"
            statement.parameters.append(.int(bytes))
        default:
            throw CallError(
                .invalid, "\(hole.typeName) has no place in SQL",
                help: ["use a table, a column, a number, a text, a date, a time or a list of them"])
        }
    }
}

/// SQL text of one dialect and the values for its `?`.
public struct SQLStatement: Sendable, Hashable {
    public var text: String
    public var parameters: [Value]

    public init(_ text: String, _ parameters: [Value] = []) {
        self.text = text
        self.parameters = parameters
    }
}
