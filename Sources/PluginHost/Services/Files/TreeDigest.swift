// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Crypto
import Glibc

/// The identity of a file or folder by content.
///
/// A file's digest is the SHA-256 of its bytes, so that `sha256sum` shows the same. A folder's is the SHA-256 over a
/// first line that names this format and then, in the order of the bytes of paths, one record an entry: a letter
/// (`d` folder, `f` file, `x` executable file, `l` link), a space, the path inside the folder, a zero byte, and the
/// file's digest or the link's target with another zero byte.
struct TreeDigest {
    let digest: String
    /// In bytes, all files together.
    let size: Int64

    static func of(_ path: String, _ flag: CancellationFlag) throws(CallError) -> TreeDigest {
        try of(path, flag) { (path) throws(CallError) in try FileDigest.of(path, flag) }
    }

    /// As `of`, with each file's digest taken by the caller, who may do more with the file on the way.
    ///
    /// - Parameter file: Gets the path of each file and gives its digest.
    static func of(
        _ path: String, _ flag: CancellationFlag, file: (String) throws(CallError) -> FileDigest
    ) throws(CallError) -> TreeDigest {
        var status = stat()
        try checked("look at", path) { stat(path, &status) }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            let found = try file(path)
            return TreeDigest(digest: found.digest, size: found.size)
        case S_IFDIR:
            var walk = Walk(root: path, flag: flag)
            try walk.enter("", file)
            return TreeDigest(digest: Hex.text(walk.hash.finalize()), size: walk.size)
        default: throw CallError(.invalid, "'\(path)' is neither a file nor a folder")
        }
    }

    private struct Walk {
        let root: String
        let flag: CancellationFlag
        var hash = SHA256()
        var size: Int64 = 0

        init(root: String, flag: CancellationFlag) {
            self.root = root
            self.flag = flag
            hash.update(data: Array("converge tree 1\n".utf8))
        }

        mutating func enter(
            _ prefix: String, _ file: (String) throws(CallError) -> FileDigest
        ) throws(CallError) {
            for entry in try Folders.entries(of: root + "/" + prefix) {
                try flag.check()
                let inside = prefix + entry.name
                let path = root + "/" + inside
                switch entry.kind {
                case .folder:
                    record("d", inside, nil)
                    try enter(inside + "/", file)
                case .file(let isExecutable, _):
                    let found = try file(path)
                    size += found.size
                    record(isExecutable ? "x" : "f", inside, found.digest)
                case .link:
                    guard let target = Paths.linkTarget(path) else { throw .lastSystemCall("read the link", path) }
                    record("l", inside, target)
                case .other:
                    throw CallError(
                        .invalid, "'\(path)' is neither a file nor a folder",
                        help: ["remove it from '\(root)'; sockets, pipes and devices have no content to keep"])
                }
            }
        }

        private mutating func record(_ letter: String, _ path: String, _ content: String?) {
            hash.update(data: Array("\(letter) \(path)\0".utf8))
            if let content { hash.update(data: Array("\(content)\0".utf8)) }
        }
    }
}

/// The SHA-256 and size of one file.
struct FileDigest {
    let digest: String
    let size: Int64

    /// Reads the file once, handing each piece on.
    static func of(
        _ path: String, _ flag: CancellationFlag,
        onPiece: (UnsafeRawBufferPointer) throws(CallError) -> Void = { (_) throws(CallError) in }
    ) throws(CallError) -> FileDigest {
        let file = try FileHandle(open: path, O_RDONLY)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var hash = SHA256()
        var size: Int64 = 0
        while true {
            try flag.check()
            let count = try file.read(into: buffer)
            if count == 0 { return FileDigest(digest: Hex.text(hash.finalize()), size: size) }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            hash.update(bufferPointer: piece)
            size += Int64(count)
            try onPiece(piece)
        }
    }
}
