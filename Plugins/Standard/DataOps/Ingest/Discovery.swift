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

    /// The share of broken rows in percent.
    var badShare: Double { good + bad == 0 ? 0 : Double(bad) * 100 / Double(good + bad) }

    /// How many rows are read between two looks at whether the step was cancelled.
    static let stride = 8192

    /// Walks over every row of every file.
    static func walk(_ files: [SourceFile], _ layout: RowLayout, _ work: IngestWork) async throws(CallError) -> Discovery {
        let cursor = RowCursor(files, layout)
        var guesses: ContiguousArray<ColumnGuess> = []
        var (good, bad): (Int64, Int64) = (0, 0)
        walk: while true {
            for _ in 0..<stride {
                switch try cursor.advance() {
                case .end: break walk
                case .broken: bad += 1
                case .good:
                    good += 1
                    while guesses.count < cursor.columns.count {
                        guesses.append(ColumnGuess(declared: layout.declared[cursor.columns[guesses.count]]))
                    }
                    narrow(&guesses, by: cursor)
                }
            }
            try await work.breathe("reading", cursor.consumed, pass: 0)
        }
        while guesses.count < cursor.columns.count {
            guesses.append(ColumnGuess(declared: layout.declared[cursor.columns[guesses.count]]))
        }
        return Discovery(
            columns: zip(cursor.columns, guesses).map { name, guess in
                Column(name: name, type: guess.type, fractionDigits: guess.fractionDigits)
            },
            good: good, bad: bad)
    }

    @inline(__always)
    private static func narrow(_ guesses: inout ContiguousArray<ColumnGuess>, by cursor: RowCursor) {
        guard let bytes = cursor.bytes else { return }
        let (cells, order) = (cursor.cells, cursor.order)
        for column in order.indices { guesses[column].see(cells[order[column]], in: bytes) }
    }
}
