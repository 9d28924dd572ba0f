// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Rows that a query gave.
final class Batches: Sendable {
    private let kept = Mutex<([TableColumn], [[String?]])>(([], []))

    var columns: [TableColumn] { kept.withLock { $0.0 } }
    var rows: [[String?]] { kept.withLock { $0.1 } }

    func add(_ columns: [TableColumn], _ batch: ColumnBatch) {
        let rows = (0..<batch.rowCount).map { row in
            batch.columns.map { vector -> String? in
                if vector.isNull(row) { return nil }
                switch vector.storage {
                case .ints(let ints): return String(ints[row])
                case .floats(let floats): return String(floats[row])
                case .texts(let bytes, let offsets):
                    return String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self)
                }
            }
        }
        kept.withLock {
            $0.0 = columns
            $0.1 += rows
        }
    }
}
