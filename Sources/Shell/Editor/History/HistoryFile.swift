// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The history file: one JSON object a line, only ever appended to, so that several shells can share it.
struct HistoryFile: Sendable {
    let path: String
    /// How much of the end of a large file is read.
    private static let readLimit = 16 << 20

    /// The bytes from an offset to the end, and the offset behind them. From the start of a large file only the
    /// last part is read, from its first whole line on. A file that cannot be read is empty.
    func read(from offset: Int) -> (bytes: [UInt8], end: Int) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return ([], offset) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return ([], offset) }
        let size = Int(status.st_size)
        // A file that became shorter was begun anew.
        var start = offset <= size ? offset : 0
        let isCut = size - start > Self.readLimit
        if isCut { start = size - Self.readLimit }
        var bytes = [UInt8](unsafeUninitializedCapacity: size - start) { buffer, count in
            while count < buffer.count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + count, buffer.count - count, off_t(start + count))
                if got < 0, errno == EINTR { continue }
                if got <= 0 { break }
                count += got
            }
        }
        let end = start + bytes.count
        if isCut, let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) { bytes.removeFirst(newline + 1) }
        return (bytes, end)
    }

    /// Appends one line in one write, and makes the file, and its folder, if they are not there.
    ///
    /// - Returns: False when the file cannot be written; the shell goes on without.
    func append(line: String) -> Bool {
        var descriptor = openForAppending()
        if descriptor < 0, errno == ENOENT {
            makeFolder()
            descriptor = openForAppending()
        }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // The line of a shell that was killed in the middle of writing must not swallow this one.
        let bytes = Array(((endsWithLine(descriptor) ? "" : "\n") + line + "\n").utf8)
        return bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count
    }

    private func openForAppending() -> Int32 { open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600) }

    private func endsWithLine(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return true }
        var last: UInt8 = 0
        return pread(descriptor, &last, 1, status.st_size - 1) == 1 && last == UInt8(ascii: "\n")
    }

    private func makeFolder() {
        var folder = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += part
            if !folder.isEmpty { mkdir(folder, 0o700) }
            folder += "/"
        }
    }
}
