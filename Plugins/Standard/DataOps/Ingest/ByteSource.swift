// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// Bytes that are read once, from front to back.
protocol ByteSource: AnyObject {
    /// Fills the buffer as far as there are bytes.
    ///
    /// - Returns: How many were read; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CallError) -> Int
}

/// The bytes of a file of this machine.
final class FileSource: ByteSource {
    private let descriptor: Int32
    private let name: String

    /// - Parameter name: The file as the recipe names it, for messages.
    init(path: String, name: String) throws(CallError) {
        self.name = name
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(name, errno) }
    }

    deinit { close(descriptor) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CallError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(name, errno)
            }
            filled += count
        }
        return filled
    }
}
