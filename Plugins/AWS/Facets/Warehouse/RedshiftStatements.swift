// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Statements of one transaction, which share the values of their parameters.
struct RedshiftStatements: Sendable {
    private(set) var texts: [String] = []
    private(set) var values: [String] = []
    /// What it means where a statement fails, by its offset.
    private(set) var meanings: [Int: CallError] = [:]

    init() {}

    init(_ statement: SQLStatement) throws(CallError) { try add(statement) }

    /// - Parameter meaning: What to say where this statement fails, which was made to do so.
    mutating func add(_ text: String, meaning: CallError? = nil) {
        meanings[texts.count] = meaning
        texts.append(text)
    }

    /// Adds a statement with `?` for its values.
    mutating func add(_ statement: SQLStatement) throws(CallError) {
        var rest = statement.parameters[...]
        var text = ""
        var lexer = SQLLexer()
        let pieces = statement.text.split(separator: "?", omittingEmptySubsequences: false)
        for (offset, piece) in pieces.enumerated() {
            if offset > 0 {
                if lexer.refusal == nil, let value = rest.popFirst() {
                    text += try hole(for: value)
                } else {
                    text += "?"
                }
            }
            text += piece
            lexer.read(String(piece))
        }
        if !rest.isEmpty { throw CallError(.invalid, "the statement has more values than places for them") }
        texts.append(text)
    }

    /// The members of a call that give the values.
    var parameters: ObjectValue {
        if values.isEmpty { return [:] }
        let pairs = values.enumerated().map { offset, value -> Value in
            ["name": .string("p\(offset + 1)"), "value": .string(value)]
        }
        return ["parameters": .list(pairs)]
    }

    /// Where a value stands. Redshift takes each as text, and neither null nor the empty text.
    mutating func hole(for value: Value) throws(CallError) -> String {
        switch value {
        case .null: return "NULL"
        case .bool(let bool): return bool ? "TRUE" : "FALSE"
        case .int(let int): return hole(String(int), .int)
        case .float(let float): return hole(WireText.number(float), .float)
        case .string(""): return "CAST('' AS character varying(1))"
        case .string(let text): return hole(text, .string)
        case .date(let date): return hole(date.description, .date)
        case .time(let time): return hole(AthenaCell.timestamp(time.description), .time)
        default: throw CallError(.invalid, "\(value.typeName) has no place in SQL")
        }
    }

    private mutating func hole(_ value: String, _ type: ColumnType) -> String {
        values.append(value)
        return "CAST(:p\(values.count) AS \(RedshiftType.name(type)))"
    }
}

/// A text that a statement takes no parameter for, such as the address of files.
enum RedshiftLiteral {
    static func text(_ text: String) throws(CallError) -> String {
        // What a backslash means there is a matter of the warehouse's settings.
        if text.unicodeScalars.contains(where: { $0 == "\\" || $0.value < 32 }) {
            throw CallError(.invalid, "a statement cannot name '\(text)'")
        }
        return "'" + text.replacing("'", with: "''") + "'"
    }
}
