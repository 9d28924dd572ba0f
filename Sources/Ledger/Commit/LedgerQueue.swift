// SPDX-License-Identifier: Apache-2.0
import GRDB
import Synchronization

/// The line of those who work on the ledger's one connection.
///
/// Waking another thread, and being woken by it, takes as long as a small commit: where nobody is in the line, work may
/// be done on the thread of whoever wants it.
final class LedgerQueue: Sendable {
    private let queue: DatabaseQueue
    private let patience: Patience
    /// How many are at work or in the line.
    private let callers = Atomic(0)

    init(_ queue: DatabaseQueue, _ patience: Patience) {
        self.queue = queue
        self.patience = patience
    }

    /// Works on another thread, after those who came before.
    func later(_ body: @escaping @Sendable (SQLiteDatabase) -> Void) {
        callers.add(1, ordering: .sequentiallyConsistent)
        queue.asyncWriteWithoutTransaction { [self] db in
            defer { callers.subtract(1, ordering: .sequentiallyConsistent) }
            body(db)
        }
    }

    /// Works on this thread, unless somebody else is at work or waits for it.
    ///
    /// A file that another process keeps locked is not waited for: a thread that others need would do the waiting.
    ///
    /// - Returns: Whether it was done.
    func atOnce(_ body: (SQLiteDatabase) -> Void) -> Bool {
        guard callers.compareExchange(expected: 0, desired: 1, ordering: .sequentiallyConsistent).exchanged else {
            return false
        }
        defer { callers.subtract(1, ordering: .sequentiallyConsistent) }
        // Only once it is this one's turn: whoever got into the line meanwhile waits as usual.
        queue.inDatabase { db in patience.shortened(to: .zero) { body(db) } }
        return true
    }
}
