// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// An open file that is closed with its scope.
struct FileHandle: ~Copyable {
    let descriptor: Int32
    let path: String

    /// Opens the file; the descriptor is never inherited by programs that are started.
    ///
    /// - Throws: `CallError` with `invalid` where what is to be read is neither a file nor, where that is asked for, a
    ///   folder: nobody knows when a pipe or a device ends.
    init(open path: String, _ flags: Int32, mode: UInt16 = 0) throws(CallError) {
        let attempt = flags & O_CREAT != 0 ? "create" : "open"
        // Without O_NONBLOCK to open a pipe waits for its other end.
        let opened = try checked(attempt, path) { Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK, mode_t(mode)) }
        if flags & O_DIRECTORY == 0, !Self.isRegular(opened) {
            close(opened)
            throw .notRegular(path)
        }
        descriptor = opened
        self.path = path
    }

    private static func isRegular(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    deinit { close(descriptor) }

    /// Reads up to the size of the buffer; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CallError) -> Int {
        try checked("read", path) { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    }

    /// Writes all of the bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(CallError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try checked("write", path) { Glibc.write(descriptor, rest.baseAddress, rest.count) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Waits until the content is on the disk.
    func sync() throws(CallError) { try checked("sync", path) { fsync(descriptor) } }

    /// Sets the permissions whatever the process's mask.
    func setMode(_ mode: UInt16) throws(CallError) {
        try checked("set the permissions of", path) { fchmod(descriptor, mode_t(mode)) }
    }

    /// Reads the file from its present place to its end.
    func readToEnd(limit: Int = .max) throws(CallError) -> [UInt8] {
        var all: [UInt8] = []
        var status = stat()
        if fstat(descriptor, &status) == 0 { all.reserveCapacity(Swift.min(Int(clamping: status.st_size), limit)) }
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { chunk.deallocate() }
        while true {
            let count = try read(into: chunk)
            if count == 0 { return all }
            all.append(contentsOf: chunk[..<count])
            if all.count > limit { throw CallError(.invalid, "'\(path)' is larger than \(limit) bytes") }
        }
    }
}
