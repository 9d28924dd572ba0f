// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import GRDB
import Planning

/// Builds a ledger of what can be read of a damaged one, and of what a backup tells where that is still true.
struct LedgerRescue {
    /// Nil where not even its tables can be found: then the backup alone tells.
    let damaged: SQLiteDatabase?
    /// Of a backup that was looked at and is whole.
    let backup: SQLiteDatabase?
    let known: ProjectFile?
    private(set) var report: RepairReport
    private var operations: [OperationRecord] = []

    init(damaged: SQLiteDatabase?, backup: SQLiteDatabase?, known: ProjectFile?, damage: String) {
        self.damaged = damaged
        self.backup = backup
        self.known = known
        report = RepairReport(damage: damage)
    }

    private var salvage: TableSalvage { TableSalvage(db: damaged) }

    /// Fills the tables of an empty ledger.
    mutating func fill(_ target: SQLiteDatabase, reached: Int64, leap: Int64) throws {
        try fillModules(target)
        try fillRuns(target)
        try fillResources(target)
        try fillAudit(target)
        try fillOthers(target)
        try fillMeta(target, reached: reached, leap: leap)
        try nameWhatIsNewer()
    }

    /// Where the backup alone tells, nobody knows the names of what was recorded since.
    private mutating func nameWhatIsNewer() throws {
        guard damaged == nil, let backup else { return }
        let sequence = try Meta.number("sequence", in: backup)
        if let known, known.closed != nil, known.sequence == sequence { return }
        report.lost.append("everything recorded after number \(sequence), where the backup ends")
    }

    private func insert(_ row: Row, into table: String, in target: SQLiteDatabase, dropping count: Int = 0) throws {
        let values = row.databaseValues.dropFirst(count)
        let marks = [String](repeating: "?", count: values.count).joined(separator: ", ")
        try target.cachedStatement(sql: "INSERT OR IGNORE INTO \(table) VALUES (\(marks))")
            .execute(arguments: StatementArguments(values))
    }

    private mutating func keep(_ what: String, _ count: Int) { report.kept.append(.init(what: what, count: count)) }

    /// Modules keep their numbers for ever, so that a backup tells truly which are missing.
    private func fillModules(_ target: SQLiteDatabase) throws {
        for row in salvage.rows(of: "module") { try insert(row, into: "module", in: target, dropping: 1) }
        if let backup {
            for row in try Row.fetchAll(backup, sql: "SELECT * FROM module") {
                try insert(row, into: "module", in: target)
            }
        }
    }

    private mutating func fillRuns(_ target: SQLiteDatabase) throws {
        // The columns of a row and those that its checksum is over stand in different orders, so that it is looked at
        // in its place.
        for row in salvage.rows(of: "run") { try insert(row, into: "run", in: target, dropping: 1) }
        var numbers: Set<Int64> = []
        for row in try Row.fetchAll(target, sql: "SELECT \(RunRecord.columns) FROM run") {
            do {
                _ = try RunRecord(row: row)
                numbers.insert(row.number(0))
            } catch {
                try target.execute(sql: "DELETE FROM run WHERE number = ?", arguments: [row.number(0)])
            }
        }
        var taken: Set<Int64> = []
        if let backup {
            // What has ended does not change any more.
            for row in try Row.fetchAll(backup, sql: "SELECT * FROM run WHERE ended IS NOT NULL") {
                let number: Int64 = row["number"]
                if numbers.contains(number) { continue }
                try insert(row, into: "run", in: target)
                taken.insert(number)
                report.taken.append("run \(number)")
            }
        }
        keep("runs", numbers.count)
        let newest = max(numbers.max() ?? 0, taken.max() ?? 0, known?.runs ?? 0)
        for number in stride(from: Int64(1), through: newest, by: 1)
        where !numbers.contains(number) && !taken.contains(number) { report.lost.append("run \(number)") }

        for row in salvage.rows(of: "operation") { try insert(row, into: "operation", in: target, dropping: 1) }
        if let backup, !taken.isEmpty {
            for row in try Row.fetchAll(backup, sql: "SELECT * FROM operation")
            where taken.contains((row["id"] as Int64) >> 32) { try insert(row, into: "operation", in: target) }
        }
        let rows = try Row.fetchAll(
            target, sql: "SELECT \(OperationRecord.columns) FROM \(OperationRecord.tables) ORDER BY operation.id")
        var broken: [Int64] = []
        for row in rows {
            do { operations.append(try OperationRecord(row: row)) } catch { broken.append(row.number(0)) }
        }
        for id in broken {
            try target.execute(sql: "DELETE FROM operation WHERE id = ?", arguments: [id])
            report.lost.append("operation \((id & 0xFFFF_FFFF) + 1) of run \(id >> 32)")
        }
        keep("operations", operations.count)
        nameMissingOperations(Set(rows.map { $0.number(0) }))
    }

