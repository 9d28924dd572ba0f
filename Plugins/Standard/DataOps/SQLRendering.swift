// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Renders Sql values for one store, where tables of other stores are first made readable.
struct SQLRendering: Sendable {
    let store: any TableStore
    /// The resource whose store it is.
    let resource: Address?
    let context: CallContext

    struct Rendered: Sendable {
        var statement: SQLStatement
        /// The tables that the text names, as the steps know them.
        var tables: [Reference]
    }

    func render(_ sql: Value) async throws(CallError) -> Rendered {
        var mounted: [Reference: Reference] = [:]
        var tables: [Reference] = []
        let local = try await localised(sql, &mounted, &tables)
        return Rendered(statement: try store.dialect.render(local), tables: tables)
    }

    /// The value with each table replaced by one that this store can read.
    private func localised(
        _ value: Value, _ mounted: inout [Reference: Reference], _ tables: inout [Reference]
    ) async throws(CallError) -> Value {
        switch value {
        case .template(let template):
            var parts: [Template.Part] = []
            for part in template.parts {
                switch part {
                case .text: parts.append(part)
                case .hole(let hole): parts.append(.hole(try await localised(hole, &mounted, &tables)))
                }
            }
            return .template(Template(parts))
        case .list(let items):
            var local: [Value] = []
            for item in items { local.append(try await localised(item, &mounted, &tables)) }
            return .list(local)
        case .reference(let table) where table.type == "Table":
            if let known = mounted[table] { return .reference(known) }
            tables.append(table)
            let here = table.resource == resource ? table : try await mount(table)
            mounted[table] = here
            return .reference(here)
        default: return value
        }
    }

    private func mount(_ table: Reference) async throws(CallError) -> Reference {
        do throws(CallError) {
            return try await store.mount(table, context: context)
        } catch  where error.diagnostic.code == .callUnsupported {
            let place = table.resource?.text ?? "another store"
            throw CallError(
                error.reason,
                Diagnostic(
                    .tableOutOfReach,
                    "the table '\(table.name)' of '\(place)' cannot be read in '\(resource?.text ?? "this store")'",
                    notes: [error.diagnostic.message], help: error.diagnostic.help)
            ).about("sql")
        }
    }
}

extension CallError {
    /// The error of a store that refused a query, told as one of the step's text.
    func asRefusedQuery(_ statement: SQLStatement) -> CallError {
        guard reason == .invalid, field == nil else { return self }
        guard diagnostic.code == .callInvalid else { return about("sql") }
        let sent = Self.shortened(statement.text)
        return CallError(
            .invalid,
            Diagnostic(
                .queryRefused, "the query is refused: \(diagnostic.message)",
                notes: diagnostic.notes.filter { !$0.contains(sent) } + ["as it was sent: \(sent)"],
                help: diagnostic.help)
        ).about("sql")
    }

    private static func shortened(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 400 ? words.prefix(400) + "…" : words
    }
}

extension TableStore {
    /// The rows of a query whose result is small.
    func rows(_ statement: SQLStatement, context: CallContext) async throws(CallError) -> QueryResult {
        let collected = QueryCollector()
        let reads = try await query(statement, batchRows: 1024, context: context) { columns, batch throws(CallError) in
            collected.add(columns, batch)
            return true
        }
        return collected.result(reads: reads)
    }
}
