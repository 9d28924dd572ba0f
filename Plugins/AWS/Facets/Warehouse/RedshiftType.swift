// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The types of columns, as Redshift names them.
enum RedshiftType {
    /// The type of a new column.
    static func name(_ type: ColumnType) -> String {
        switch type {
        case .int: "bigint"
        case .float: "double precision"
        case .bool: "boolean"
        case .date: "date"
        case .time: "timestamp without time zone"
        case .string: "character varying(65535)"
        }
    }

    /// What a column of that type is to steps, whether the catalog or an answer names it.
    static func column(_ name: String) -> ColumnType {
        switch name.prefix(while: { $0 != "(" }) {
        case "smallint", "integer", "bigint", "int2", "int4", "int8": .int
        case "real", "double precision", "numeric", "float4", "float8": .float
        case "boolean", "bool": .bool
        case "date": .date
        case "timestamp without time zone", "timestamp with time zone", "timestamp", "timestamptz": .time
        default: .string
        }
    }

    /// The type with its sizes, in the catalog's words, of what an answer says of a column.
    static func name(told column: ObjectValue) -> String {
        let size = column["precision"]?.int ?? 0
        let type = column["type_name"]?.string ?? ""
        switch type {
        case "int2": return "smallint"
        case "int4": return "integer"
        case "int8": return "bigint"
        case "float4": return "real"
        case "float8": return "double precision"
        case "bool": return "boolean"
        case "timestamp": return "timestamp without time zone"
        case "timestamptz": return "timestamp with time zone"
        case "numeric": return "numeric(\((1...38).contains(size) ? size : 38),\(column["scale"]?.int ?? 0))"
        case "bpchar": return "character(\((1...4096).contains(size) ? size : 4096))"
        case "varchar", "text", "name", "unknown", "char", "":
            return "character varying(\((1...65535).contains(size) ? size : 65535))"
        default: return type
        }
    }
}