    /// Operations of a run are numbered without gaps.
    private mutating func nameMissingOperations(_ present: Set<Int64>) {
        for (run, ids) in Dictionary(grouping: present, by: { $0 >> 32 }).sorted(by: { $0.key < $1.key }) {
            guard let last = ids.max() else { continue }
            for id in stride(from: run << 32, to: last, by: 1) where !present.contains(id) {
                report.lost.append("operation \((id & 0xFFFF_FFFF) + 1) of run \(run)")
            }
        }
    }

    private mutating func fillResources(_ target: SQLiteDatabase) throws {
        for row in salvage.rows(of: "resource") { try insert(row, into: "resource", in: target, dropping: 1) }
        let (found, broken) = try Self.resources(in: target)
        for id in broken { try target.execute(sql: "DELETE FROM resource WHERE id = ?", arguments: [id]) }
        keep("resources", found.count)

        let present = Set(found.map(\.identity))
        let journal = RecordedState(operations)
        let touched = Set(
            operations.compactMap { operation -> ResourceIdentity? in
                if case .step = operation.effect { nil } else { operation.identity }
            })
        let transaction = JournalTransaction(target)
        var told: Set<ResourceIdentity> = []
        for row in try backup.map(Self.resources)?.found ?? [] where !present.contains(row.identity) {
            told.insert(row.identity)
            var record = row
            if damaged != nil, touched.contains(row.identity) {
                // What became of it since the journal tells.
                guard let now = journal.resources[row.identity] else { continue }
                record.kind = now.kind ?? record.kind
                record.inputs = now.inputs
                record.outputs = now.outputs
                record.fingerprints = [:]
            }
            if let open = operations.last(where: { $0.identity == row.identity && $0.status == .intended }) {
                switch open.effect {
                case .resource(.create, _): record.status = .creating
                case .resource(.update, _): record.status = .updating
                case .resource(.delete, _): record.status = .deleting
                default: break
                }
            }
            try transaction.write(.put(ResourceRow(record)))
            report.taken.append("resource \(row.identity)")
        }
        for (identity, resource) in journal.resources.sorted(by: { "\($0.key)" < "\($1.key)" })
        where !present.contains(identity) && !told.contains(identity) {
            let id = resource.outputs["id"]?.string.map { ", whose id is \($0)" } ?? ""
            report.lost.append("resource \(identity)\(id)")
        }
        let stated = salvage.rows(of: "meta", key: "name").first { $0.text(0) == "rows" }?.number(1) ?? 0
        let named =
            found.count + report.taken.count { $0.hasPrefix("resource ") }
            + report.lost.count { $0.hasPrefix("resource ") }
        if stated > named { report.lost.append("\(stated - Int64(named)) resources that nothing names any more") }
    }

