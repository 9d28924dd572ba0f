// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Crypto
import Execution
import GRDB

/// The texts that runs went by, as the ledger keeps them: named by the digest of their content.
enum SourceRow {
    /// Whether a content is what the digest was made from.
    static func isWhole(digest: String, content: String) -> Bool {
        SHA256.hash(data: Array(content.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == digest
    }

    /// The digests of texts that are not what was kept.
    static func changed(_ db: SQLiteDatabase) throws -> [String] {
        let rows = try Row.fetchCursor(db, sql: "SELECT digest, content FROM source")
        var changed: [String] = []
        while let row = try rows.next() {
            let digest = row.text(0)
            if !isWhole(digest: digest, content: row.optionalText(1) ?? "") { changed.append(digest) }
        }
        return changed
    }

    /// That a text was changed, with the runs that went by it.
    static func problem(_ digest: String, _ db: SQLiteDatabase) throws -> Diagnostic {
        let rows = try Row.fetchAll(
            db, sql: "SELECT number, purpose FROM run WHERE source = ? ORDER BY number DESC LIMIT 3",
            arguments: [digest])
        let runs = rows.compactMap { row in
            RunRecord.Purpose(rawValue: row.text(1)).map { RunName(row.number(0), $0).description }
        }
        return Diagnostic(
            .textsChanged,
            "the text that \(runs.isEmpty ? "a run" : runs.joined(separator: ", ")) went by is not what was kept",
            notes: ["its digest is no longer \(digest.prefix(12))"],
            help: ["ledger repair    takes it from the newest backup"])
    }
}
