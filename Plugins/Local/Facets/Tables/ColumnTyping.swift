// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Finds the types of columns, of which SQLite keeps only how values are stored.
///
/// A type is first supposed (from the stored form, or from a column of the same name that the query read) and then
/// proved on the rows by one expression a column; what the rows do not bear out becomes the next wider type.
enum ColumnTyping {
    private static let datePattern = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"

    static func type(ofAffinity affinity: String) -> ColumnType {
        switch affinity.uppercased() {
        case let name where name.contains("INT"): .int
        case "REAL": .float
        default: .string
        }
    }

    /// How a column of a type is declared to SQLite.
    static func affinity(of type: ColumnType) -> String {
        switch type {
        case .int, .bool: "INTEGER"
        case .float: "REAL"
        case .date, .time, .string: "TEXT"
        }
    }

    /// Whether SQLite's own type of a column says what its values are.
    static func isStored(affinity: String) -> Bool { supposition(affinity: affinity, read: nil) != nil }

    /// What a fresh column may be: its stored form, or what a column of the same name and form was that was read.
    static func supposition(affinity: String, read: ColumnType?) -> ColumnType? {
        let stored: ColumnType? =
            switch affinity.uppercased() {
            case "INT", "INTEGER": .int
            case "REAL": .float
            case "TEXT": .string
            default: nil
            }
        guard let stored else { return read == .date || read == .time ? read : nil }
        guard let read, self.affinity(of: read) == self.affinity(of: stored) else { return stored }
        return read
    }

    /// The type that holds the values of both.
    static func widest(_ left: ColumnType, _ right: ColumnType) -> ColumnType {
        if left == right { return left }
        switch (affinity(of: left), affinity(of: right)) {
        case ("INTEGER", "INTEGER"): return .int
        case ("INTEGER", "REAL"), ("REAL", "INTEGER"): return .float
        default: return .string
        }
    }

    /// An expression over rows that gives the column's type as text.
    ///
    /// - Parameters:
    ///   - supposed: What the column is believed to be; nil for nothing known.
    ///   - column: The quoted name.
    ///   - isStored: True where SQLite's own type of the column makes numbers of numbers.
    static func expression(_ column: String, supposed: ColumnType?, isStored: Bool) -> String {
        let isText = "typeof(max(\(column))) in ('text', 'blob')"
        switch supposed {
        case .string: return "'String'"
        case .date, .time:
            let isDate = supposed == .date
            let wider = isStored ? "'String'" : expression(column, supposed: nil, isStored: false)
            let isOther = "min(\(column) glob '\(datePattern)\(isDate ? "" : "[T ]*")') is 0"
            return "case when \(isOther) then \(wider) else '\(isDate ? "Date" : "Time")' end"
        case .bool: return "case when min(\(column) in (0, 1)) is 0 then 'Int' else 'Bool' end"
        case .int where isStored: return "'Int'"
        case .float where isStored: return "'Float'"
        case .int:
            return "case when \(isText) then 'String' when max(typeof(\(column)) = 'real') then 'Float' else 'Int' end"
        case .float: return "case when \(isText) then 'String' else 'Float' end"
        case nil:
            return "case when \(isText) or max(\(column)) is null then 'String' "
                + "when max(typeof(\(column)) = 'real') then 'Float' else 'Int' end"
        }
    }

    /// A select that gives the JSON list of types, without looking at rows where no column needs it.
    static func types(_ expressions: [String], from rows: String) -> String {
        let list = "select json_array(" + expressions.joined(separator: ", ") + ")"
        return expressions.allSatisfy { $0.hasPrefix("'") } ? list : list + " from " + rows
    }
}
