// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The entries of one database of the Glue catalog.
struct GlueCatalog: Sendable {
    let client: AWSClient
    let database: String

    private static let scheme = "glue:"

    /// How a table's description names the database that holds it.
    static func location(of database: String) -> String { scheme + database }

    /// The database that a description names; nil for a place elsewhere.
    static func database(at location: String?) -> String? {
        guard let location, location.hasPrefix(scheme) else { return nil }
        return String(location.dropFirst(scheme.count))
    }

    private func place(_ name: String) -> ObjectValue {
        ["database_name": .string(database), "name": .string(name)]
    }

    /// Nil where there is none.
    func table(_ name: String, _ context: CallContext) async throws(CallError) -> GlueTable? {
        do throws(AWSFailure) {
            let answer = try await client.call("glue", "GetTable", place(name), context: context)
            return answer["table"]?.object.map { GlueTable(told: $0) }
        } catch {
            if error.isOne(of: ["EntityNotFoundException"]) { return nil }
            throw error.callError
        }
    }

    /// Makes a table, or points the one that is there to something else, in one step.
    func put(_ table: GlueTable, replacing old: GlueTable?, _ context: CallContext) async throws(CallError) {
        let parameters: ObjectValue = ["database_name": .string(database), "table_input": .object(table.input)]
        do throws(AWSFailure) {
            _ = try await client.call(
                "glue", old == nil ? "CreateTable" : "UpdateTable", parameters, context: context,
                repeatable: old != nil)
        } catch {
            // A lost answer to the first call, or another writer; the last one wins.
            guard old == nil, error.isOne(of: ["AlreadyExistsException"]) else { throw error.callError }
            try await put(table, replacing: table, context)
        }
    }

    /// Absent is fine.
    func remove(_ name: String, _ context: CallContext) async throws(CallError) {
        do throws(AWSFailure) {
            _ = try await client.call("glue", "DeleteTable", place(name), context: context, repeatable: true)
        } catch {
            if !error.isOne(of: ["EntityNotFoundException"]) { throw error.callError }
        }
    }
}

/// A table as the catalog has it.
struct GlueTable: Sendable, Hashable {
    private static let tokenName = "converge.token"
    private static let rowsName = "converge.rows"

    /// What the catalog takes back: the entry without what it adds by itself.
    private(set) var input: ObjectValue
    /// Counts the changes of the entry.
    private let versionID: String?

    init(told: ObjectValue) {
        let taken = [
            "name", "description", "owner", "retention", "storage_descriptor", "partition_keys", "table_type",
            "parameters", "view_original_text", "view_expanded_text"
        ]
        input = told.filter { taken.contains($0.key) }
        versionID = told["version_id"]?.string
    }

    /// A new one over the files of a folder.
    init(_ name: String, _ columns: [TableColumn], _ format: Format, at place: StoragePrefix) {
        versionID = nil
        input = [
            "name": .string(name), "table_type": "EXTERNAL_TABLE",
            "parameters": ["EXTERNAL": "TRUE", "classification": .string(format.classification)],
            "storage_descriptor": [
                "columns": .list(
                    columns.map { ["name": .string($0.name), "type": .string(AthenaType.hive($0.type))] }),
                "location": .string(place.url), "input_format": .string(format.inputFormat),
                "output_format": .string(format.outputFormat),
                "serde_info": ["serialization_library": .string(format.library)]
            ]
        ]
    }

    /// How the files of a table are written.
    enum Format: Sendable {
        case parquet
        case jsonLines

        var classification: String { self == .parquet ? "parquet" : "json" }
        var inputFormat: String {
            self == .parquet
                ? "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
                : "org.apache.hadoop.mapred.TextInputFormat"
        }
        var outputFormat: String {
            self == .parquet
                ? "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
                : "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
        }
        var library: String {
            self == .parquet
                ? "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" : "org.openx.data.jsonserde.JsonSerDe"
        }
    }

    private var descriptor: ObjectValue { input["storage_descriptor"]?.object ?? [:] }
    private var parameters: ObjectValue { input["parameters"]?.object ?? [:] }

    var name: String { input["name"]?.string ?? "" }
    var isView: Bool { input["table_type"] == "VIRTUAL_VIEW" }
    var location: StoragePrefix? { descriptor["location"]?.string.flatMap { StoragePrefix(url: $0) } }
    /// The operation that wrote last; nil where none of Converge's did.
    var token: String? { parameters[Self.tokenName]?.string }

    var columns: [TableColumn] { typedColumns.map(\.column) }

    /// The columns with the catalog's own types.
    var typedColumns: [AthenaColumn] {
        let items = (descriptor["columns"]?.list ?? []) + (input["partition_keys"]?.list ?? [])
        return items.compactMap { item in
            guard let column = item.object, let name = column["name"]?.string else { return nil }
            return AthenaColumn(name, column["type"]?.string ?? "")
        }
    }

    var description: TableDescription {
        TableDescription(
            name: name, columns: columns, rows: parameters[Self.rowsName]?.string.flatMap { Int64($0) },
            version: token ?? "glue-\(versionID ?? "0")")
    }

    /// The entry after an operation wrote.
    func written(by token: OperationToken, rows: Int64?) -> GlueTable {
        var table = self
        var parameters = parameters
        parameters[Self.tokenName] = .string(token.text)
        parameters[Self.rowsName] = rows.map { .string(String($0)) }
        table.input["parameters"] = .object(parameters)
        return table
    }
}

/// The types of columns, as the catalog and Athena name them.
enum AthenaType {
    static func hive(_ type: ColumnType) -> String {
        switch type {
        case .int: "bigint"
        case .float: "double"
        case .bool: "boolean"
        case .date: "date"
        case .time: "timestamp"
        case .string: "string"
        }
    }

    static func column(_ name: String) -> ColumnType {
        switch name.lowercased().prefix(while: { $0 != "(" && $0 != " " }) {
        case "tinyint", "smallint", "int", "integer", "bigint": .int
        case "float", "real", "double", "decimal": .float
        case "boolean": .bool
        case "date": .date
        case "timestamp": .time
        default: .string
        }
    }
}
