// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Makes batches of the rows that a second walk over the files finds.
final class RowBatches {
    private let cursor: RowCursor
    private let columns: [Discovery.Column]
    private let added: (any AddedColumns)?
    private(set) var good: Int64 = 0

    init(_ files: [SourceFile], _ layout: RowLayout, _ discovery: Discovery, added: (any AddedColumns)? = nil) {
        columns = discovery.columns
        self.added = added
        cursor = RowCursor(files, layout, columns: columns.map(\.name))
    }

    var consumed: Int64 { cursor.consumed }

    /// The good rows of the next block that has some; nil when there are no more.
    func next() throws(CallError) -> ColumnBatch? {
        while try cursor.advance() {
            guard let bytes = cursor.bytes else { break }
            let rows = cursor.block.records.count - cursor.block.brokenCount
            if rows == 0 { continue }
            var vectors = zip(columns, cursor.order).map { column, offset in
                var builder = ColumnBuilder(type: column.type, fractionDigits: column.fractionDigits, rows: rows)
                builder.append(offset, of: cursor.block, in: bytes)
                return builder.vector
            }
            if let added {
                vectors += added.vectors(of: cursor.block.records.compactMap { $0.problem == nil ? $0.line : nil })
            }
            good += Int64(rows)
            return ColumnBatch(columns: vectors, rowCount: rows)
        }
        return nil
    }
}

/// Makes batches of the broken rows: file, line, reason and text.
final class QuarantineBatches {
    static let columns = [
        TableColumn("file", .string), TableColumn("line", .int), TableColumn("reason", .string),
        TableColumn("text", .string)
    ]

    private let cursor: RowCursor
    private let name: ((Int64) -> String?)?
    /// What is kept of a row's text.
    private static let longestText = 64 << 10

    /// - Parameter name: What stands for the file of the row at a line, whose line is 1 then; nil for rows that are left out.
    init(
        _ files: [SourceFile], _ layout: RowLayout, _ discovery: Discovery, name: ((Int64) -> String?)? = nil
    ) {
        cursor = RowCursor(files, layout, columns: discovery.columns.map(\.name))
        self.name = name
    }

    /// The broken rows of the next block that has some; nil when there are no more.
    func next() throws(CallError) -> ColumnBatch? {
        while try cursor.advance() {
            guard let bytes = cursor.bytes else { break }
            let rows = cursor.block.brokenCount
            if rows == 0 { continue }
            var kept = 0
            var builders = Self.columns.map { ColumnBuilder(type: $0.type, fractionDigits: 0, rows: rows) }
            for record in cursor.block.records {
                guard let problem = record.problem else { continue }
                var (file, line) = (cursor.file.name, record.line)
                if let name {
                    guard let own = name(record.line) else { continue }
                    (file, line) = (own, 1)
                }
                kept += 1
                let count = min(record.end - record.start, Self.longestText)
                let raw = UnsafeBufferPointer(start: bytes + record.start, count: count)
                let text = String(decoding: raw.lazy.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
                builders[0].append(file.utf8)
                builders[1].append(line)
                builders[2].append(cursor.reason(problem, record).utf8)
                builders[3].append(text.utf8)
            }
            if kept == 0 { continue }
            return ColumnBatch(columns: builders.map(\.vector), rowCount: kept)
        }
        return nil
    }
}
