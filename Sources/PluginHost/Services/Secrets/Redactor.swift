// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Masks every secret text that it has learnt, however programs write it down: as it is, escaped for JSON, URLs, HTML
/// and shells, and in base64.
///
/// Everything that leaves the process passes here last: terminal, files and logs. Where no secret is known that costs
/// nothing; else it is one pass over the bytes.
package final class Redactor: Sendable {
    private let patterns = Mutex(SecretPatterns())
    /// Texts shorter than this are masked only where they stand alone, since they are part of too many words.
    static let shortest = 4

    package init() {}

    /// Masks this text from now on.
    ///
    /// - Parameter name: Stands in its place, as `(secret NAME)`.
    package func learn(_ text: String, name: String) {
        patterns.withLock { patterns in
            guard patterns.known.insert(text).inserted else { return }
            let mask = Array("(secret \(name))".utf8)
            for pattern in SecretForms.all(of: text, mask: mask) { patterns.add(pattern) }
        }
    }

    /// The text with each secret in it replaced by its name.
    package func redact(_ text: String) -> String {
        let patterns = self.patterns.withLock { $0 }
        if patterns.isEmpty { return text }
        var text = text
        let masked: [UInt8]? = text.withUTF8 { patterns.mask(UnsafeRawBufferPointer($0)) }
        return masked.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// The bytes with each secret in them replaced by its name.
    package func redact(_ bytes: [UInt8]) -> [UInt8] {
        let patterns = self.patterns.withLock { $0 }
        if patterns.isEmpty { return bytes }
        return bytes.withUnsafeBytes { patterns.mask($0) } ?? bytes
    }

    /// Whether a secret may have begun at the end of the bytes, and go on behind them.
    func isCutOff(at bytes: [UInt8]) -> Bool {
        let patterns = self.patterns.withLock { $0 }
        return !patterns.isEmpty && bytes.withUnsafeBytes { patterns.isCutOff($0) }
    }

    /// The length of the longest form of a secret: of a text that is cut there, so many bytes may be the beginning of
    /// one.
    package var longestForm: Int { patterns.withLock { $0.longest } }
}

/// What a redactor looks for.
private struct SecretPatterns {
    var known: Set<String> = []
    private(set) var longest = 0
    /// The patterns by their first byte, the longest first.
    private var byFirstByte = [[SecretPattern]](repeating: [], count: 256)

    var isEmpty: Bool { longest == 0 }

    mutating func add(_ pattern: SecretPattern) {
        for first in pattern.firstBytes {
            longest = max(longest, pattern.longest)
            byFirstByte[Int(first)].append(pattern)
            byFirstByte[Int(first)].sort { $0.size > $1.size }
        }
    }

    /// The masked text; nil where there is nothing to mask.
    func mask(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        var masked: [UInt8] = []
        var copied = 0
        var offset = 0
        while offset < text.count {
            guard let (mask, end) = match(text, at: offset) else {
                offset += 1
                continue
            }
            masked.append(contentsOf: text[copied..<offset])
            masked.append(contentsOf: mask)
            (offset, copied) = (end, end)
        }
        if copied == 0 { return nil }
        masked.append(contentsOf: text[copied...])
        return masked
    }

    func isCutOff(_ text: UnsafeRawBufferPointer) -> Bool {
        for offset in max(0, text.count - longest)..<text.count
        where byFirstByte[Int(text[offset])].contains(where: { $0.isCutOff(in: text, from: offset) }) {
            return true
        }
        return false
    }

    private func match(_ text: UnsafeRawBufferPointer, at offset: Int) -> (mask: [UInt8], end: Int)? {
        for pattern in byFirstByte[Int(text[offset])] {
            guard let end = pattern.end(in: text, from: offset) else { continue }
            if pattern.standsAlone {
                if offset > 0, Self.isWord(text[offset - 1]) { continue }
                if end < text.count, Self.isWord(text[end]) { continue }
            }
            return (pattern.mask, end)
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
