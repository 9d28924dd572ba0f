// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The rows of a table that have one value in a column.
struct DataSlice: Sendable {
    let column: String
    let value: Value

    /// How it is called in messages and tables: `region = eu`, `region is null`.
    var name: String {
        switch value {
        case .null: "\(column) is null"
        case .string(let text): "\(column) = \(text)"
        default: "\(column) = \(value.literal)"
        }
    }

    /// The slices of all columns of a step. More would each run a program.
    static let most = 100

    /// The slices that a table has by its columns, in the order of the columns and then of the values.
    static func all(
        of table: Reference, by columns: [String], _ request: StepRequest
    ) async throws(CallError) -> [DataSlice] {
        if columns.isEmpty { return [] }
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: table)
        guard let known = try await store.describe(table.name, context: request.context)?.columns else {
            throw CallError(.notFound, "there is no table '\(table.name)'").about("data")
        }
        var slices: [DataSlice] = []
        for column in columns {
            guard let type = known.first(where: { $0.name == column })?.type else {
                throw missing(column, known.map(\.name), table)
            }
            let name = store.dialect.identifier(column)
            let statement = SQLStatement(
                "select distinct \(name) from \(store.dialect.identifier(table.name)) order by 1 limit \(most + 1)")
            let values = try await store.rows(statement, context: request.context).rows.compactMap(\.first)
            slices += values.map { DataSlice(column: column, value: type == .bool ? truth($0) : $0) }
            guard slices.count <= most else { throw tooMany(column, values.count) }
        }
        return slices
    }

    /// A truth value, which some stores keep as a number.
    private static func truth(_ value: Value) -> Value { value.int.map { .bool($0 != 0) } ?? value }

    private static func missing(_ column: String, _ known: [String], _ table: Reference) -> CallError {
        let nearest = NearestName.find(column, in: known)
        return CallError(
            .invalid,
            Diagnostic(
                .sliceColumnMissing, "the table '\(table.name)' has no column '\(column)'",
                help: [nearest.map { "did you mean '\($0)'?" } ?? "it has " + known.prefix(12).joined(separator: ", ")])
        ).about("slices")
    }

    private static func tooMany(_ column: String, _ count: Int) -> CallError {
        let what =
            count > most
            ? "the column '\(column)' has more than \(most) values"
            : "with the column '\(column)' there are more than \(most) slices"
        return CallError(
            .invalid,
            Diagnostic(
                .tooManySlices, what, notes: ["the program runs once for each slice"],
                help: ["slice by a column with fewer values, such as a Transform makes of ranges"])
        ).about("slices")
    }
}
