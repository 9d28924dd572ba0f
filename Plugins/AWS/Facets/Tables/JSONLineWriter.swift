// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Writes rows as lines of JSON into files of some size, and each file into a bucket.
actor JSONLineWriter: BatchInserter {
    private static let fileSize = 64 << 20

    private let columns: [TableColumn]
    private let folder: String
    private let store: BucketObjects
    private let prefix: String
    private let context: CallContext
    private var bytes: [UInt8] = []
    private var files = 0
    private var rows: Int64 = 0

    init(columns: [TableColumn], folder: String, store: BucketObjects, prefix: String, context: CallContext) {
        self.columns = columns
        self.folder = folder
        self.store = store
        self.prefix = prefix
        self.context = context
    }

    func insert(_ batch: ColumnBatch) async throws(CallError) {
        for row in 0..<batch.rowCount {
            var line: ObjectValue = [:]
            for (column, vector) in zip(columns, batch.columns) where !vector.isNull(row) {
                line[column.name] = Self.cell(vector, row, column.type)
            }
            bytes += Array(Value.object(line).plainJSON.utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        rows += Int64(batch.rowCount)
        if bytes.count >= Self.fileSize { try await flush() }
    }

    /// - Returns: How many rows there are.
    func finish() async throws(CallError) -> Int64 {
        if !bytes.isEmpty { try await flush() }
        return rows
    }

    private func flush() async throws(CallError) {
        let path = folder + "/rows.jsonl"
        let file = try PartFile(writing: path)
        try file.write(bytes, at: 0)
        try file.commit()
        bytes.removeAll(keepingCapacity: true)
        files += 1
        _ = try await store.put(
            PutObjectRequest(key: "\(prefix)rows-\(files).jsonl", path: path, context: context))
    }

    static func cell(_ vector: ColumnVector, _ row: Int, _ type: ColumnType) -> Value {
        switch vector.storage {
        case .ints(let ints): return type == .bool ? .bool(ints[row] != 0) : .int(ints[row])
        case .floats(let floats): return .float(floats[row])
        case .texts(let bytes, let offsets):
            let text = String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self)
            return .string(type == .time ? AthenaCell.timestamp(text) : text)
        }
    }
}
