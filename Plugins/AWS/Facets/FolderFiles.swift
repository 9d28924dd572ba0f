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

    private static func unreadable(_ path: String, _ number: Int32) -> CallError {
        CallError(number == ENOENT ? .notFound : .failed, "cannot read '\(path)': \(String(cString: strerror(number)))")
    }
}
