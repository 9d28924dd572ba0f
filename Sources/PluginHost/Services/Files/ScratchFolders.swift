// SPDX-License-Identifier: Apache-2.0
import CSystemCalls
import ConvergeSDK
import Glibc
import Synchronization

/// Empty folders for work in progress.
///
/// Each process has one folder for its scratch folders, and holds a lock beside it as long as it lives; what killed
/// processes left behind is known by its free lock and is swept by the next process that needs a scratch folder.
final class ScratchFolders: Sendable {
    private struct Lease {
        let folder: String
        let lock: Int32
    }

    private let root: String
    private let lease = Mutex<Lease?>(nil)

    init(root: String) { self.root = root }

    deinit { close() }

    /// Makes an empty folder.
    func make() throws(CallError) -> String {
        let own = try lease.withLock { (lease) throws(CallError) in
            if let lease { return lease.folder }
            let taken = try take()
            lease = taken
            return taken.folder
        }
        let folder = "\(own)/\(SystemRandomness.name())"
        try Folders.make(folder)
        return folder
    }

    /// Removes this process's scratch folders.
    func close() {
        lease.withLock { lease in
            guard let held = lease else { return }
            lease = nil
            // What cannot be removed now is swept by the next process.
            do { try Folders.remove(held.folder) } catch {}
            unlink(held.folder + ".lock")
            _ = csc_unlock(held.lock)
            Glibc.close(held.lock)
        }
    }

    private func take() throws(CallError) -> Lease {
        try Folders.make(root)
        try sweep()
        while true {
            let folder = "\(root)/\(SystemRandomness.name())"
            let path = folder + ".lock"
            let lock = try checked("create", path) { open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
            // A sweeping process may have come between the making and the locking: then another name is taken.
            if csc_try_lock(lock) == 0, Self.isSameFile(lock, path) {
                try Folders.make(folder)
                return Lease(folder: folder, lock: lock)
            }
            Glibc.close(lock)
        }
    }

    private func sweep() throws(CallError) {
        for entry in try Folders.entries(of: root) where entry.name.hasSuffix(".lock") {
            let path = "\(root)/\(entry.name)"
            let lock = open(path, O_RDWR | O_CLOEXEC)
            guard lock >= 0 else { continue }
            defer { Glibc.close(lock) }
            guard csc_try_lock(lock) == 0, Self.isSameFile(lock, path) else { continue }
            try Folders.remove(String(path.dropLast(".lock".count)))
            unlink(path)
        }
    }

    private static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
        var (open, named) = (stat(), stat())
        return fstat(descriptor, &open) == 0 && stat(path, &named) == 0 && open.st_ino == named.st_ino
    }
}
