// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// The few calls to the file system that things need beside the lent services.
enum LocalFiles {
    private static func error(_ action: String, _ path: String, _ number: Int32) -> CallError {
        let words = String(cString: strerror(number))
        switch number {
        case ENOENT, ENOTDIR: return CallError(.notFound, "cannot \(action) '\(path)': \(words)")
        case EACCES, EPERM, EROFS:
            return CallError(
                .denied, "cannot \(action) '\(path)': \(words)", help: ["check the permissions and the owner"])
        default: return CallError(.failed, "cannot \(action) '\(path)': \(words)")
        }
    }

    static func isFolder(_ path: String) throws(CallError) -> Bool {
        var status = stat()
        if stat(path, &status) == 0 { return status.st_mode & S_IFMT == S_IFDIR }
        if errno == ENOENT || errno == ENOTDIR { return false }
        throw error("look at", path, errno)
    }

    /// The content of a file of at most that many bytes.
    static func read(_ path: String, limit: Int) throws(CallError) -> [UInt8] {
        let input = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard input >= 0 else { throw error("read", path, errno) }
        defer { close(input) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw error("read", path, errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > limit {
                throw CallError(.invalid, "'\(path)' is larger than \(Value.size(Int64(limit)).literal)")
            }
        }
    }

    /// Makes a folder that only its owner may enter, and those above it that are missing. One that is there is fine.
    static func makeFolder(_ path: String) throws(CallError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw error("make the folder", path, errno)
        }
        try makeFolder(String(path[..<slash]))
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw error("make the folder", path, errno) }
    }

    /// Removes a file or a folder with all that is in it; links are removed, not followed. Absent is fine.
    static func remove(_ path: String) throws(CallError) {
        if unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR { return }
        guard errno == EISDIR || errno == EPERM else { throw error("remove", path, errno) }
        for name in try names(in: path) { try remove(path + "/" + name) }
        if rmdir(path) != 0, errno != ENOENT { throw error("remove the folder", path, errno) }
    }

    /// The names in a folder, sorted.
    static func names(in path: String) throws(CallError) -> [String] {
        guard let folder = opendir(path) else { throw error("read the folder", path, errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Adds a line or several to a file, in one write, so that others' stand before or behind.
    static func append(_ text: String, to path: String) throws(CallError) {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw error("write", path, errno) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard bytes.withUnsafeBytes({ write(file, $0.baseAddress, $0.count) }) == bytes.count else {
            throw error("write", path, errno)
        }
        if fsync(file) != 0 { throw error("write", path, errno) }
    }

    /// Removes the files in a folder that nobody has written to since then.
    static func removeFiles(in path: String, olderThan horizon: Timestamp) throws(CallError) {
        for name in try names(in: path) {
            var status = stat()
            let file = path + "/" + name
            guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let changed = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            if changed < horizon.nanoseconds { try remove(file) }
        }
    }

    static func rename(_ old: String, to new: String) throws(CallError) {
        if Glibc.rename(old, new) != 0 { throw error("rename", old, errno) }
    }

    /// Makes sure that the names in a folder survive a crash.
    static func syncFolder(_ path: String) throws(CallError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw error("open the folder", path, errno) }
        defer { close(folder) }
        if fsync(folder) != 0 { throw error("write", path, errno) }
    }

    /// Copies a file's content, durably, into a file that only its owner may read.
    ///
    /// - Returns: The digest, empty where none was asked for, and the size.
    static func copy(
        _ source: String, to target: String, digest: (any DigestInProgress)?
    ) throws(CallError) -> (digest: String, size: Int64) {
        var status = stat()
        guard stat(source, &status) == 0 else { throw error("read", source, errno) }
        // Opening anything else could wait for ever.
        guard status.st_mode & S_IFMT == S_IFREG else { throw CallError(.invalid, "'\(source)' is not a file") }
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw error("read", source, errno) }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw error("write", target, errno) }
        defer { close(output) }

        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var size: Int64 = 0
        while true {
            try checkCancellation()
            let count = buffer.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw error("read", source, errno) }
            if count == 0 { break }
            var written = 0
            while written < count {
                let more = buffer.withUnsafeBytes {
                    write(output, $0.baseAddress?.advanced(by: written), count - written)
                }
                if more < 0, errno == EINTR { continue }
                if more < 0 { throw error("write", target, errno) }
                written += more
            }
            buffer.withUnsafeBytes { digest?.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            size += Int64(count)
        }
        if fsync(output) != 0 { throw error("write", target, errno) }
        return (digest?.finish() ?? "", size)
    }

    /// Moves a thing's folder out of the way at once, then removes it.
    static func discardFolder(_ path: String) throws(CallError) {
        guard try isFolder(path) else { return }
        let aside = path + ".deleted"
        try remove(aside)
        try rename(path, to: aside)
        try remove(aside)
    }

    /// The name of the account that owns a file; nil where it is not there.
    static func owner(of path: String) -> String? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(status.st_uid, &entry, &buffer, buffer.count, &found) == 0, let name = found?.pointee.pw_name
        else { return String(status.st_uid) }
        return String(cString: name)
    }

    /// Makes a symbolic link, in the place of one that is there.
    static func link(_ target: String, at path: String) throws(CallError) {
        let aside = path + ".new"
        try remove(aside)
        guard symlink(target, aside) == 0 else { throw error("make", path, errno) }
        try rename(aside, to: path)
    }

    /// The address of a file, with what an address cannot hold escaped.
    static func url(of path: String) -> String {
        var text = "file://"
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            if byte < 0x80,
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "/-._~".unicodeScalars.contains(scalar)
            {
                text.unicodeScalars.append(scalar)
            } else {
                text += "%" + hexadecimal([byte]).uppercased()
            }
        }
        return text
    }
}
