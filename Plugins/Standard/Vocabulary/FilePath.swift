// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// Asks the file system of this machine.
enum FilePath {
    enum Status: Equatable {
        case file(size: Int64)
        case folder
        /// A device, a socket, a pipe.
        case other
        /// Not there, or not to be seen, by the system's error number.
        case missing(Int32)
    }

    /// A path that may be relative to a folder.
    static func absolute(_ path: String, in folder: String) -> String {
        if path.hasPrefix("/") { return path }
        return folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }

    /// The last part of a path.
    static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    static func status(_ path: String) -> Status {
        var status = stat()
        guard stat(path, &status) == 0 else { return .missing(errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(size: Int64(status.st_size))
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// The names in a folder in the order of their bytes.
    ///
    /// - Parameter name: The folder as the recipe names it, for messages.
    static func entries(of path: String, named name: String) throws(CallError) -> [String] {
        guard let folder = opendir(path) else { throw .unreadable(name, errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The paths that a pattern with `*`, `?` and `[…]` matches, relative to the folder where the pattern is, in the
    /// order of their bytes.
    static func matches(of pattern: String, in folder: String) throws(CallError) -> [String] {
        let isRelative = !pattern.hasPrefix("/")
        // The folder's own name is no pattern, whatever characters it holds.
        var prefix = ""
        if isRelative {
            for character in absolute("", in: folder) {
                if "*?[]\\".contains(character) { prefix.append("\\") }
                prefix.append(character)
            }
        }
        var found = glob_t()
        defer { globfree(&found) }
        // A folder that is not there holds no match; one that may not be read is an error.
        let onError: @convention(c) (UnsafePointer<CChar>?, Int32) -> Int32 = { _, code in
            code == ENOENT || code == ENOTDIR ? 0 : 1
        }
        switch glob(prefix + pattern, GLOB_NOSORT, onError, &found) {
        case 0: break
        case GLOB_NOMATCH: return []
        default: throw .unreadable(pattern, EACCES)
        }
        let dropped = isRelative ? absolute("", in: folder).utf8.count : 0
        var names: [String] = []
        for offset in 0..<Int(found.gl_pathc) {
            guard let path = found.gl_pathv[offset] else { continue }
            names.append(String(decoding: String(cString: path).utf8.dropFirst(dropped), as: UTF8.self))
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension CallError {
    /// A file that cannot be opened or read, by the reason that the system gave.
    static func unreadable(_ name: String, _ code: Int32) -> CallError {
        if code == ENOENT {
            return CallError(
                .notFound,
                Diagnostic(
                    .fileMissing, "there is no file '\(name)'",
                    help: ["paths start at the recipe's folder; check the spelling"]))
        }
        return CallError(
            code == EACCES || code == EPERM ? .denied : .failed,
            Diagnostic(
                .fileUnreadable, "the file '\(name)' cannot be read: \(String(cString: strerror(code)))",
                help: ["check that it is a file and that its permissions let you read it"]))
    }

    /// A pipe, a socket or a device, whose content nobody could read twice.
    static func neitherFileNorFolder(_ name: String) -> CallError {
        CallError(
            .invalid,
            Diagnostic(
                .fileUnreadable, "'\(name)' is neither a file nor a folder",
                help: ["write what it gives to a file, and name that"]))
    }
}

extension FilePath {
    /// A whole small file.
    static func bytes(of path: String, named name: String, limit: Int) throws(CallError) -> [UInt8] {
        guard case .file(let size) = status(path), size <= limit else { throw .unreadable(name, EFBIG) }
        let source = try FileSource(path: path, name: name)
        var bytes = [UInt8](repeating: 0, count: Int(size))
        let count = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(CallError) in
            try source.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        return Array(bytes.prefix(count))
    }

    /// Makes a symbolic link.
    static func link(_ target: String, at path: String) throws(CallError) {
        guard symlink(target, path) == 0 else { throw .unreadable(path, errno) }
    }
}
