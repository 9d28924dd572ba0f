// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// A file that holds one secret text: `NAME_FILE` names it, as containers hand secrets over.
enum SecretFile {
    /// Why a file is not used.
    enum Refusal: Error, Hashable {
        case unreadable(String)
        /// Its mode lets everybody on the machine read or write it.
        case isOpen(mode: UInt32)
        case text(SecretText.Refusal)
    }

    /// The file's text without one line end at its end.
    static func text(at path: String) throws(Refusal) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        // Of the file that is read, not of one that takes its name meanwhile.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("it is no regular file") }
        if status.st_mode & 0o007 != 0 { throw .isOpen(mode: status.st_mode & 0o777) }
        let bytes = try bytes(descriptor)
        do throws(SecretText.Refusal) { return try SecretText.read(bytes) } catch { throw .text(error) }
    }

    private static func bytes(_ descriptor: Int32) throws(Refusal) -> [UInt8] {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while all.count <= SecretText.largest {
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
            if count == 0 { break }
            all.append(contentsOf: block.prefix(count))
        }
        return all
    }
}

extension SecretFile.Refusal {
    /// Behind the name of the file.
    var words: String {
        switch self {
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .isOpen(let mode):
            "is open to everybody on this machine: its mode is 0\(String(mode, radix: 8))"
        case .text(let refusal): refusal.words
        }
    }
}
