// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Crypto
import Execution
import Glibc
import Planning

/// Large values of rows, kept as files named by their content beside the ledger, so that it stays small.
///
/// A row holds a reference in the place of such a value, which is read back with the row. The files lie among the
/// project's artifacts, and are freed like these when no row that counts names them any more.
struct SpillStore: Sendable {
    /// A value whose text is longer is spilled.
    static let threshold = 64 << 10
    /// The type of the references that stand in rows.
    static let type = "$spilled"

    /// `.converge/artifacts`
    let folder: String
    /// True where a value for which the disk has no room is let go, so that the row which names it can be written.
    var letsGo = false

    init(_ files: LedgerFiles) { folder = files.folder + "/artifacts" }

    private func path(_ digest: String) -> String { "\(folder)/sha256/\(digest.prefix(2))/\(digest)" }

    // MARK: Writing

    /// The object with references in the place of its large values, which are on the disk.
    func spilled(_ object: ObjectValue) throws(StateFileError) -> ObjectValue {
        // Most objects are small, which costs a look at their texts.
        if Value.object(object).roughSize <= Self.threshold { return object }
        var object = object
        for entry in object where entry.value.roughSize > Self.threshold {
            object[entry.key] = try keep(entry.value)
        }
        return object
    }

    private func keep(_ value: Value) throws(StateFileError) -> Value {
        let content = Array(value.json(.exact).utf8)
        let digest = Self.digest(content)
        do throws(StateFileError) {
            try write(content, to: path(digest))
        } catch {
            guard letsGo, error.code == ENOSPC || error.code == EDQUOT else { throw error }
        }
        return .reference(
            Reference(type: Self.type, resource: nil, name: digest, attributes: ["size": .size(Int64(content.count))]))
    }

    private func write(_ content: [UInt8], to place: String) throws(StateFileError) {
        if try StateFile.exists(place) {
            // As new: what frees old content must not take it for such.
            return try StateFile.touch(place)
        }
        // The first value may come before anything else was kept.
        for folder in [StateFile.folder(of: folder), folder, folder + "/sha256", StateFile.folder(of: place)] {
            try StateFile.makeFolder(folder)
        }
        try StateFile.replace(place, with: content)
    }

    private static func digest(_ content: [UInt8]) -> String {
        SHA256.hash(data: content).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    // MARK: Reading

    /// The object with its large values; one whose file is gone or damaged is unknown.
    func whole(_ object: ObjectValue) -> ObjectValue {
        var object = object
        for entry in object {
            guard case .reference(let reference) = entry.value, reference.type == Self.type else { continue }
            object[entry.key] =
                value(reference.name) ?? .unknown(UnknownValue(origin: "a value that is not kept any more"))
        }
        return object
    }

    private func value(_ digest: String) -> Value? {
        do {
            guard let content = try StateFile.read(path(digest)), Self.digest(content) == digest else { return nil }
            return try Value(json: content)
        } catch {
            return nil
        }
    }

    /// Whether a column's text refers to a value that lies beside the ledger.
    static func isNamed(in column: String) -> Bool { column.contains("\"\(type)\"") }

    /// The texts of the values that a column's text refers to.
    func texts(behind column: String) throws(StateFileError) -> [String] {
        guard Self.isNamed(in: column) else { return [] }
        let object: ObjectValue
        do { object = try ColumnText.object(column) } catch { return [] }
        var texts: [String] = []
        for entry in object {
            guard case .reference(let reference) = entry.value, reference.type == Self.type else { continue }
            if let content = try StateFile.read(path(reference.name)) {
                texts.append(String(decoding: content, as: UTF8.self))
            }
        }
        return texts
    }
}

extension SpillStore {
    func spilled(_ record: ResourceRecord) throws(StateFileError) -> ResourceRecord {
        var record = record
        record.inputs = try spilled(record.inputs)
        record.outputs = try spilled(record.outputs)
        return record
    }

    func spilled(_ record: OperationRecord) throws(StateFileError) -> OperationRecord {
        var record = record
        record.inputs = try spilled(record.inputs)
        record.outputs = try spilled(record.outputs)
        return record
    }

    private func spilled(_ change: ResourceChange?) throws(StateFileError) -> ResourceChange? {
        switch change {
        case .put(let record)?: .put(try spilled(record))
        case .move(let identity, let record)?: .move(from: identity, to: try spilled(record))
        case .remove?, nil: change
        }
    }

    func spilled(_ entry: JournalEntry) throws(StateFileError) -> JournalEntry {
        switch entry {
        case .intent(let operation, let change): return .intent(try spilled(operation), try spilled(change))
        case .result(var result, let change):
            result.outputs = try spilled(result.outputs)
            return .result(result, try spilled(change))
        case .resource(let change): return .resource(try spilled(change) ?? change)
        case .handle, .pause, .undo, .audit: return entry
        }
    }

    func whole(_ record: ResourceRecord) -> ResourceRecord {
        var record = record
        record.inputs = whole(record.inputs)
        record.outputs = whole(record.outputs)
        return record
    }

    func whole(_ record: OperationRecord) -> OperationRecord {
        var record = record
        record.inputs = whole(record.inputs)
        record.outputs = whole(record.outputs)
        return record
    }

    func whole(_ run: RunRecord) -> RunRecord {
        var run = run
        run.parameters = whole(run.parameters)
        run.outputs = whole(run.outputs)
        return run
    }
}
