// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A window that slides over a source's bytes; records are found in it without copying.
///
/// The bytes from `position` to `end` are valid until the next `extend`, which may move them. The byte at `end` may be
/// read and is 0.
final class ByteWindow {
    /// What is read at a time, and the usual size of the window.
    static let step = 1 << 20
    /// A record that is longer is broken: memory stays bounded whatever the file holds.
    static let largestRecord = 8 << 20

    private let source: any ByteSource
    private var storage: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Where the next record begins.
    var position = 0
    private(set) var end = 0
    /// True when everything that the source has is in the window or was.
    private(set) var isAtEnd = false
    /// How many bytes have been read.
    private(set) var consumed: Int64 = 0

    init(_ source: any ByteSource) {
        self.source = source
        capacity = Self.step
        storage = .allocate(capacity: capacity + 1)
        storage[0] = 0
    }

    deinit { storage.deallocate() }

    var bytes: UnsafePointer<UInt8> { UnsafePointer(storage) }

    /// Skips the mark with which some programs begin a text in UTF-8; for the start alone.
    func skipByteOrderMark() throws(CallError) {
        while end - position < 3, !isAtEnd { try extend() }
        if end >= 3, storage[0] == 0xEF, storage[1] == 0xBB, storage[2] == 0xBF { position = 3 }
    }

    /// Makes room behind the present bytes and reads more of them.
    func extend() throws(CallError) {
        let kept = end - position
        if position > 0 {
            storage.update(from: storage + position, count: kept)
            position = 0
            end = kept
        }
        if capacity - end < Self.step / 2 {
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + 1)
            larger.update(from: storage, count: end)
            storage.deallocate()
            storage = larger
            capacity *= 2
        }
        let count = try source.read(into: UnsafeMutableRawBufferPointer(start: storage + end, count: capacity - end))
        end += count
        consumed += Int64(count)
        if count == 0 { isAtEnd = true }
        storage[end] = 0
    }
}