    private static func resources(
        in db: SQLiteDatabase
    ) throws -> (found: [ResourceRecord], broken: [Int64]) {
        var reader = ResourceRowReader()
        var found: [ResourceRecord] = []
        var broken: [Int64] = []
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT \(ResourceRowReader.columns), environment, name, resource.id
                FROM resource LEFT JOIN module ON module.id = resource.module
                """)
        for row in rows {
            do {
                found.append(
                    try reader.record(
                        row, environment: row.text(ResourceRowReader.count),
                        module: row.text(ResourceRowReader.count + 1)))
            } catch {
                broken.append(row.number(ResourceRowReader.count + 2))
            }
        }
        return (found, broken)
    }

    /// Behind the rowid and the number stand the columns of an entry.
    private static func line(_ row: Row) -> AuditEntry {
        AuditEntry(
            time: Timestamp(nanoseconds: row.number(2)), actor: row.text(3), host: row.text(4), action: row.text(5),
            environment: row.text(6), module: row.text(7), detail: row.text(8))
    }

    /// Of two texts of a line that is taken which the chain proves.
    private mutating func fillAudit(_ target: SQLiteDatabase) throws {
        let columns = "id, \(AuditEntry.columns), link"
        var lines: [Int64: [Row]] = [:]
        for row in salvage.rows(of: "audit", columns) { lines[row.number(1), default: []].append(row) }
        if let backup {
            for row in try Row.fetchAll(backup, sql: "SELECT id, \(columns) FROM audit") {
                lines[row.number(1), default: []].append(row)
            }
        }
        var link: String?
        let newest = max(lines.keys.max() ?? 0, known?.audit?.line ?? 0)
        for number in stride(from: Int64(1), through: newest, by: 1) {
            let candidates = lines[number] ?? []
            let fitting = candidates.first { row in
                let written = row.optionalText(9)
                return written == nil ? link == nil : written == AuditLink.of(Self.line(row), after: link)
            }
            guard let row = fitting ?? candidates.first else {
                report.lost.append("line \(number) of the audit trail")
                continue
            }
            if fitting == nil { report.lost.append("line \(number) of the audit trail, which is not what was written") }
            try insert(row, into: "audit", in: target, dropping: 1)
            link = row.optionalText(9)
        }
        keep("lines of the audit trail", lines.count)
    }

    /// What is kept as it can be read, and added to by a backup: none of it changes once it is written, or a later look
    /// puts it right.
    private mutating func fillOthers(_ target: SQLiteDatabase) throws {
        let others = try Row.fetchAll(
            target,
            sql: """
                SELECT list.name, list.wr, (SELECT name FROM pragma_table_info(list.name) WHERE pk = 1)
                FROM pragma_table_list AS list WHERE list.type = 'table' AND list.schema = 'main'
                """
        ).filter { row in !row.text(0).hasPrefix("sqlite_") && !Self.ownWays.contains(row.text(0)) }
        for row in others {
            let table = row.text(0)
            if row.number(1) == 0 {
                for found in salvage.rows(of: table) { try insert(found, into: table, in: target, dropping: 1) }
            } else {
                for found in salvage.rows(of: table, key: row.text(2)) { try insert(found, into: table, in: target) }
            }
        }
        for row in try Row.fetchAll(target, sql: "SELECT \(FiringRecord.columns) FROM firing") {
            do { _ = try FiringRecord(row: row) } catch {
                try target.execute(sql: "DELETE FROM firing WHERE id = ?", arguments: [row.number(0)])
            }
        }
        try dropChangedTexts(target)
        if let backup {
            for row in others {
                let table = row.text(0)
                for found in try Row.fetchAll(backup, sql: "SELECT * FROM \(table)") {
                    try insert(found, into: table, in: target)
                }
            }
            try dropChangedTexts(target)
        }
        let missing = try Row.fetchAll(
            target,
            sql: """
                SELECT number, purpose FROM run
                WHERE source IS NOT NULL AND source NOT IN (SELECT digest FROM source) ORDER BY number
                """)
        for row in missing {
            guard let purpose = RunRecord.Purpose(rawValue: row.text(1)) else { continue }
            report.lost.append("the text that \(RunName(row.number(0), purpose)) went by")
        }
    }

    private func dropChangedTexts(_ target: SQLiteDatabase) throws {
        for digest in try SourceRow.changed(target) {
            try target.execute(sql: "DELETE FROM source WHERE digest = ?", arguments: [digest])
        }
    }

    /// Tables that are filled each in a way of its own.
    private static let ownWays: Set<String> = ["meta", "module", "run", "operation", "resource", "audit"]

    /// Numbers go on far behind what was lost, as after a restoration.
    private func fillMeta(_ target: SQLiteDatabase, reached: Int64, leap: Int64) throws {
        let rows =
            salvage.rows(of: "meta", key: "name")
            + (try backup.map { try Row.fetchAll($0, sql: "SELECT * FROM meta") } ?? [])
        var numbers: [String: Int64] = [:]
        var project = known?.project
        for row in rows {
            let name = row.text(0)
            if name == "project" {
                project = project ?? row.text(1)
            } else {
                numbers[name] = max(numbers[name] ?? 0, row.number(1))
            }
        }
        guard let project else { throw LedgerLoss.damaged(reason: "not even the project's id can be read") }
        let sequence = max(reached, numbers["sequence"] ?? 0) + leap
        numbers["sequence"] = sequence
        numbers["runs"] = max(
            numbers["runs"] ?? 0, known?.runs ?? 0, try Int64.fetchOne(target, sql: "SELECT max(number) FROM run") ?? 0)
        numbers["epoch"] = (numbers["epoch"] ?? 0) + leap
        numbers["rows"] = try Int64.fetchOne(target, sql: "SELECT count(*) FROM resource") ?? 0
        for environment in try String.fetchAll(target, sql: "SELECT DISTINCT environment FROM module") {
            numbers["version:" + environment] = sequence
        }
        try target.execute(sql: "INSERT INTO meta VALUES ('project', ?)", arguments: [project])
        for (name, number) in numbers {
            try target.execute(sql: "INSERT INTO meta VALUES (?, ?)", arguments: [name, number])
        }
    }
}
