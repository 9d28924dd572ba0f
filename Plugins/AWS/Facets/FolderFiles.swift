// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// The files of a folder of this machine.
enum FolderFiles {
    /// The file itself, or every file in the folder and those in it, in the order of names.
    static func paths(in path: String) throws(CallError) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        guard let folder = opendir(path) else { throw unreadable(path, errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        var paths: [String] = []
        for name in names.sorted() { paths += try Self.paths(in: path + "/" + name) }
        return paths
    }

    /// Of the files in a folder those that may be executed, by their paths inside.
    static func executables(in folder: String) throws(CallError) -> [String] {
        try paths(in: folder).filter(isExecutable)
            .map { String(decoding: $0.utf8.dropFirst(folder.utf8.count + 1), as: UTF8.self) }
    }

    /// Not what the caller may do: root may do all.
    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IXUSR != 0
    }

    static func makeExecutable(_ path: String) throws(CallError) {
        if chmod(path, 0o700) != 0 { throw CallError(.failed, "cannot change '\(path)': \(words(errno))") }
    }

    /// A folder that is there already is fine.
    static func make(folder path: String) throws(CallError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw CallError(.failed, "cannot make the folder '\(path)': \(words(errno))")
        }
    }

    private static func words(_ number: Int32) -> String { String(cString: strerror(number)) }

    private static func unreadable(_ path: String, _ number: Int32) -> CallError {
        CallError(number == ENOENT ? .notFound : .failed, "cannot read '\(path)': \(String(cString: strerror(number)))")
    }
}
