// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import GRDB

/// Columns read without trust: a decayed file may hold anything, also nothing, in any of them, and the row's checksum
/// tells. (A subscript that is not optional stops the process at a null.)
extension Row {
    func text(_ column: Int) -> String { optionalText(column) ?? "" }

    func optionalText(_ column: Int) -> String? {
        switch (self[column] as DatabaseValue).storage {
        case .string(let text): text
        case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }

    func number(_ column: Int) -> Int64 { optionalNumber(column) ?? 0 }
    /// Nil also for what is no number, as damage can make of one.
    func optionalNumber(_ column: Int) -> Int64? { Int64.fromDatabaseValue(self[column]) }
}

extension StatementArguments {
    /// The values as they are: GRDB passes text as C strings, which end at the first NUL, so that a text with one goes
    /// as bytes.
    init(exact values: [(any DatabaseValueConvertible)?]) {
        self.init(
            values.map { value -> (any DatabaseValueConvertible)? in
                guard let text = value as? String, text.utf8.contains(0) else { return value }
                return Data(text.utf8)
            })
    }
}
