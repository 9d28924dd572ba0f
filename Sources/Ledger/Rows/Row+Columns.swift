// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Columns read without trust: a decayed file may hold anything, also nothing, in any of them, and the row's checksum
/// tells. (A subscript that is not optional stops the process at a null.)
extension Row {
    func text(_ column: Int) -> String { (self[column] as String?) ?? "" }
    func optionalText(_ column: Int) -> String? { self[column] }
    func number(_ column: Int) -> Int64 { (self[column] as Int64?) ?? 0 }
    func optionalNumber(_ column: Int) -> Int64? { self[column] }
}
