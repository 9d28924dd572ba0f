// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB

extension SQLiteFailure {
    /// What GRDB threw, in the terms of calls.
    static func callError(_ error: any Error, sql: String = "") -> CallError {
        switch error {
        case let error as CallError: error
        case is CancellationError: .cancelled
        case let error as DatabaseError:
            callError(error.resultCode.rawValue, error.message ?? "error \(error.resultCode.rawValue)", sql: sql)
        default: CallError(.failed, "SQLite: \(error)")
        }
    }
}
