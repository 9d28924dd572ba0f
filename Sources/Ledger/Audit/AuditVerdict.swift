// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
package import Execution
import GRDB

/// What a look at the whole audit trail found.
package struct AuditVerdict: Sendable, Hashable {
    package enum Finding: Sendable, Hashable {
        /// The line, or one before it, is not what was written.
        case broken(line: Int64, AuditEntry)
        /// Lines at the end are gone: the project's file knows of a later one.
        case cut(after: Int64, known: Int64)
    }

    /// How many lines were looked at.
    package var lines: Int
    /// How many of them are from before lines were chained.
    package var unchained: Int
    package var finding: Finding?

    static let empty = AuditVerdict(lines: 0, unchained: 0, finding: nil)

    private init(lines: Int, unchained: Int, finding: Finding?) {
        self.lines = lines
        self.unchained = unchained
        self.finding = finding
    }

    /// - Parameter anchor: The newest link that is noted outside of the ledger.
    init(_ db: SQLiteDatabase, anchor: AuditLink?) throws {
        self.init(lines: 0, unchained: 0, finding: nil)
        let rows = try Row.fetchCursor(db, sql: "SELECT \(AuditEntry.columns), link, id FROM audit ORDER BY id")
        var link: String?
        var last: Int64 = 0
        var anchored = anchor == nil
        while let row = try rows.next() {
            lines += 1
            let entry = AuditEntry(row: row)
            let written = row.optionalText(7)
            last = row.number(8)
            if written == nil, link == nil {
                unchained += 1
                continue
            }
            guard written == AuditLink.of(entry, after: link) else {
                finding = .broken(line: last, entry)
                return
            }
            link = written
            if let anchor, anchor.line == last {
                guard anchor.text == written else {
                    finding = .broken(line: last, entry)
                    return
                }
                anchored = true
            }
        }
        if !anchored, let anchor { finding = .cut(after: last, known: anchor.line) }
    }
}
