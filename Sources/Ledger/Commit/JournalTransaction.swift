// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import GRDB

/// One commit in the making, shared by the callers that arrived together.
///
/// A piece of work checks everything before it writes: what it throws as a `Diagnostic` refuses it alone, any other
/// error undoes the whole commit.
final class JournalTransaction {
    let db: SQLiteDatabase
    /// Environments of which a resource row changed.
    var changedEnvironments: Set<String> = []
    private let lasting: LastingIDs
    /// What was looked up or made here.
    private(set) var found = LastingIDs.Known()
    /// How many resource rows came, less those that went.
    var rows: Int64 = 0

    /// - Parameter lasting: What the connection knows from transactions before.
    init(_ db: SQLiteDatabase, lasting: LastingIDs = LastingIDs()) {
        self.db = db
        self.lasting = lasting
    }

    /// Raises the sequence, and with it the version of each environment whose rows changed; keeps the count of rows.
    func finish() throws {
        try increase("sequence")
        if !changedEnvironments.isEmpty {
            let sequence = try number("sequence")
            for environment in changedEnvironments { try set("version:" + environment, to: sequence) }
        }
        if rows != 0 { try set("rows", to: try number("rows") + rows) }
    }

    func number(_ name: String) throws -> Int64 { try Meta.number(name, in: db) }

    /// One more than before, from 1.
    func raise(_ name: String) throws -> Int64 {
        try increase(name)
        return try number(name)
    }

    /// Without `RETURNING`, for which SQLite makes a table of its own each time.
    private func increase(_ name: String) throws {
        try execute(
            "INSERT INTO meta VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1", [name])
    }

    func set(_ name: String, to number: Int64) throws {
        try execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [name, number])
    }

    func execute(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(exact: arguments))
    }

    /// The id under which rows name a module of an environment; given on first use.
    func module(_ environment: String, _ name: String) throws -> Int64 {
        let module = LastingIDs.Module(environment: environment, name: name)
        if let id = lasting.id(of: module) ?? found.modules[module] { return id }
        let find = try db.cachedStatement(sql: "SELECT id FROM module WHERE environment = ? AND name = ?")
        let known = try Int64.fetchOne(find, arguments: StatementArguments(exact: [environment, name]))
        let id = try known ?? add(environment, name)
        found.modules[module] = id
        return id
    }

    func hasRun(_ number: Int64) throws -> Bool {
        if lasting.hasRun(number) || found.runs.contains(number) { return true }
        let find = try db.cachedStatement(sql: "SELECT 1 FROM run WHERE number = ?")
        guard try Bool.fetchOne(find, arguments: StatementArguments(exact: [number])) ?? false else { return false }
        found.runs.insert(number)
        return true
    }

    private func add(_ environment: String, _ name: String) throws -> Int64 {
        try execute("INSERT INTO module (environment, name) VALUES (?, ?)", [environment, name])
        return db.lastInsertedRowID
    }
}

/// The ledger's few numbers and names.
enum Meta {
    static func number(_ name: String, in db: SQLiteDatabase) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?"), arguments: [name]) ?? 0
    }

    static func text(_ name: String, in db: SQLiteDatabase) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?"), arguments: [name])
    }
}
