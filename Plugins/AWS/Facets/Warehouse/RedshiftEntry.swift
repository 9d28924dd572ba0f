// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A table or view as Redshift's catalog has it.
struct RedshiftEntry: Sendable, Hashable {
    struct Column: Sendable, Hashable {
        var name: String
        /// With its sizes, in the catalog's words: `character varying(20)`.
        var type: String

        init(_ name: String, _ type: String) {
            self.name = name
            self.type = type
        }

        init(_ column: TableColumn) {
            // Redshift keeps names in small letters.
            name = column.name.lowercased()
            type = RedshiftType.name(column.type)
        }
    }

    let name: String
    let isView: Bool
    let columns: [Column]
    /// The operation that wrote last; nil where none of Converge's did.
    let token: String?
    private let rows: Int64?
    private let number: String

    /// The statement that asks the catalog for it, a row a column.
    static func question(_ name: String) -> SQLStatement {
        SQLStatement(
            """
            SELECT CAST(c.relkind AS character varying(1)) AS kind, CAST(c.oid AS bigint) AS number, \
            CAST(a.attname AS character varying(128)) AS name, \
            CAST(format_type(a.atttypid, a.atttypmod) AS character varying(256)) AS type, d.description AS words
            FROM pg_class AS c
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_description AS d ON d.objoid = c.oid AND d.objsubid = 0
            WHERE c.relname = ? AND c.relkind IN ('r', 'v') AND pg_table_is_visible(c.oid)
            ORDER BY a.attnum
            """, [.string(name)])
    }

    /// From the rows of the answer; nil where there is no such table.
    init?(_ name: String, rows told: [[String?]]) {
        guard let first = told.first, first.count == 5 else { return nil }
        self.name = name
        isView = first[0] == "v"
        number = (first[1] ?? "").description
        columns = told.compactMap { row in
            guard row.count == 5, let name = row[2], let type = row[3] else { return nil }
            return Column(name, type)
        }
        let words = (first[4] ?? "").split(separator: " ").map(String.init)
        let isOurs = words.count >= 2 && words[0] == Self.mark
        token = isOurs ? words[1] : nil
        rows = isOurs && words.count > 2 ? Int64(words[2]) : nil
    }

    private static let mark = "converge"

    /// The comment by which an operation says that it wrote.
    static func words(_ token: OperationToken, rows: Int64?) -> String {
        ([mark, token.text] + (rows.map { [String($0)] } ?? [])).joined(separator: " ")
    }

    var description: TableDescription {
        TableDescription(
            name: name, columns: columns.map { TableColumn($0.name, RedshiftType.column($0.type)) }, rows: rows,
            version: token ?? "redshift-\(number)")
    }
}
