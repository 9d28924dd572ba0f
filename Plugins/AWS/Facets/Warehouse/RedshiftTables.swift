// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The tables of a database of Redshift, by its Data API.
///
/// What an operation writes is one transaction: rows go into a table of the session's own, and from there into the table
/// that is meant, so that readers see the old rows or the new ones and a table that stays as it is keeps its grants and
/// views. The table's comment tells which operation wrote last, in the same transaction: a repeat does nothing, and the
/// version changes with the rows. Redshift does not tell which tables a statement reads.
struct RedshiftTables: TableStore {
    let client: AWSClient
    let services: any HostServices
    let place: RedshiftPlace
    /// Nil where rows are loaded by statements alone.
    let staging: RedshiftStaging?

    var dialect: SQLDialect { SQLDialect(name: "redshift") }

    func run(_ context: CallContext) -> RedshiftRun {
        RedshiftRun(client: client, services: services, place: place, context: context)
    }

    func describe(_ table: String, context: CallContext) async throws(CallError) -> TableDescription? {
        try checkCancellation()
        return try await entry(table, context)?.description
    }

    func drop(_ table: String, context: CallContext) async throws(CallError) {
        try checkCancellation()
        guard let old = try await entry(table, context) else { return }
        var statements = RedshiftStatements()
        statements.add(dropping(old))
        try await run(context).change(statements, name: name(of: "drop", table, context), attempt: 0)
    }

    func mount(_ table: Reference, context: CallContext) async throws(CallError) -> Reference {
        throw CallError(
            .unsupported(feature: "mount"), "Redshift reads tables of its own database alone",
            help: ["copy the table here: Copy { from: …, to: … }"])
    }

    // MARK: What writes have in common

    func entry(_ table: String, _ context: CallContext) async throws(CallError) -> RedshiftEntry? {
        let rows = try await rows(of: RedshiftEntry.question(table), context)
        return RedshiftEntry(table, rows: rows)
    }

    /// What is there before a write, and how often the write was tried before.
    enum Before: Sendable {
        /// The operation wrote already.
        case written(RedshiftEntry)
        case open(RedshiftEntry?, failures: Int)
    }

    func before(_ table: String, _ context: CallContext) async throws(CallError) -> Before {
        let old = try await entry(table, context)
        if let old, old.token == context.token.text { return .written(old) }
        switch try await run(context).past(of: name(of: "write", table, context)) {
        case .done:
            guard let now = try await entry(table, context) else { return .open(nil, failures: 0) }
            return .written(now)
        case .failed(let failures): return .open(old, failures: failures)
        }
    }

    /// Executes a write to its end.
    func write(
        _ statements: RedshiftStatements, to table: String, failures: Int, _ context: CallContext
    ) async throws(CallError) -> RedshiftEntry {
        try await run(context).change(
            statements, name: name(of: "write", table, context), attempt: failures)
        guard let now = try await entry(table, context) else {
            throw CallError(.conflict, "the table '\(table)' was dropped while it was written")
        }
        return now
    }

    /// By what statements are found again.
    private func name(of deed: String, _ table: String, _ context: CallContext) -> String {
        "converge \(deed) \(context.token.text) \(table)"
    }

    // MARK: Parts of statements

    /// The table of the session that an operation fills first.
    func aside(_ context: CallContext) -> String { dialect.identifier("converge_\(context.token.text)") }

    func list(_ columns: [String]) -> String { columns.map(dialect.identifier).joined(separator: ", ") }

    func creation(_ table: String, _ columns: [RedshiftEntry.Column], isTemporary: Bool) -> String {
        let columns = columns.map { "\(dialect.identifier($0.name)) \($0.type)" }.joined(separator: ", ")
        return "CREATE \(isTemporary ? "TEMPORARY " : "")TABLE \(table) (\(columns))"
    }

    func dropping(_ entry: RedshiftEntry) -> String {
        "DROP \(entry.isView ? "VIEW" : "TABLE") \(dialect.identifier(entry.name))"
    }

    /// Fills a table anew from that of the session.
    func replacement(
        of table: String, _ columns: [RedshiftEntry.Column], _ old: RedshiftEntry?, _ context: CallContext
    ) -> [String] {
        let name = dialect.identifier(table)
        let made: [String] =
            if let old, !old.isView, old.columns == columns {
                ["DELETE FROM \(name)"]
            } else {
                (old.map { [dropping($0)] } ?? []) + [creation(name, columns, isTemporary: false)]
            }
        return made + [moving(columns.map(\.name), to: table, context)]
    }

    /// The rows of the session's table into another.
    func moving(_ columns: [String], to table: String, _ context: CallContext) -> String {
        let names = list(columns)
        return "INSERT INTO \(dialect.identifier(table)) (\(names)) SELECT \(names) FROM \(aside(context))"
    }

    func marking(
        _ table: String, isView: Bool = false, rows: Int64?, _ context: CallContext
    ) throws(CallError) -> String {
        let words = try RedshiftLiteral.text(RedshiftEntry.words(context.token, rows: rows))
        return "COMMENT ON \(isView ? "VIEW" : "TABLE") \(dialect.identifier(table)) IS \(words)"
    }

    /// Names that stay as they are, whatever the warehouse does to capitals.
    func check(table: String) throws(CallError) {
        let isGood =
            !table.isEmpty && table.utf8.count <= 127
            && table.unicodeScalars.allSatisfy { $0.value >= 32 && $0.properties.lowercaseMapping == String($0) }
        if !isGood {
            throw CallError(
                .invalid, "a table of Redshift cannot have the name '\(table)'",
                notes: ["it takes 127 bytes and no capitals"])
        }
    }

    func check(_ columns: [RedshiftEntry.Column]) throws(CallError) {
        if columns.isEmpty { throw CallError(.invalid, "a table needs at least one column") }
        var seen: Set<String> = []
        if let repeated = columns.first(where: { !seen.insert($0.name).inserted }) {
            throw CallError(
                .invalid, "two columns are called '\(repeated.name)'", help: ["name one of them with `as`"])
        }
    }

    /// Refuses rows that a table has no columns for.
    func check(_ columns: [RedshiftEntry.Column], fit old: RedshiftEntry, by deed: String) throws(CallError) {
        if old.isView {
            throw CallError(
                .invalid, "'\(old.name)' is a view: there is nothing to \(deed) to", help: [#"mode: "replace""#])
        }
        let known = old.columns.map(\.name)
        if let stray = columns.map(\.name).first(where: { !known.contains($0) }) {
            throw .missingColumn(stray, in: "the table '\(old.name)'", known: known)
        }
    }
}

extension CallError {
    static func missingColumn(_ name: String, in place: String, known: [String]) -> CallError {
        let nearest = NearestName.find(name, in: known)
        return CallError(
            .invalid, "\(place) has no column '\(name)'",
            notes: ["it has " + known.joined(separator: ", ")],
            help: nearest.map { ["did you mean '\($0)'?"] } ?? [])
    }
}
