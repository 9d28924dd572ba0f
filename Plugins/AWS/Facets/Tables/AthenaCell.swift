// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How cells are written by Athena, and by all else here: a Bool as 0 or 1, a Time in ISO 8601 and UTC.
enum AthenaCell {
    /// `2026-01-02 03:04:05.678` of `2026-01-02T03:04:05.678Z`.
    static func timestamp(_ text: String) -> String {
        let plain = text.hasSuffix("Z") ? text.dropLast() : text[...]
        return String(plain.replacing("T", with: " "))
    }

    /// The other way round.
    static func time(_ text: String) -> String {
        let parts = text.split(separator: " ")
        guard parts.count >= 2 else { return text }
        var clock = parts[1]
        if clock.contains(".") {
            while clock.hasSuffix("0") { clock = clock.dropLast() }
            if clock.hasSuffix(".") { clock = clock.dropLast() }
        }
        return "\(parts[0])T\(clock)Z"
    }

    /// One column of the rows of an answer; nil cells are null.
    static func vector(_ cells: [String?], _ type: ColumnType) throws(CallError) -> ColumnVector {
        let nulls = cells.contains { $0 == nil } ? cells.map { $0 == nil } : []
        switch type {
        case .int, .bool:
            var ints: [Int64] = []
            for cell in cells {
                guard let cell else {
                    ints.append(0)
                    continue
                }
                guard let int = type == .bool ? (cell == "true" ? 1 : 0) : Int64(cell) else { throw odd(cell, type) }
                ints.append(int)
            }
            return ColumnVector(.ints(ints), nulls: nulls)
        case .float:
            var floats: [Double] = []
            for cell in cells {
                guard let float = cell == nil ? 0 : cell.flatMap({ Double($0) }) else { throw odd(cell ?? "", type) }
                floats.append(float)
            }
            return ColumnVector(.floats(floats), nulls: nulls)
        case .string, .date, .time:
            var bytes: [UInt8] = []
            var offsets = [0]
            for cell in cells {
                if let cell { bytes += Array((type == .time ? time(cell) : cell).utf8) }
                offsets.append(bytes.count)
            }
            return ColumnVector(.texts(bytes: bytes, offsets: offsets), nulls: nulls)
        }
    }

    private static func odd(_ cell: String, _ type: ColumnType) -> CallError {
        CallError(.failed, "the answer has '\(cell)' for a value of type \(type.rawValue)")
    }
}
