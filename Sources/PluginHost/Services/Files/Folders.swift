// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// What a name in a folder stands for.
struct FolderEntry {
    enum Kind {
        case file(isExecutable: Bool, size: Int64)
        case folder
        case link
        case other
    }

    let name: String
    let kind: Kind
}

/// Makes, lists and removes folders.
enum Folders {
    /// Makes the folder and those above it that are missing; that it is there already is not an error.
    static func make(_ path: String, mode: UInt16 = 0o700) throws(CallError) {
        if mkdir(path, mode_t(mode)) == 0 { return }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw CallError(.conflict, "'\(path)' should be a folder, but a file has that name")
            }
        case ENOENT:
            let parent = Paths.parent(of: path)
            guard parent != path else { throw .lastSystemCall("make the folder", path) }
            try make(parent, mode: mode)
            // Somebody else may make it at the same time.
            guard mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else {
                throw .lastSystemCall("make the folder", path)
            }
        default: throw .lastSystemCall("make the folder", path)
        }
    }

    /// The names in the folder, in no order.
    ///
    /// - Throws: `CallError` with `invalid` for a name that is not UTF-8.
    static func names(of path: String) throws(CallError) -> [String] {
        guard let folder = opendir(path) else { throw .lastSystemCall("read the folder", path) }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name else { throw CallError(.invalid, "a name in the folder '\(path)' is not UTF-8") }
            if name != ".", name != ".." { found.append(name) }
        }
        return found
    }

    /// The entries in the order of their names' bytes.
    static func entries(of path: String) throws(CallError) -> [FolderEntry] {
        var found: [FolderEntry] = []
        for name in try names(of: path) { found.append(FolderEntry(name: name, kind: try kind(of: path + "/" + name))) }
        return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func kind(of path: String) throws(CallError) -> FolderEntry.Kind {
        var status = stat()
        try checked("look at", path) { lstat(path, &status) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(isExecutable: status.st_mode & S_IXUSR != 0, size: Int64(status.st_size))
        case S_IFDIR: return .folder
        case S_IFLNK: return .link
        default: return .other
        }
    }

    /// Removes a file or a folder with all in it, read-only folders too. Absent is not an error.
    static func remove(_ path: String) throws(CallError) {
        if unlink(path) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw .lastSystemCall("remove", path) }
        chmod(path, 0o700)
        for entry in try entries(of: path) { try remove(path + "/" + entry.name) }
        try checked("remove", path) { rmdir(path) }
    }

    /// Waits until the names in the folder are on the disk.
    static func sync(_ path: String) throws(CallError) {
        let folder = try FileHandle(open: path, O_RDONLY | O_DIRECTORY)
        try folder.sync()
    }
}

/// Takes paths apart.
enum Paths {
    /// The path without its last part; `.` for a single name.
    static func parent(of path: String) -> String {
        var view = Substring(path)
        while view.count > 1, view.hasSuffix("/") { view.removeLast() }
        guard let slash = view.lastIndex(of: "/") else { return "." }
        return slash == view.startIndex ? "/" : String(view[..<slash])
    }

    /// The last part of the path.
    static func name(of path: String) -> String {
        String(path.split(separator: "/").last ?? "")
    }

    /// The target of a symbolic link; nil where there is none.
    static func linkTarget(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(path, $0, text.count) } ?? -1
            }
        }
        return count > 0 ? String(validating: buffer.prefix(count), as: UTF8.self) : nil
    }

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }
}
