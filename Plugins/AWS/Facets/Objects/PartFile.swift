// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import Synchronization

/// A file of this machine that is read or written in parts, from several tasks at once.
final class PartFile: Sendable {
    private let path: String
    private let descriptor: Int32
    /// Nil of a file that is written.
    private let origin: Origin?

    /// What tells that a file is the same as before.
    private struct Origin: Sendable, Equatable {
        var size: Int64
        var seconds: Int
        var nanoseconds: Int

        init(_ status: stat) {
            size = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    /// - Throws: `CallError` where the file cannot be read, or is none.
    init(reading path: String) throws(CallError) {
        self.path = path
        // Opening a pipe could wait for ever.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.error("read", path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw CallError(.invalid, "'\(path)' is not a file")
        }
        origin = Origin(status)
    }

    /// Writes beside the place until `commit`; only the owner may read it.
    init(writing path: String) throws(CallError) {
        self.path = path
        descriptor = open(Self.partial(path), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error("write", path, errno) }
        origin = nil
    }

    deinit { close(descriptor) }

    private static func partial(_ path: String) -> String { path + ".partial" }

    /// In bytes, when the file was opened.
    var size: Int64 { origin?.size ?? 0 }

    func read(at offset: Int64, count: Int) throws(CallError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let more = pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
                    off_t(offset) + off_t(filled))
                if more < 0, errno == EINTR { continue }
                if more < 0 { failure = errno }
                if more <= 0 { return }
                filled += more
            }
        }
        if failure != 0 { throw Self.error("read", path, failure) }
        guard bytes.count == count else { throw Self.changed(path) }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws(CallError) {
        var written = 0
        while written < bytes.count {
            let more = bytes.withUnsafeBytes {
                pwrite(
                    descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written,
                    off_t(offset) + off_t(written))
            }
            if more < 0, errno == EINTR { continue }
            if more < 0 { throw Self.error("write", path, errno) }
            written += more
        }
    }

    /// How long the file is that is being written.
    var writtenSize: Int64 {
        get throws(CallError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw Self.error("write", path, errno) }
            return Int64(status.st_size)
        }
    }

    /// - Throws: `CallError` with `conflict` where somebody wrote to the file since it was opened.
    func checkUnchanged() throws(CallError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.error("read", path, errno) }
        if Origin(status) != origin { throw Self.changed(path) }
    }

    /// Gives the written file its name.
    func commit() throws(CallError) {
        if fsync(descriptor) != 0 { throw Self.error("write", path, errno) }
        if rename(Self.partial(path), path) != 0 { throw Self.error("write", path, errno) }
    }

    /// Removes what was written.
    func discard() { unlink(Self.partial(path)) }

    private static func changed(_ path: String) -> CallError {
        CallError(.conflict, "'\(path)' was changed while it was read", help: ["run the step again"])
    }

    private static func error(_ action: String, _ path: String, _ number: Int32) -> CallError {
        let words = "cannot \(action) '\(path)': \(String(cString: strerror(number)))"
        switch number {
        case ENOENT, ENOTDIR: return CallError(.notFound, words)
        case EACCES, EPERM, EROFS: return CallError(.denied, words, help: ["check the permissions and the owner"])
        default: return CallError(.failed, words)
        }
    }
}

/// Counts the parts that are done.
final class PartCount: Sendable {
    private let count = Atomic<Int>(0)

    /// The count with one more.
    func increment() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
