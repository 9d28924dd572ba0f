// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Makes batches of the rows that a second walk over the files finds.
final class RowBatches {
    private let cursor: RowCursor
    private let columns: [Discovery.Column]
    private(set) var good: Int64 = 0

    static let rows = 8192
    /// A batch also ends with so many bytes of content: wide rows must not fill the memory.
    private static let bytes: Int64 = 4 << 20

    init(_ files: [SourceFile], _ layout: RowLayout, _ discovery: Discovery) {
        columns = discovery.columns
        cursor = RowCursor(files, layout, columns: columns.map(\.name))
    }

    var consumed: Int64 { cursor.consumed }

    /// The next good rows; nil when there are no more.
    func next() throws(CallError) -> ColumnBatch? {
        var builders = ContiguousArray(
            columns.map { ColumnBuilder(type: $0.type, fractionDigits: $0.fractionDigits, rows: Self.rows) })
        let consumed = cursor.consumed
        var rows = 0
        filling: while rows < Self.rows, cursor.consumed - consumed < Self.bytes {
            switch try cursor.advance() {
            case .end: break filling
            case .broken: continue
            case .good:
                append(to: &builders)
                rows += 1
            }
        }
        good += Int64(rows)
        return rows == 0 ? nil : ColumnBatch(columns: builders.map(\.vector), rowCount: rows)
    }

    @inline(__always)
    private func append(to builders: inout ContiguousArray<ColumnBuilder>) {
        guard let bytes = cursor.bytes else { return }
        let (cells, order) = (cursor.cells, cursor.order)
        for column in order.indices { builders[column].append(cells[order[column]], in: bytes) }
    }
}

/// Makes batches of the broken rows: file, line, reason and text.
final class QuarantineBatches {
    static let columns = [
        TableColumn("file", .string), TableColumn("line", .int), TableColumn("reason", .string),
        TableColumn("text", .string),
    ]

    private let cursor: RowCursor
    /// What is kept of a row's text.
    private static let longestText = 64 << 10
    private static let rows = 256

    init(_ files: [SourceFile], _ layout: RowLayout, _ discovery: Discovery) {
        cursor = RowCursor(files, layout, columns: discovery.columns.map(\.name))
    }

    /// The next broken rows; nil when there are no more.
    func next() throws(CallError) -> ColumnBatch? {
        var builders = Self.columns.map { ColumnBuilder(type: $0.type, fractionDigits: 0, rows: Self.rows) }
        var rows = 0
        filling: while rows < Self.rows {
            switch try cursor.advance() {
            case .end: break filling
            case .good: continue
            case .broken(let record, let reason):
                guard let bytes = cursor.bytes else { continue }
                let count = min(record.end - record.start, Self.longestText)
                let raw = UnsafeBufferPointer(start: bytes + record.start, count: count)
                let text = String(decoding: raw.lazy.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
                builders[0].append(cursor.file.name.utf8)
                builders[1].append(record.line)
                builders[2].append(reason.utf8)
                builders[3].append(text.utf8)
                rows += 1
            }
        }
        return rows == 0 ? nil : ColumnBatch(columns: builders.map(\.vector), rowCount: rows)
    }
}
