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

/// Walks over the rows of all files block by block, telling the good from the broken.
final class RowCursor {
    private let files: [SourceFile]
    private let layout: RowLayout
    private var next = 0
    private var reader: (any RecordReader)?
    /// The records found last.
    private(set) var block = RecordBlock()
    /// The columns, in the order of the first file; they grow while JSON Lines are read for the first time.
    private(set) var columns: [String]
    /// Whether the columns are known from an earlier walk.
    private let isSettled: Bool
    /// For each column its cell in the records of the present file.
    private(set) var order: ContiguousArray<Int> = []
    private var declared: [(column: Int, type: ColumnType)] = []
    private var consumedBefore: Int64 = 0

    /// - Parameter columns: Empty to find them out.
    init(_ files: [SourceFile], _ layout: RowLayout, columns: [String] = []) {
        self.files = files
        self.layout = layout
        self.columns = columns
        isSettled = !columns.isEmpty
    }

    /// The file of the records found last.
    var file: SourceFile { files[max(0, next - 1)] }
    /// The bytes that the records found last stand in.
    var bytes: UnsafePointer<UInt8>? { reader?.window.bytes }
    /// How many bytes of content have been read.
    var consumed: Int64 { consumedBefore + (reader?.window.consumed ?? 0) }

    /// Finds the next records; false when there are no more.
    func advance() throws(CallError) -> Bool {
        while true {
            guard let reader else {
                guard next < files.count else { return false }
                next += 1
                try open(files[next - 1])
                continue
            }
            if try reader.fill(&block) {
                check(reader)
                return true
            }
            consumedBefore += reader.window.consumed
            self.reader = nil
        }
    }

    /// Marks the records that are no good rows.
    private func check(_ reader: any RecordReader) {
        if let lines = reader as? JSONLinesReader {
            if !isSettled, lines.columns.count > columns.count { settle(lines.columns) }
        } else if columns.isEmpty, let first = block.records.first(where: { $0.problem == nil }) {
            settle((1...max(1, first.cellCount)).map { "column_\($0)" })
        }
        let isCSV = layout.format == .csv
        let (bytes, declared, order, expected) = (reader.window.bytes, declared, order, order.count)
        for offset in block.records.indices where block.records[offset].problem == nil {
            let record = block.records[offset]
            if isCSV, record.cellCount != expected {
                block.records[offset].problem = .fieldCount
            } else if let problem = UTF8Check.problem(bytes + record.start, record.end - record.start) {
                block.records[offset].problem = problem
            } else {
                for (column, type) in declared
                where !ColumnGuess.fits(block.cell(order[column], of: record), type, in: bytes) {
                    block.records[offset].problem = .wrongType(column: column)
                    break
                }
            }
        }
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
            reader = JSONLinesReader(window, columns: columns, mayGrow: !isSettled)
            settle(columns)
        case .csv:
            let delimiter = layout.delimiter ?? (file.isTabSeparated ? UInt8(ascii: "\t") : UInt8(ascii: ","))
            let csv = CSVReader(window, delimiter: delimiter)
            reader = csv
            guard layout.hasHeader else {
                settle(columns)
                return
            }
            guard let names = try ColumnNames.header(of: csv, file) else {
                reader = nil
                return
            }
            settle(columns.isEmpty ? names : columns)
            order = try ColumnNames.order(of: columns, in: names, file, first: files.first ?? file)
        }
    }
}

extension RowCursor {
    /// Says why a record of the block is no good row.
    func reason(_ problem: RowProblem, _ record: Record) -> String {
        switch problem {
        case .openQuote: return "a quote that is never closed"
        case .textBehindQuote: return "text behind a closing quote"
        case .tooLong: return "a line that is too long"
        case .noObject(let reason): return reason
        case .fieldCount:
            return "\(record.cellCount) \(record.cellCount == 1 ? "field" : "fields") where \(order.count) are expected"
        case .nulByte: return "a NUL byte"
        case .notUTF8: return "bytes that are not UTF-8"
        case .wrongType(let column):
            guard let bytes else { return "a value of another type" }
            let text = CellText.unescaped(block.cell(order[column], of: record), in: bytes)
            let shown = String(decoding: text.prefix(40), as: UTF8.self)
            let type = declared.first { $0.column == column }?.type ?? .string
            return "'\(shown)' in column '\(columns[column])' is no \(type.rawValue)"
        }
    }
}
