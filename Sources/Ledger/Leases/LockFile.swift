// SPDX-License-Identifier: Apache-2.0
import CSystemCalls
import Glibc

/// An exclusive lock on a file, freed by `free` or by the kernel when the process dies.
///
/// It belongs to an open file description, so that two holders in one process exclude each other as two processes do.
struct LockFile: ~Copyable {
    private let descriptor: Int32
    private let path: String

    deinit {
        _ = csc_unlock(descriptor)
        close(descriptor)
    }

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Nil where somebody else holds it.
    static func take(_ path: String) throws(StateFileError) -> LockFile? {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw StateFileError(action: "open", path: path, code: errno) }
            let lock = LockFile(descriptor: descriptor, path: path)
            let code = csc_try_lock(descriptor)
            if code == EAGAIN || code == EACCES { return nil }
            guard code == 0 else { throw StateFileError(action: "lock", path: path, code: code) }
            // A lock on a file that was removed meanwhile excludes nobody.
            if lock.isInPlace { return lock }
        }
    }

    /// True where somebody holds it now.
    ///
    /// Makes no file.
    static func isHeld(_ path: String) throws(StateFileError) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == EROFS { return false }
            throw StateFileError(action: "open", path: path, code: errno)
        }
        defer { close(descriptor) }
        return csc_is_locked(descriptor) != 0
    }

    private var isInPlace: Bool {
        guard let held = StateFile.identity(of: descriptor) else { return false }
        return held == StateFile.identity(of: path)
    }

    /// Says in the file who holds it, for the diagnostic of those who do not get it.
    borrowing func write(_ content: [UInt8]) throws(StateFileError) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw StateFileError(action: "write", path: path, code: errno)
        }
        try StateFile.write(content, to: descriptor, path: path)
    }

    /// Removes the file and frees the lock.
    ///
    /// Who opened the file meanwhile finds it out of place and makes a new one.
    consuming func free() { unlink(path) }
}
