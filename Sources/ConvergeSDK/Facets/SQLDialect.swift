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
        // By scalars: to the engine a quote with a mark on it is a quote.
        var text = String.UnicodeScalarView(open.unicodeScalars)
        for scalar in name.unicodeScalars {
            if close.unicodeScalars.first == scalar { text.append(scalar) }
            text.append(scalar)
        }
        text.append(contentsOf: close.unicodeScalars)
        return String(text)
    }

    /// Renders a value of type Sql: a table or column becomes a quoted identifier, a scalar a bound parameter, a list
    /// as many parameters as it has items, Sql is spliced.
    ///
    /// - Throws: `CallError` with `invalid` for a value that SQL has no place for.
    public func render(_ value: Value) throws(CallError) -> SQLStatement {
        var statement = SQLStatement("")
        var lexer = SQLLexer()
        try write(text: value, into: &statement, &lexer)
        return statement
    }

    private func write(
        text value: Value, into statement: inout SQLStatement, _ lexer: inout SQLLexer
    ) throws(CallError) {
        switch value {
        case .string(let text):
            statement.text += text
            lexer.read(text)
        case .template(let template):
            for part in template.parts {
                switch part {
                case .text(let text): try write(text: .string(text), into: &statement, &lexer)
                case .hole(let hole):
                    if let place = lexer.refusal {
                        throw CallError(.invalid, Self.refusal(place), help: [Self.wayOut])
                    }
                    try write(hole, into: &statement, &lexer)
                }
            }
        default: throw CallError(.invalid, "SQL text is needed here, not \(value.typeName)")
        }
    }

    /// What is wrong with a value that stands where none can.
    public static func refusal(_ place: String) -> String { "a value \(place) of a statement is not read as a value" }

    /// What to do instead.
    public static let wayOut = "write it without quotes around it, and join it to text by the engine's own ||"

    private func write(
        _ hole: Value, into statement: inout SQLStatement, _ lexer: inout SQLLexer
    ) throws(CallError) {
        switch hole {
        case .reference(let reference) where reference.type == "Table" || reference.type == "Column":
            statement.text += identifier(reference.name)
        case .template:
            try write(text: hole, into: &statement, &lexer)
        case .list(let items):
            for (offset, item) in items.enumerated() {
                if offset > 0 { statement.text += ", " }
                try write(item, into: &statement, &lexer)
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
