// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the first walk over the files finds out: the columns, their types, how many rows are good.
struct Discovery: Sendable {
    struct Column: Sendable {
        var name: String
        var type: ColumnType
        var fractionDigits: Int
    }

    var columns: [Column]
    var good: Int64
    var bad: Int64
    /// Where the first broken row stands, and why it is one.
    var firstBad: String?

    /// The share of broken rows in percent.
    var badShare: Double { good + bad == 0 ? 0 : Double(bad) * 100 / Double(good + bad) }

    /// Adds the declared columns that no row has.
    mutating func add(_ declared: [String: ColumnType]) {
        for (name, type) in declared.sorted(by: { $0.key < $1.key })
        where !columns.contains(where: { $0.name == name }) {
            columns.append(Column(name: name, type: type, fractionDigits: 0))
        }
    }

    /// Walks over every row of every file.
    static func walk(_ files: [SourceFile], _ layout: RowLayout, _ work: IngestWork) async throws(CallError)
        -> Discovery
    {
        let cursor = RowCursor(files, layout)
        var guesses: ContiguousArray<ColumnGuess> = []
        var (good, bad): (Int64, Int64) = (0, 0)
        var firstBad: String?
        while try cursor.advance() {
            guard let bytes = cursor.bytes else { break }
            while guesses.count < cursor.columns.count {
                guesses.append(ColumnGuess(declared: layout.declared[cursor.columns[guesses.count]]))
            }
            for (column, offset) in cursor.order.enumerated() {
                guesses[column].see(offset, of: cursor.block, in: bytes)
            }
            let broken = cursor.block.brokenCount
            if bad == 0, broken > 0 { firstBad = firstBroken(at: cursor) }
            bad += Int64(broken)
            good += Int64(cursor.block.records.count - broken)
            try await work.breathe("reading", cursor.consumed, pass: 0)
        }
        while guesses.count < cursor.columns.count {
            guesses.append(ColumnGuess(declared: layout.declared[cursor.columns[guesses.count]]))
        }
        return Discovery(
            columns: zip(cursor.columns, guesses).map { name, guess in
                Column(name: name, type: guess.type, fractionDigits: guess.fractionDigits)
            },
            good: good, bad: bad, firstBad: firstBad)
    }

    private static func firstBroken(at cursor: RowCursor) -> String? {
        for record in cursor.block.records {
            guard let problem = record.problem else { continue }
            return "\(cursor.file.name):\(record.line): \(cursor.reason(problem, record))"
        }
        return nil
    }
}
