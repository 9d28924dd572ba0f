// SPDX-License-Identifier: Apache-2.0

/// Finds where values of a JSON text begin and end, without reading them.
///
/// It follows strings and brackets only: what it takes for a value may be no JSON, which whoever reads it will find.
struct JSONSkim {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    /// Goes past a byte and the space before it; false where something else stands there.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        offset += 1
        return true
    }

    /// The place of a value of the outermost object; nil where it has no such key.
    mutating func value(of key: String) -> Range<Int>? {
        offset = 0
        let wanted = Array(key.utf8)
        guard take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let name = string(), take(UInt8(ascii: ":")), let value = value() else { return nil }
            if bytes[name].elementsEqual(wanted) { return value }
        } while take(UInt8(ascii: ","))
        return nil
    }

    /// The places of the elements of a list; nil where it is none.
    mutating func elements(of list: Range<Int>) -> [Range<Int>]? {
        offset = list.lowerBound
        guard take(UInt8(ascii: "[")) else { return nil }
        if take(UInt8(ascii: "]")) { return [] }
        var found: [Range<Int>] = []
        repeat {
            guard let element = value() else { return nil }
            found.append(element)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]")) ? found : nil
    }

    /// The text under the first key of an object, where that is the key asked for and the text has no escapes.
    mutating func firstText(_ key: String, of object: Range<Int>) -> String? {
        offset = object.lowerBound
        guard take(UInt8(ascii: "{")), let name = string(), bytes[name].elementsEqual(Array(key.utf8)),
            take(UInt8(ascii: ":")), let text = string(), !bytes[text].contains(UInt8(ascii: "\\"))
        else { return nil }
        return String(decoding: bytes[text], as: UTF8.self)
    }

    /// The place of the text inside the quotes.
    private mutating func string() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = offset
        while let byte = next {
            offset += 1
            if byte == UInt8(ascii: "\"") { return start..<(offset - 1) }
            if byte == UInt8(ascii: "\\") { offset += 1 }
        }
        return nil
    }

    private mutating func value() -> Range<Int>? {
        skipSpace()
        let start = offset
        var depth = 0
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                guard string() != nil else { return nil }
                if depth == 0 { return start..<offset }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return start < offset ? start..<offset : nil }
                depth -= 1
                if depth == 0 {
                    offset += 1
                    return start..<offset
                }
            case UInt8(ascii: ","):
                if depth == 0 { return start < offset ? start..<offset : nil }
            default: break
            }
            offset += 1
        }
        return start < offset && depth == 0 ? start..<offset : nil
    }
}
