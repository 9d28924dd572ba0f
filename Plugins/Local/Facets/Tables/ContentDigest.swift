// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// A digest over batches of rows.
final class ContentDigest: Sendable {
    private let hashing: any Hashing
    private let parts = Mutex<[UInt8]>([])

    init(_ hashing: any Hashing) { self.hashing = hashing }

    func add(_ batch: ColumnBatch) {
        let digest = hashing.sha256()
        for column in batch.columns {
            switch column.storage {
            case .ints(let cells): cells.withUnsafeBytes { digest.update($0) }
            case .floats(let cells): cells.withUnsafeBytes { digest.update($0) }
            case .texts(let bytes, let offsets):
                bytes.withUnsafeBytes { digest.update($0) }
                offsets.withUnsafeBytes { digest.update($0) }
            }
            column.nulls.withUnsafeBytes { digest.update($0) }
        }
        let part = Array(digest.finish().utf8)
        parts.withLock { $0 += part }
    }

    func finish() -> String { String(hexadecimal(hashing.sha256(parts.withLock { $0 })).prefix(16)) }
}
