// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A column as Athena or the catalog names its type.
struct AthenaColumn: Sendable, Hashable {
    let name: String
    /// `decimal(10,2)`, `array<string>`.
    let type: String

    init(_ name: String, _ type: String) {
        self.name = name
        self.type = type.lowercased()
    }

    /// What it is to steps.
    var column: TableColumn { TableColumn(name, AthenaType.column(type)) }

    /// The column as the files of a table made here have it: of one of the six types that the catalog is told, since a
    /// file whose numbers are decimals is no file of doubles.
    func stored(_ dialect: SQLDialect) -> String {
        let name = dialect.identifier(name)
        switch type.prefix(while: { $0.isLetter }) {
        case "array", "map", "row", "struct": return "json_format(CAST(\(name) AS json))"
        case "json": return "json_format(\(name))"
        case "varbinary", "binary": return "to_base64(\(name))"
        default: return "CAST(\(name) AS \(Self.sql(column.type)))"
        }
    }

    /// The column as one that a table has.
    func stored(_ dialect: SQLDialect, as other: AthenaColumn) -> String {
        let (own, wanted) = (column.type, other.column.type)
        return own == wanted ? stored(dialect) : "CAST(\(stored(dialect)) AS \(Self.sql(wanted)))"
    }

    /// The types in Athena's SQL, where the catalog has Hive's names.
    static func sql(_ type: ColumnType) -> String {
        switch type {
        case .int: "bigint"
        case .float: "double"
        case .bool: "boolean"
        case .date: "date"
        case .time: "timestamp(3)"
        case .string: "varchar"
        }
    }
}
