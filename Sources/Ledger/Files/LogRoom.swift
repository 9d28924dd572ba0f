// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Lets the log have its whole length once a process is seen to write much.
///
/// A synced write that makes a file longer takes about twice as long as one over what was written before: the file system
/// writes the new length too, and where it only set the room aside it writes that it is in use. SQLite takes what is
/// behind the log's last commit for nothing.
final class LogRoom: Sendable {
    /// The log's length at a checkpoint, after which it is written from its beginning again.
    static let pages = 4000
    /// What a page takes there, with the head of its frame.
    private static let frame = LedgerSchema.pageSize + 24
    /// Who writes less needs no room, and soon the log is as long as it gets.
    private static let patience = 32
    /// So many bytes are written at once.
    private static let piece = 1 << 16
    /// How many times the room must be free, so that it is nobody's last.
    private static let plenty: UInt64 = 64

    private let path: String
    private let commits = Atomic(0)

    /// - Parameter path: The log's.
    init(_ path: String) { self.path = path }

    /// Told before each commit; takes the room at one of them.
    ///
    /// Must be called inside a transaction that holds the lock for writing: nobody else makes the log longer meanwhile.
    func willCommit() {
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
        // Behind the log's end alone: SQLite has yet to write what this transaction brings.
        let zeros = [UInt8](repeating: 0, count: Self.piece)
        var end = Int(status.st_size)
        while end < size {
            let written = pwrite(descriptor, zeros, min(zeros.count, size - end), off_t(end))
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            end += written
        }
        _ = fdatasync(descriptor)
    }
}
