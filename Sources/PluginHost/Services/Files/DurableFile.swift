// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Glibc

/// Writes files that survive a crash whole.
package enum DurableFile {
    /// Writes the file beside its place, syncs it, moves it there and syncs the folder, which is made where it is
    /// missing. After a crash either the old or the whole new content is there.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt16) throws(CallError) {
        let folder = Paths.parent(of: path)
        try Folders.make(folder)
        let temporary = "\(folder)/.\(Paths.name(of: path)).\(SystemRandomness.name()).tmp"
        do throws(CallError) {
            try writeWhole(bytes, to: temporary, mode: mode)
            try checked("replace", path) { rename(temporary, path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try Folders.sync(folder)
    }

    /// Writes a file that is not there yet; one that another process made first stays as it is.
    static func writeNew(_ bytes: [UInt8], to path: String, mode: UInt16) throws(CallError) {
        let folder = Paths.parent(of: path)
        try Folders.make(folder)
        let temporary = "\(folder)/.\(Paths.name(of: path)).\(SystemRandomness.name()).tmp"
        defer { unlink(temporary) }
        try writeWhole(bytes, to: temporary, mode: mode)
        if link(temporary, path) != 0, errno != EEXIST { try checked("create", path) { link(temporary, path) } }
        try Folders.sync(folder)
    }

    private static func writeWhole(_ bytes: [UInt8], to path: String, mode: UInt16) throws(CallError) {
        let file = try FileHandle(open: path, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        try file.setMode(mode)
        try bytes.withUnsafeBufferPointer { (buffer) throws(CallError) in
            try file.write(UnsafeRawBufferPointer(buffer))
        }
        try file.sync()
    }

    /// Reads up to so many bytes of a file's beginning; nil where there is none.
    static func beginning(_ path: String, _ count: Int) throws(CallError) -> [UInt8]? {
        do throws(CallError) {
            let file = try FileHandle(open: path, O_RDONLY)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
            defer { buffer.deallocate() }
            let found = try file.read(into: buffer)
            return Array(buffer[..<found])
        } catch  where error.reason == .notFound {
            return nil
        }
    }

    /// Reads a whole file; nil where there is none.
    package static func read(_ path: String, limit: Int = .max) throws(CallError) -> [UInt8]? {
        do throws(CallError) {
            let file = try FileHandle(open: path, O_RDONLY)
            return try file.readToEnd(limit: limit)
        } catch  where error.reason == .notFound {
            return nil
        }
    }
}
