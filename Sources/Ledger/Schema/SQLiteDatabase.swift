// SPDX-License-Identifier: Apache-2.0
import GRDB

/// A SQLite connection; the SDK has a lent `Database` of its own.
typealias SQLiteDatabase = GRDB.Database
