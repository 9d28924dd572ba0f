// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// Files that a command writes for people.
enum TextFile {
    /// Replaces a file whole or not at all. One that is there keeps its mode, and a link to it goes on leading to it.
    ///
    /// - Parameter mode: For a new file.
    static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws(Diagnostic) {
        let target = resolved(Paths.absolute(path))
        var status = stat()
        let mode = stat(target, &status) == 0 ? status.st_mode & 0o7777 : mode
        let draft = "\(target).\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritten(target, errno) }
        let code = write(Array(text.utf8), to: descriptor, mode)
        close(descriptor)
        guard code == 0 else {
            unlink(draft)
            throw unwritten(target, code)
        }
        guard rename(draft, target) == 0 else {
            let code = errno
            unlink(draft)
            throw unwritten(target, code)
        }
    }

    /// Removes a file; one that is not there is none either.
    static func remove(_ path: String) { unlink(path) }

    /// Makes a folder for its owner alone, unless it is there.
    static func makeFolder(_ path: String) throws(Diagnostic) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw unwritten(path, errno) }
    }

    private static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }

    /// - Returns: 0, or the error number.
    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ mode: mode_t) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return errno }
            rest = rest.dropFirst(written)
        }
        return fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0 ? 0 : errno
    }

    private static func unwritten(_ path: String, _ code: Int32) -> Diagnostic {
        let folder = Paths.parent(path)
        let reason =
            code == ENOENT && !Paths.isFolder(folder)
            ? "there is no folder \(Paths.shown(folder))" : String(cString: strerror(code))
        return Diagnostic(.fileNotWritten, "\(Paths.shown(path)) cannot be written: \(reason)")
    }
}
