// SPDX-License-Identifier: Apache-2.0
import CSystemCalls
import Glibc
import Synchronization

/// Lets the log have its whole length once a process is seen to write much.
///
/// A synced write that makes a file longer takes about one and a half times as long as one within it: the file system
/// writes the new length too. SQLite takes what is behind the log's last commit for nothing.
final class LogRoom: Sendable {
    /// The log's length at a checkpoint, after which it is written from its beginning again.
    static let pages = 4000
    /// What a page takes there, with the head of its frame.
    private static let frame = LedgerSchema.pageSize + 24
    /// Who writes less needs no room, and soon the log is as long as it gets.
    private static let patience = 32
    /// How many times the room must be free, so that it is nobody's last.
    private static let plenty: UInt64 = 64

    private let path: String
    private let commits = Atomic(0)

    /// - Parameter path: The log's.
    init(_ path: String) { self.path = path }

    /// Told of each commit; takes the room at one of them.
    func committed() {
        let number = commits.add(1, ordering: .relaxed).newValue
        if number == Self.patience { take() }
    }

    /// Where it cannot be had the log grows with what is written, as it would anyway.
    private func take() {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let size = Self.pages * Self.frame
        var (status, system) = (stat(), statvfs())
        guard fstat(descriptor, &status) == 0, status.st_size < size, fstatvfs(descriptor, &system) == 0,
            UInt64(system.f_bavail) * UInt64(system.f_frsize) > Self.plenty * UInt64(size)
        else { return }
        // Changes nothing of what is written there, or is being written by another process meanwhile.
        _ = csc_take_room(descriptor, Int64(size))
    }
}
