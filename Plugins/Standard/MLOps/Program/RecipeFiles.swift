// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// The files of the recipe's folder that a program sees.
struct RecipeFiles: Sendable {
    /// Relative to the recipe's folder; files and folders.
    let paths: [String]
    private let folder: String

    /// - Parameters:
    ///   - named: What the recipe names; empty for the files that the command names.
    ///   - command: The program and its arguments.
    init(named: [String], command: [String], in folder: String) throws(CallError) {
        self.folder = folder
        guard named.isEmpty else {
            for path in named {
                if case .missing(let code) = FilePath.status(FilePath.absolute(path, in: folder)) {
                    throw .unreadable(path, code).about("files")
                }
            }
            paths = named
            return
        }
        paths = command.filter { argument in
            guard !argument.isEmpty, !argument.hasPrefix("/"), !argument.split(separator: "/").contains("..") else {
                return false
            }
            if case .file = FilePath.status(FilePath.absolute(argument, in: folder)) { return true }
            return false
        }
    }

    var absolutePaths: [String] { paths.map { FilePath.absolute($0, in: folder) } }

    /// Copies the files to the same places below another folder.
    func copy(to target: String) throws(CallError) {
        for path in paths {
            let place = FilePath.absolute(path, in: target)
            try FileCopy.makeFolders(above: place)
            try FileCopy.copy(FilePath.absolute(path, in: folder), to: place, named: path)
        }
    }
}

/// Copies files with what makes them executable, and folders with all that is in them.
enum FileCopy {
    private static let deepest = 64

    static func makeFolder(_ path: String) throws(CallError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .unreadable(path, errno) }
    }

    /// Makes the folders that a path lies in.
    static func makeFolders(above path: String) throws(CallError) {
        var made = ""
        for part in path.split(separator: "/").dropLast() {
            made += "/" + part
            if case .missing = FilePath.status(made) { try makeFolder(made) }
        }
    }

    /// - Parameter name: The file as the recipe names it, for messages.
    static func copy(_ path: String, to target: String, named name: String, depth: Int = 0) throws(CallError) {
        switch FilePath.status(path) {
        case .file: try copyFile(path, to: target, named: name)
        case .folder:
            guard depth < deepest else { throw .unreadable(name, ELOOP) }
            try makeFolder(target)
            for entry in try FilePath.entries(of: path, named: name) {
                try copy(path + "/" + entry, to: target + "/" + entry, named: name + "/" + entry, depth: depth + 1)
            }
        case .other: throw .neitherFileNorFolder(name)
        case .missing(let code): throw .unreadable(name, code)
        }
    }

    private static func copyFile(_ path: String, to target: String, named name: String) throws(CallError) {
        let source = try FileSource(path: path, name: name)
        var status = stat()
        let isExecutable = stat(path, &status) == 0 && status.st_mode & S_IXUSR != 0
        let writer = try FileWriter(path: target, mode: isExecutable ? 0o700 : 0o600)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try source.read(into: buffer)
            if count == 0 { break }
            try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        try writer.close()
    }
}

/// A new file of this machine that is written from front to back by one owner.
final class FileWriter {
    private var descriptor: Int32
    private let path: String

    init(path: String, mode: mode_t = 0o600) throws(CallError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Self.unwritable(path, errno) }
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws(CallError) {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.unwritable(path, errno)
            }
            written += count
        }
    }

    /// Reports what the system only tells at the end.
    func close() throws(CallError) {
        let result = Glibc.close(descriptor)
        descriptor = -1
        if result != 0 { throw Self.unwritable(path, errno) }
    }

    private static func unwritable(_ path: String, _ code: Int32) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .fileUnwritable, "'\(path)' cannot be written: \(String(cString: strerror(code)))",
                help: ["make room on its disk, or make its folder writable"]))
    }
}
