// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How the files of a step are read.
struct RowLayout: Sendable {
    var format: SourceFile.Format
    /// Nil for the one that the file's name tells.
    var delimiter: UInt8?
    var hasHeader: Bool
    /// The types that the recipe names, by column.
    var declared: [String: ColumnType]
}

/// Walks over the rows of all files, telling the good from the broken.
final class RowCursor {
    enum Row {
        /// A row whose cells fit: cell `order[i]` belongs to column `i`.
        case good
        case broken(Record, reason: String)
        case end
    }

    private let files: [SourceFile]
    private let layout: RowLayout
    private var next = 0
    private var reader: (any RecordReader)?
    /// The reader again where it may find new columns: a cast for each row would cost more than the row.
    private var growing: JSONLinesReader?
    /// The columns, in the order of the first file; they grow while JSON Lines are read for the first time.
    private(set) var columns: [String]
    /// Whether the columns are known from an earlier walk.
    private let isSettled: Bool
    /// For each column its cell in the rows of the present file.
    private(set) var order: ContiguousArray<Int> = []
    private var declared: [(column: Int, type: ColumnType)] = []
    private var cellCount = 0
    private var consumedBefore: Int64 = 0

    /// - Parameter columns: Empty to find them out.
    init(_ files: [SourceFile], _ layout: RowLayout, columns: [String] = []) {
        self.files = files
        self.layout = layout
        self.columns = columns
        isSettled = !columns.isEmpty
    }

    /// The file of the row found last.
    var file: SourceFile { files[max(0, next - 1)] }
    /// The bytes that the cells of the row found last stand in.
    var bytes: UnsafePointer<UInt8>? { reader?.window.bytes }
    var cells: ContiguousArray<Cell> { reader?.cells ?? [] }
    /// How many bytes of content have been read.
    var consumed: Int64 { consumedBefore + (reader?.window.consumed ?? 0) }

    /// Finds the next row.
    func advance() throws(CallError) -> Row {
        while true {
            guard let reader else {
                guard next < files.count else { return .end }
                next += 1
                try open(files[next - 1])
                continue
            }
            switch try reader.next() {
            case .end:
                consumedBefore += reader.window.consumed
                self.reader = nil
            case .broken(let record, let reason): return .broken(record, reason: reason)
            case .record(let record):
                if let reason = problem(of: record, reader) { return .broken(record, reason: reason) }
                return .good
            }
        }
    }

    /// Why a record is no good row; nil where it is one.
    private func problem(of record: Record, _ reader: any RecordReader) -> String? {
        let bytes = reader.window.bytes
        let cells = reader.cells
        if layout.format == .jsonLines {
            if let growing, growing.columns.count > columns.count { settle(growing.columns) }
        } else if columns.isEmpty {
            settle((1...max(1, cells.count)).map { "column_\($0)" })
            cellCount = cells.count
        } else if cells.count != cellCount {
            return "\(cells.count) \(cells.count == 1 ? "field" : "fields") where \(cellCount) are expected"
        }
        if let reason = UTF8Check.problem(bytes + record.start, record.end - record.start) { return reason }
        for (column, type) in declared {
            let cell = cells[order[column]]
            if !ColumnGuess.fits(cell, type, in: bytes) {
                let text = String(decoding: CellText.unescaped(cell, in: bytes).prefix(40), as: UTF8.self)
                return "'\(text)' in column '\(columns[column])' is no \(type.rawValue)"
            }
        }
        return nil
    }

    private func settle(_ names: [String]) {
        columns = names
        order = ContiguousArray(names.indices)
        declared = names.enumerated().compactMap { offset, name in layout.declared[name].map { (offset, $0) } }
    }

    private func open(_ file: SourceFile) throws(CallError) {
        let window = ByteWindow(try file.open())
        switch layout.format {
        case .jsonLines:
            let lines = JSONLinesReader(window, columns: columns, mayGrow: !isSettled)
            (reader, growing) = (lines, isSettled ? nil : lines)
            settle(columns)
        case .csv:
            let delimiter = layout.delimiter ?? (file.isTabSeparated ? UInt8(ascii: "\t") : UInt8(ascii: ","))
            let csv = CSVReader(window, delimiter: delimiter)
            reader = csv
            guard layout.hasHeader else {
                if !columns.isEmpty { settle(columns) }
                cellCount = columns.count
                return
            }
            guard let names = try ColumnNames.header(of: csv, file) else {
                reader = nil
                return
            }
            if columns.isEmpty { columns = names }
            settle(columns)
            order = try ColumnNames.order(of: columns, in: names, file, first: files.first ?? file)
            cellCount = names.count
        }
    }
}
