// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The connection's own database: one row for each thing, with the token that made it.
struct Catalog: Sendable {
    private static let columns = "kind, id, name, inputs, facts, change"

    private static let schema = [
        DatabaseStatement(
            """
            create table if not exists things (
              kind text not null, id text not null, token text not null, name text, inputs text not null,
              facts text not null, change text, primary key (kind, id)
            ) without rowid
            """),
        DatabaseStatement(
            "create unique index if not exists things_by_name on things (kind, name) where name is not null"),
        // Whoever writes: the database itself counts the changes of each thing.
        DatabaseStatement(
            """
            create table if not exists changes (
              kind text not null, id text not null, number integer not null, time integer not null,
              primary key (kind, id)
            ) without rowid
            """),
        DatabaseStatement(
            """
            create trigger if not exists things_change after update of name, inputs, facts on things begin
              insert into changes values (new.kind, new.id, 1, cast(strftime('%s', 'now') as integer))
              on conflict (kind, id) do update set number = number + 1, time = excluded.time;
            end
            """),
        DatabaseStatement(
            """
            create trigger if not exists things_leave after delete on things begin
              delete from changes where kind = old.kind and id = old.id;
            end
            """)
    ]

    private static let reading = "select \(columns), number, time from things left join changes using (kind, id)"
    /// Whether a thing has the version that is expected.
    private static let isExpected = """
        coalesce(?, '') in ('', (select coalesce(max(number), 0) || '' from changes
          where changes.kind = things.kind and changes.id = things.id))
        """

    let path: String
    let databases: DatabaseShelf

    private func database() async throws(CallError) -> any Database {
        try await databases.database(path, schema: Self.schema)
    }

    /// Records a new thing; where the token recorded one before, which has the same id, that one is the answer.
    func insert(_ thing: Thing, token: OperationToken) async throws(CallError) -> Thing {
        let statement = DatabaseStatement(
            """
            insert into things (kind, id, token, name, inputs, facts) values (?, ?, ?, ?, ?, ?)
            on conflict (kind, id) do update set token = excluded.token returning \(Self.columns)
            """,
            [
                .string(thing.kind), .string(thing.id), .string(token.text), thing.name.map { .string($0) } ?? .null,
                .string(Value.object(thing.inputs).json()), .string(Value.object(thing.facts).json())
            ])
        return try await database().write([statement]).firstThing() ?? thing
    }

    /// Changes what is declared of a thing; nil where it is gone, or not of the version that is expected.
    func update(
        _ id: String, kind: String, inputs: ObjectValue, token: OperationToken, expecting version: String?
    ) async throws(CallError) -> Thing? {
        let statement = DatabaseStatement(
            """
            update things set inputs = ?, change = ? where kind = ? and id = ? and \(Self.isExpected)
            returning \(Self.columns)
            """,
            [
                .string(Value.object(inputs).json()), .string(token.text), .string(kind), .string(id),
                version.map { .string($0) } ?? .null
            ])
        return try await database().write([statement]).firstThing()
    }

    func delete(_ id: String, kind: String) async throws(CallError) {
        let statement = DatabaseStatement(
            "delete from things where kind = ? and id = ?", [.string(kind), .string(id)])
        _ = try await database().write([statement])
    }

    func thing(_ id: String, kind: String) async throws(CallError) -> Thing? {
        try await first("where kind = ? and id = ?", [.string(kind), .string(id)])
    }

    /// The id of the thing that has a name.
    func holder(of name: String, kind: String) async throws(CallError) -> String? {
        try await first("where kind = ? and name = ?", [.string(kind), .string(name)])?.id
    }

    /// Things of a kind in the order of their ids.
    func page(kind: String, after id: String?, limit: Int) async throws(CallError) -> [Thing] {
        let statement = DatabaseStatement(
            "\(Self.reading) where kind = ? and id > ? order by id limit ?",
            [.string(kind), .string(id ?? ""), .int(Int64(limit))])
        guard let result = try await database().read([statement]).first else { return [] }
        var things: [Thing] = []
        for row in result.rows { things.append(try Thing(row: row)) }
        return things
    }

    private func first(_ condition: String, _ parameters: [Value]) async throws(CallError) -> Thing? {
        let statement = DatabaseStatement("\(Self.reading) \(condition)", parameters)
        return try await database().read([statement]).firstThing()
    }
}

extension [DatabaseResult] {
    fileprivate func firstThing() throws(CallError) -> Thing? {
        guard let row = first?.rows.first else { return nil }
        return try Thing(row: row)
    }
}

extension Thing {
    fileprivate init(row: [Value]) throws(CallError) {
        guard row.count >= 6, let kind = row[0].string, let id = row[1].string, let inputs = row[3].storedObject,
            let facts = row[4].storedObject
        else { throw CallError(.failed, "the local platform's catalog holds a row that cannot be read") }
        self.init(kind: kind, id: id, name: row[2].string, inputs: inputs, facts: facts, change: row[5].string)
        if row.count == 8, let number = row[6].int, let time = row[7].int {
            (version, changed) = (String(number), Timestamp(nanoseconds: time * 1_000_000_000))
        }
    }
}

extension Value {
    /// The object that a text column holds as JSON.
    var storedObject: ObjectValue? { string.flatMap { text in try? Value(json: text) }?.object }
}
