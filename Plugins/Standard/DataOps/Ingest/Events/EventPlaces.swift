// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How far a reader has read a log into a table, as the table's own rows tell it.
///
/// Where the rows came in, their places came with them: nothing can be loaded and not be counted as read, or the other way round.
struct EventPlaces: Sendable, Hashable {
    /// What the step adds to the columns of events.
    static let columns = [
        TableColumn("event_reader", .string), TableColumn("event_part", .string), TableColumn("event_number", .string),
        TableColumn("event_time", .time), TableColumn("event_key", .string)
    ]
    private static let batchRows = 1000

    /// The last number of each part.
    var numbers: [String: String] = [:]

    var positions: [EventPosition] {
        numbers.sorted { $0.key < $1.key }.map { EventPosition(part: $0.key, number: $0.value) }
    }

    /// For the journal: by it is known whether rows came in since.
    var text: String {
        Value.object(ObjectValue(numbers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })).json(.plain)
    }

    /// Of a table that holds events; none where there is no table yet.
    init(
        of reader: String, in table: TableDescription?, _ store: any TableStore, _ context: CallContext
    ) async throws(CallError) {
        guard let table else { return }
        let names = Set(table.columns.map { $0.name.lowercased() })
        guard Self.columns.allSatisfy({ names.contains($0.name) }) else {
            throw CallError(
                .conflict,
                Diagnostic(
                    .eventsForeignTable, "the table '\(table.name)' does not say which events its rows come from",
                    notes: ["events are loaded with the columns " + Self.columns.map(\.name).joined(separator: ", ")],
                    help: ["choose another name with `table`, and join them by a Transform"])
            ).about("table")
        }
        let (part, number) = (store.dialect.identifier("event_part"), store.dialect.identifier("event_number"))
        // Numbers grow, and are texts: of two the longer is the greater.
        let statement = SQLStatement(
            "select \(part), max(\(number)) from \(store.dialect.identifier(table.name)) "
                + "where \(store.dialect.identifier("event_reader")) = ? group by \(part), length(\(number))",
            [.string(reader)])
        let found = QueryCollector()
        _ = try await store.query(statement, batchRows: Self.batchRows, context: context) {
            columns, batch throws(CallError) in
            found.add(columns, batch)
            return true
        }
        for row in found.result(reads: []).rows {
            guard row.count == 2, let part = row[0].string, let number = row[1].string else { continue }
            if let known = numbers[part], !Self.isLess(known, number) { continue }
            numbers[part] = number
        }
    }

    private static func isLess(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count ? one < other : one.utf8.count < other.utf8.count
    }
}
