// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Writes tables as CSV files (RFC 4180): a header, UTF-8, LF, null as nothing and an empty text in quotes.
enum TableExport {
    private static let batchRows = 8192

    /// - Parameter slice: The rows that are written; nil for all.
    static func write(
        _ table: Reference, where slice: DataSlice? = nil, to path: String, _ request: StepRequest
    ) async throws(CallError) {
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: table)
        let file = Mutex(CSVWriter(try FileWriter(path: path)))
        var statement = SQLStatement("select * from " + store.dialect.identifier(table.name))
        if let slice {
            statement.text += " where " + store.dialect.identifier(slice.column)
            statement.text += slice.value.isNull ? " is null" : " = ?"
            if !slice.value.isNull { statement.parameters.append(slice.value) }
        }
        _ = try await store.query(statement, batchRows: batchRows, context: request.context) {
            columns, batch throws(CallError) in
            try file.withLock { (writer) throws(CallError) in try writer.write(columns, batch) }
            return !Task.isCancelled
        }
        if Task.isCancelled { throw CallError(.cancelled, "the table '\(table.name)' is only written in part") }
        try file.withLock { (writer) throws(CallError) in try writer.close() }
    }
}

/// Makes lines of batches.
struct CSVWriter {
    private let file: FileWriter
    private var hasHeader = false
    private var bytes: [UInt8] = []

    init(_ file: sending FileWriter) { self.file = file }

    mutating func write(_ columns: [TableColumn], _ batch: ColumnBatch) throws(CallError) {
        bytes.removeAll(keepingCapacity: true)
        if !hasHeader {
            hasHeader = true
            for (offset, column) in columns.enumerated() {
                if offset > 0 { bytes.append(UInt8(ascii: ",")) }
                append(text: Array(column.name.utf8)[...])
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        for row in 0..<batch.rowCount {
            for (offset, vector) in batch.columns.enumerated() {
                if offset > 0 { bytes.append(UInt8(ascii: ",")) }
                append(vector, row, offset < columns.count ? columns[offset].type : .string)
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        try bytes.withUnsafeBufferPointer { (buffer) throws(CallError) in try file.write(UnsafeRawBufferPointer(buffer))
        }
    }

    func close() throws(CallError) { try file.close() }

    private mutating func append(_ vector: ColumnVector, _ row: Int, _ type: ColumnType) {
        if vector.isNull(row) { return }
        switch vector.storage {
        case .ints(let cells):
            bytes.append(
                contentsOf: type == .bool ? (cells[row] != 0 ? "true" : "false").utf8 : String(cells[row]).utf8)
        case .floats(let cells): bytes.append(contentsOf: cells[row].description.utf8)
        case .texts(let texts, let offsets): append(text: texts[offsets[row]..<offsets[row + 1]])
        }
    }

    private mutating func append(text: ArraySlice<UInt8>) {
        let needsQuotes =
            text.isEmpty
            || text.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else {
            bytes.append(contentsOf: text)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
