// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A call of the operating system on a state file that failed.
struct StateFileError: Error {
    /// The verb for messages: `write`, `read`, `create`.
    var action: String
    var path: String
    /// `errno`.
    var code: Int32

    var reason: String { String(cString: strerror(code)) }

}

/// Files that hold state: mode 0600 in folders of mode 0700, replaced whole or not at all.
enum StateFile {
    /// What the file system knows of a file.
    struct Stamp: Hashable {
        var size: Int64
        /// When the content was last changed, in nanoseconds since 1970.
        var modified: Int64
    }

    /// Nil where there is no such file.
    static func stamp(of path: String) throws(StateFileError) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw StateFileError(action: "look at", path: path, code: errno)
        }
        if isFolder(status) { throw StateFileError(action: "read", path: path, code: EISDIR) }
        let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        return Stamp(size: Int64(status.st_size), modified: modified)
    }

    static func exists(_ path: String) throws(StateFileError) -> Bool { try stamp(of: path) != nil }

    /// The file behind a name, whatever its content.
    struct Identity: Hashable {
        var device: UInt64
        var node: UInt64

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            node = UInt64(status.st_ino)
        }
    }

    /// Nil where there is no such file, or none within reach.
    static func identity(of path: String) -> Identity? {
        var status = stat()
        return stat(path, &status) == 0 ? Identity(status) : nil
    }

    static func identity(of descriptor: Int32) -> Identity? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Identity(status) : nil
    }

    /// Sets a file's time of change to this very moment, to the nanosecond.
    ///
    /// The kernel stamps its own changes with the time of its last tick, so that two changes within a few
    /// milliseconds look the same; a stamp set here differs from any that the kernel sets.
    static func touch(_ path: String) throws(StateFileError) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let times = [now, now]
        guard utimensat(AT_FDCWD, path, times, 0) == 0 else {
            throw StateFileError(action: "stamp", path: path, code: errno)
        }
    }

    private static func isFolder(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }

    /// Makes the folder with mode 0700 unless it is there; its parent must be.
    static func makeFolder(_ path: String) throws(StateFileError) {
        if mkdir(path, 0o700) == 0 { return }
        guard errno == EEXIST else { throw StateFileError(action: "create", path: path, code: errno) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw StateFileError(action: "look at", path: path, code: errno) }
        if !isFolder(status) { throw StateFileError(action: "create", path: path, code: ENOTDIR) }
    }

    /// False where this process may not read and write the file or, where there is none, its folder.
    static func isWithinRights(_ path: String) -> Bool {
        let folder = folder(of: path)
        let isThere = access(path, F_OK) == 0
        return access(folder, R_OK | W_OK | X_OK) == 0 && (!isThere || access(path, R_OK | W_OK) == 0)
    }

    /// False where the file system that a file lies on has no room left for what SQLite keeps beside it.
    static func hasRoom(beside path: String) -> Bool { room(beside: path) > 65_536 }

    /// How many bytes are free on the file system that a file lies on; without end where nobody can tell.
    static func room(beside path: String) -> UInt64 {
        var system = statvfs()
        guard statvfs(folder(of: path), &system) == 0 else { return .max }
        return UInt64(system.f_bavail) * UInt64(system.f_frsize)
    }

    /// The names in a folder; none where it is not there.
    static func names(in folder: String) throws(StateFileError) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw StateFileError(action: "read", path: folder, code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The first bytes of a file, all of them without a limit; nil where it is not there.
    static func read(_ path: String, limit: Int = .max) throws(StateFileError) -> [UInt8]? {
        // Without O_NONBLOCK to open a pipe, which somebody may have put there, waits for its other end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw StateFileError(action: "read", path: path, code: errno)
        }
        defer { close(descriptor) }
        return try read(descriptor, path: path, limit: limit)
    }

    static func read(_ descriptor: Int32, path: String, limit: Int) throws(StateFileError) -> [UInt8] {
        var content: [UInt8] = []
        var block = [UInt8](repeating: 0, count: Swift.min(limit, 65_536))
        while content.count < limit {
            let count = pread(descriptor, &block, Swift.min(block.count, limit - content.count), off_t(content.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StateFileError(action: "read", path: path, code: errno) }
            if count == 0 { break }
            content.append(contentsOf: block.prefix(count))
        }
        return content
    }

    /// Makes an empty file of mode 0600 unless it is there.
    static func create(_ path: String) throws(StateFileError) {
        // A file that is there is not opened: closing it would take SQLite's locks on it away from this process.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == EEXIST { return }
        guard descriptor >= 0 else { throw StateFileError(action: "create", path: path, code: errno) }
        close(descriptor)
    }

    /// Replaces the file's content so that a reader, and a power cut, meets the old or the new content whole.
    static func replace(_ path: String, with content: [UInt8]) throws(StateFileError) {
        let draft = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StateFileError(action: "create", path: draft, code: errno) }
        do throws(StateFileError) {
            defer { close(descriptor) }
            try write(content, to: descriptor, path: draft)
            guard fsync(descriptor) == 0 else { throw StateFileError(action: "write", path: draft, code: errno) }
        } catch {
            unlink(draft)
            throw error
        }
        try move(draft, to: path)
    }

    static func write(_ content: [UInt8], to descriptor: Int32, path: String) throws(StateFileError) {
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StateFileError(action: "write", path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Renames, replacing what is there, and makes the new name durable.
    static func move(_ path: String, to target: String) throws(StateFileError) {
        guard rename(path, target) == 0 else { throw StateFileError(action: "rename", path: path, code: errno) }
        try syncFolder(of: target)
    }

    /// Removes the file if it is there.
    static func remove(_ path: String) throws(StateFileError) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw StateFileError(action: "remove", path: path, code: errno)
        }
    }

    /// Makes a file's content durable.
    static func sync(_ path: String) throws(StateFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StateFileError(action: "read", path: path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StateFileError(action: "write", path: path, code: errno) }
    }

    /// Makes the names in the file's folder durable.
    static func syncFolder(of path: String) throws(StateFileError) { try sync(folder(of: path)) }

    static func folder(of path: String) -> String {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return folder.isEmpty ? "/" : folder
    }
}
