// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB

extension SQLiteFailure {
    /// What GRDB threw, in the terms of calls.
    static func callError(_ error: any Error, sql: String = "") -> CallError {
        switch error {
        case let error as CallError: error
        case is CancellationError: .cancelled
        case let error as DatabaseError where error.message?.hasPrefix("Multiple statements") == true:
            CallError(
                .invalid, "several statements are given where one is executed",
                notes: sql.isEmpty ? [] : [SQLText.excerpt(sql)], help: ["give them one by one"])
        case let error as DatabaseError:
            callError(error.resultCode.rawValue, error.message ?? "error \(error.resultCode.rawValue)", sql: sql)
        default: CallError(.failed, "SQLite: \(error)")
        }
    }
}
