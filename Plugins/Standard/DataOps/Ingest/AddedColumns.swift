// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Columns that rows get beside those of their text.
protocol AddedColumns: Sendable {
    var columns: [TableColumn] { get }

    /// Their cells, of the rows at these lines.
    func vectors(of lines: [Int64]) -> [ColumnVector]
}
