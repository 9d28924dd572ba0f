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

    /// How many bytes the file has by its own account; 0 where that cannot be told.
    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(clamping: status.st_size) : 0
    }

    /// Up to so many bytes from an offset on; fewer where the file ends before, or cannot be read.
    func bytes(at offset: Int, _ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, found in
            while found < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[found...])
                let read = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + found))
                if read < 0, errno == EINTR { continue }
                if read <= 0 { break }
                found += read
            }
        }
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
        var all = try readExpected(limit: limit)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { chunk.deallocate() }
        while true {
            let count = try read(into: chunk)
            if count == 0 { return all }
            all.append(contentsOf: chunk[..<count])
            if all.count > limit { throw CallError(.invalid, "'\(path)' is larger than \(limit) bytes") }
        }
    }

    /// Reads as many bytes as the file has by its own account, straight to where they stay.
    private func readExpected(limit: Int) throws(CallError) -> [UInt8] {
        let expected = Swift.min(size, limit)
        var problem: CallError?
        let bytes = [UInt8](unsafeUninitializedCapacity: expected) { buffer, count in
            do throws(CallError) {
                while count < expected {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                    let found = try read(into: rest)
                    if found == 0 { break }
                    count += found
                }
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        return bytes
    }
}
