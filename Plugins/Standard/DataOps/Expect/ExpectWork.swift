// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// How many rows break each rule.
struct ExpectFindings: Sendable {
    struct Broken: Sendable {
        var rows: Int64
        var holds: Bool
    }

    var rows: Int64 = 0
    /// In the order of the rules.
    var broken: [Broken] = []
    /// For a rule about a pattern the values that do not match, by the rule's place.
    var unmatched: [Int: Set<String>] = [:]
}

/// Counts and keeps the rows of one table that break rules.
struct ExpectWork: Sendable {
    let store: any TableStore
    let description: TableDescription
    let rules: [ExpectRule]
    let context: CallContext

    private var queries: ExpectQueries {
        ExpectQueries(table: description.name, columns: description.columns, dialect: store.dialect)
    }

    func findings() async throws(CallError) -> ExpectFindings {
        var findings = ExpectFindings()
        let counts = try await numbers(try queries.counts(rules))
        findings.rows = counts.first ?? 0
        var next = 1
        for (offset, rule) in rules.enumerated() {
            switch rule {
            case .notNull, .between, .inSet:
                let rows = next < counts.count ? counts[next] : 0
                next += 1
                findings.broken.append(.init(rows: rows, holds: rows == 0))
            case .unique(let columns):
                let rows = try await numbers(queries.repeats(columns)).first ?? 0
                findings.broken.append(.init(rows: rows, holds: rows == 0))
            case .matches(let column, let pattern):
                let (rows, values) = try await unmatched(column, pattern)
                findings.unmatched[offset] = values
                findings.broken.append(.init(rows: rows, holds: rows == 0))
            case .rowCount(let least, let most):
                let holds = findings.rows >= least ?? .min && findings.rows <= most ?? .max
                findings.broken.append(.init(rows: 0, holds: holds))
            }
        }
        return findings
    }

    /// The numbers of a query's one row.
    private func numbers(_ statement: SQLStatement) async throws(CallError) -> [Int64] {
        let result = try await store.rows(statement, context: context)
        return (result.rows.first ?? []).map { $0.int ?? $0.number.map { Int64($0) } ?? 0 }
    }

    /// The pattern's own memory of states, beside what it found out.
    private struct Matching {
        var pattern: Pattern
        var rows: Int64 = 0
        var values: Set<String> = []
    }

    /// Matches every value of a column here: no two dialects know the same patterns.
    private func unmatched(_ column: String, _ pattern: String) async throws(CallError) -> (Int64, Set<String>) {
        let compiled: Pattern
        do {
            compiled = try Pattern(pattern)
        } catch {
            throw CallError(.invalid, "the pattern '\(pattern)' cannot be used: \(error.reason)")
        }
        let state = Mutex(Matching(pattern: compiled))
        _ = try await store.query(queries.values(column), batchRows: 8192, context: context) {
            columns, batch throws(CallError) in
            guard let vector = batch.columns.first, let type = columns.first?.type else { return true }
            state.withLock { matching in
                switch vector.storage {
                case .texts(let bytes, let offsets):
                    bytes.withUnsafeBufferPointer { bytes in
                        for row in 0..<batch.rowCount where !vector.isNull(row) {
                            let text = UnsafeBufferPointer(rebasing: bytes[offsets[row]..<offsets[row + 1]])
                            if matching.pattern.matches(text) { continue }
                            matching.rows += 1
                            matching.values.insert(String(decoding: text, as: UTF8.self))
                        }
                    }
                default:
                    for row in 0..<batch.rowCount where !vector.isNull(row) {
                        var text = vector.value(row, as: type).literal
                        if text.withUTF8({ matching.pattern.matches($0) }) { continue }
                        matching.rows += 1
                        matching.values.insert(text)
                    }
                }
            }
            return !Task.isCancelled
        }
        if Task.isCancelled { throw CallError(.cancelled, "the column is only read in part") }
        return state.withLock { ($0.rows, $0.values) }
    }

    /// Makes the table of the rows that break rules; an empty one where none does.
    func keepFailures(_ findings: ExpectFindings, in table: String) async throws(CallError) -> TableDescription {
        var helpers: [Int: String] = [:]
        for (offset, values) in findings.unmatched where !values.isEmpty {
            let helper = "\(table)_\(offset)"
            try await keep(values, in: helper)
            helpers[offset] = helper
        }
        let broken = rules.enumerated().filter { offset, rule in
            if case .rowCount = rule { return false }
            return !findings.broken[offset].holds
        }.map { (offset: $0.offset, rule: $0.element) }
        let statement = try queries.failures(broken, unmatched: helpers)
        let request = TransformRequest(statement: statement, table: table, context: context)
        let failures = try await store.transform(request).description
        for helper in helpers.values { try await store.drop(helper, context: context) }
        return failures
    }

    private func keep(_ values: Set<String>, in table: String) async throws(CallError) {
        let request = LoadRequest(table: table, columns: [TableColumn("value", .string)], context: context)
        _ = try await store.load(request) { inserter throws(CallError) in
            var bytes: [UInt8] = []
            var offsets = [0]
            for value in values.sorted() {
                bytes.append(contentsOf: value.utf8)
                offsets.append(bytes.count)
            }
            let batch = ColumnBatch(
                columns: [ColumnVector(.texts(bytes: bytes, offsets: offsets))], rowCount: values.count)
            try await inserter.insert(batch)
        }
    }
}
