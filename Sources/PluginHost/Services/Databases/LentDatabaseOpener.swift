// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import Synchronization

/// Opens each database file once.
final class LentDatabaseOpener: DatabaseOpener {
    /// A file by what it is, not by its name: a file that was removed and made anew is another one. The number is not
    /// given to another file while the database is open.
    private struct FileIdentity: Hashable {
        let device: UInt
        let number: UInt

        /// Nil where there is no such file.
        init?(of path: String) throws(CallError) {
            var status = stat()
            if stat(path, &status) != 0 {
                if errno == ENOENT { return nil }
                throw .lastSystemCall("look at", path)
            }
            device = UInt(status.st_dev)
            number = UInt(status.st_ino)
        }
    }

    private struct OpenDatabase {
        let path: String
        let database: LentDatabase
    }

    private let open = Mutex<[FileIdentity: OpenDatabase]>([:])

    func open(path: String) async throws(CallError) -> any Database {
        try await BlockingWork.run { [self] (_) throws(CallError) in
            let identity = try Self.identity(ofMade: path)
            return try open.withLock { (open) throws(CallError) in
                if let known = open[identity] { return known.database }
                // What was removed from the disk meanwhile is closed when its last user lets go of it.
                for (identity, known) in open where try FileIdentity(of: known.path) != identity {
                    open[identity] = nil
                }
                let database = try LentDatabase(path: path)
                open[identity] = OpenDatabase(path: path, database: database)
                return database
            }
        }
    }

    /// Closes all databases that nobody uses any more.
    func close() { open.withLock { $0.removeAll() } }

    /// Makes the file where there is none, before SQLite would make it readable for others.
    ///
    /// A file that is there is never opened here: closing it would free the locks that SQLite holds on it, since POSIX
    /// locks belong to the process.
    private static func identity(ofMade path: String) throws(CallError) -> FileIdentity {
        while true {
            if let identity = try FileIdentity(of: path) { return identity }
            try Folders.make(Paths.parent(of: path))
            do throws(CallError) {
                let file = try FileHandle(open: path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
                try file.setMode(0o600)
            } catch  where error.reason == .conflict {
                // Another process made it in between.
                continue
            }
        }
    }
}
