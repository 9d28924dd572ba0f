// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The names of a CSV file's columns.
enum ColumnNames {
    /// Reads the first record as names; nil for a file without any.
    static func header(of reader: CSVReader, _ file: SourceFile) throws(CallError) -> [String]? {
        var block = RecordBlock()
        guard try reader.fill(&block, limit: 1), let record = block.records.first else { return nil }
        if let problem = record.problem
            ?? UTF8Check.problem(reader.window.bytes + record.start, record.end - record.start)
        {
            let reason =
                switch problem {
                case .openQuote: "a quote is never closed"
                case .textBehindQuote: "there is text behind a closing quote"
                case .notUTF8: "its bytes are not UTF-8"
                case .nulByte: "it holds a NUL byte"
                default: "it is too long"
                }
            throw CallError(
                .invalid,
                Diagnostic(
                    .ingestBrokenHeader, "the first row of '\(file.name)' does not name columns: \(reason)",
                    help: ["mend the row, or set header: false where the file has none"]))
        }
        return clean(
            block.cells.map { cell in
                String(decoding: CellText.unescaped(cell, in: reader.window.bytes), as: UTF8.self)
            })
    }

    /// Names that a store can tell apart whatever their case: without blanks around them, numbered where one is empty
    /// or comes twice.
    ///
    /// Names that are so already stay as they are.
    static func clean(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.enumerated().map { offset, name in
            var text = name.filter { $0 != "\0" }[...]
            while text.first?.isWhitespace == true { text.removeFirst() }
            while text.last?.isWhitespace == true { text.removeLast() }
            let wanted = text.isEmpty ? "column_\(offset + 1)" : String(text)
            var unique = wanted
            var number = 2
            while !seen.insert(unique.lowercased()).inserted {
                unique = "\(wanted)_\(number)"
                number += 1
            }
            return unique
        }
    }

    /// For each column its place in a file that may have them in another order.
    static func order(
        of columns: [String], in names: [String], _ file: SourceFile, first: SourceFile
    ) throws(CallError) -> ContiguousArray<Int> {
        var places: [String: Int] = [:]
        for (offset, name) in names.enumerated() { places[name] = offset }
        let missing = columns.filter { places[$0] == nil }
        let known = Set(columns)
        let further = names.filter { !known.contains($0) }
        guard missing.isEmpty, further.isEmpty else {
            var notes: [String] = []
            if !missing.isEmpty { notes.append("it lacks " + quoted(missing)) }
            if !further.isEmpty { notes.append("only it has " + quoted(further)) }
            throw CallError(
                .invalid,
                Diagnostic(
                    .ingestDifferentColumns, "the columns of '\(file.name)' are not those of '\(first.name)'",
                    notes: notes, help: ["ingest files of different columns in steps of their own"]))
        }
        return ContiguousArray(columns.map { places[$0] ?? 0 })
    }

    private static func quoted(_ names: [String]) -> String {
        let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return names.count > 8 ? shown + " and \(names.count - 8) more" : shown
    }
}
