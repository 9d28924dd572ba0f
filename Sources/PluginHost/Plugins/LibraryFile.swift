// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Crypto
import Glibc

/// A library's file, which is never held whole: it may have tens of megabytes, of which little must be known.
struct LibraryFile: ~Copyable {
    private let file: FileHandle
    private let size: Int

    /// - Throws: `CallError` with `notFound` where there is no such file.
    init(_ path: String) throws(CallError) {
        let file = try FileHandle(open: path, O_RDONLY)
        size = file.size
        self.file = file
    }

    /// True where so many bytes stand at the offset.
    func holds(_ offset: Int, _ length: Int) -> Bool {
        let (end, isOver) = offset.addingReportingOverflow(length)
        return offset >= 0 && length >= 0 && !isOver && end <= size
    }

    /// What stands at the offset, as far as the file goes and can be read.
    func part(_ offset: Int, _ length: Int) -> FilePart {
        guard offset >= 0, length >= 0, offset <= size else { return FilePart([], isWhole: false) }
        let bytes = file.bytes(at: offset, Swift.min(length, size - offset))
        return FilePart(bytes, isWhole: bytes.count == length)
    }

    /// The digest of its content, as hexadecimal digits.
    func sha256() throws(CallError) -> String {
        var hash = SHA256()
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
        defer { chunk.deallocate() }
        while true {
            let count = try file.read(into: chunk)
            if count == 0 { return Hex.text(hash.finalize()) }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
        }
    }
}
