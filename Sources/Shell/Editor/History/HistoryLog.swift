// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// The lines of a history file as they were read: searched as bytes, and understood only when they are shown,
/// so that a hundred thousand of them cost no time at the start.
struct HistoryLog: EarlierStatements, Sendable {
    private var bytes: [UInt8] = []
    private var lines: [Range<Int>] = []

    var count: Int { lines.count }

    /// Takes in further bytes of the file. A last line without its end is left out, and so
    /// are lines that are no entries.
    ///
    /// - Returns: How many of the bytes were used.
    @discardableResult
    mutating func append(_ added: [UInt8]) -> Int {
        var start = 0
        while let end = added[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = added[start..<end]
            start = end + 1
            guard !line.isEmpty else { continue }
            let offset = bytes.count
            if line.starts(with: Self.canonicalStart), line.last == UInt8(ascii: "}") {
                bytes.append(contentsOf: line)
            } else if let entry = HistoryEntry(line: line) {
                bytes.append(contentsOf: entry.line.utf8)
            } else {
                continue
            }
            lines.append(offset..<bytes.count)
        }
        return start
    }

    private static let canonicalStart = Array("{\"text\":\"".utf8)

    func entry(at index: Int) -> HistoryEntry? {
        lines.indices.contains(index) ? HistoryEntry(line: bytes[lines[index]]) : nil
    }

    func text(at index: Int) -> String? { entry(at: index)?.text }

    func index(before index: Int, startingWith prefix: String) -> Int? {
        let wanted = HistoryEntry.linePrefix(forTextStartingWith: prefix)
        let candidates = lines[..<min(max(index, 0), lines.count)]
        return bytes.withUnsafeBytes { bytes in
            wanted.withUnsafeBytes { wanted in
                candidates.lastIndex { line in
                    guard line.count >= wanted.count, let start = bytes.baseAddress, let prefix = wanted.baseAddress
                    else { return false }
                    return memcmp(start + line.lowerBound, prefix, wanted.count) == 0
                }
            }
        }
    }

    /// The latest entries whose text holds another, the latest first, each text once.
    func entries(containing needle: String, atMost limit: Int, except seen: inout Set<String>) -> [HistoryEntry] {
        let wanted = Array(Value.string(needle).json(.plain).utf8.dropFirst().dropLast())
        var found: [HistoryEntry] = []
        for line in lines.reversed() where found.count < limit {
            guard wanted.isEmpty || ByteSearch.contains(wanted, in: bytes, line),
                let entry = HistoryEntry(line: bytes[line]), entry.text.contains(needle) || needle.isEmpty,
                seen.insert(entry.text).inserted
            else { continue }
            found.append(entry)
        }
        return found
    }
}

/// Search for bytes in bytes at the speed of the C library.
enum ByteSearch {
    static func contains(_ needle: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Bool {
        bytes.withUnsafeBytes { bytes in
            needle.withUnsafeBytes { needle in
                guard let base = bytes.baseAddress, let wanted = needle.baseAddress else { return needle.isEmpty }
                var start = range.lowerBound
                while start + needle.count <= range.upperBound {
                    let room = range.upperBound - needle.count + 1 - start
                    guard let hit = memchr(base + start, Int32(needle[0]), room) else { return false }
                    if memcmp(hit, wanted, needle.count) == 0 { return true }
                    start = UnsafeRawPointer(hit) - base + 1
                }
                return false
            }
        }
    }
}
