// SPDX-License-Identifier: Apache-2.0

/// The tables of `runs.db`; steps as in `LedgerSchema`.
enum RunLogSchema {
    /// Marks a SQLite file as a run log: "CvRl".
    static let applicationID: Int32 = 0x4376_526C
    static let steps = [version1]

    private static let version1 = """
        CREATE TABLE line (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            run TEXT NOT NULL,
            operation TEXT NOT NULL,
            time INTEGER NOT NULL,
            text TEXT NOT NULL
        );
        CREATE INDEX line_run ON line (run);
        """
}
