// SPDX-License-Identifier: Apache-2.0

/// Reads JSON into values in one pass over the bytes.
struct JSONReader {
    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0
    private let readsTags: Bool
    private static let deepest = 512

    init(bytes: [UInt8], readsTags: Bool = true) {
        self.bytes = bytes
        self.readsTags = readsTags
    }

    mutating func readDocument() throws(JSONError) -> Value {
        let value = try readValue()
        skipSpace()
        if offset < bytes.count { throw error("there is more text behind the value") }
        return value
    }

    private func error(_ reason: String) -> JSONError { JSONError(offset: offset, reason: reason) }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func readValue() throws(JSONError) -> Value {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try readObject()
        case UInt8(ascii: "["): return .list(try readList())
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        case nil: throw error("the text ends where a value should be")
        case let byte? where byte == UInt8(ascii: "-") || (48...57).contains(byte): return try readNumber()
        default: throw error("a value should be here")
        }
    }

    private mutating func readWord(_ word: String, _ value: Value) throws(JSONError) -> Value {
        guard bytes[offset...].starts(with: word.utf8) else { throw error("a value should be here") }
        offset += word.utf8.count
        return value
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        offset += 1
        if depth > Self.deepest { throw error("nesting is deeper than \(Self.deepest)") }
    }

    private mutating func readList() throws(JSONError) -> [Value] {
        try enter()
        defer { depth -= 1 }
        var items: [Value] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            offset += 1
            return items
        }
        while true {
            items.append(try readValue())
            skipSpace()
            switch next {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "]"):
                offset += 1
                return items
            default: throw error("a comma or ']' should be here")
            }
        }
    }

    private mutating func readObject() throws(JSONError) -> Value {
        try enter()
        defer { depth -= 1 }
        var object = ObjectValue()
        skipSpace()
        if next == UInt8(ascii: "}") {
            offset += 1
            return .object(object)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("a key in quotes should be here") }
            let key = try readString()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw error("':' should be here") }
            offset += 1
            let value = try readValue()
            if readsTags, key.utf8.first == UInt8(ascii: "$") {
                if key.utf8.dropFirst().first == UInt8(ascii: "$") {
                    object[String(key.dropFirst())] = value
                } else if let tagged = Self.tagged(key, value), object.isEmpty {
                    skipSpace()
                    guard next == UInt8(ascii: "}") else { throw error("'}' should be here") }
                    offset += 1
                    return tagged
                } else {
                    object[key] = value
                }
            } else {
                object[key] = value
            }
            skipSpace()
            switch next {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "}"):
                offset += 1
                return .object(object)
            default: throw error("a comma or '}' should be here")
            }
        }
    }

    private static func tagged(_ tag: String, _ content: Value) -> Value? {
        switch (tag, content) {
        case ("$duration", .int(let nanoseconds)): return .duration(.nanoseconds(nanoseconds))
        case ("$size", .int(let bytes)): return .size(bytes)
        case ("$percent", _): return content.number.map { .percent($0) }
        case ("$date", .string(let text)): return CalendarDate(text).map { .date($0) }
        case ("$time", .int(let nanoseconds)): return .time(Timestamp(nanoseconds: nanoseconds))
        case ("$unknown", .string(let origin)): return .unknown(UnknownValue(origin: origin))
        case ("$float", .string(let text)): return Double(text).map { .float($0) }
        case ("$secret", .list(let items)) where items.count == 3:
            guard let source = items[0].string, let name = items[1].string else { return nil }
            return .secret(SecretReference(source: source, name: name, version: items[2].string))
        case ("$template", .list(let items)):
            var parts: [Template.Part] = []
            for item in items {
                switch item {
                case .string(let text): parts.append(.text(text))
                case .list(let hole) where hole.count == 1: parts.append(.hole(hole[0]))
                default: return nil
                }
            }
            return .template(Template(parts))
        case ("$reference", .list(let items)) where items.count == 4:
            guard let type = items[0].string, let name = items[2].string, let attributes = items[3].object else {
                return nil
            }
            let resource = items[1].string.map { Address($0) }
            return .reference(Reference(type: type, resource: resource, name: name, attributes: attributes))
        default: return nil
        }
    }

    private mutating func readNumber() throws(JSONError) -> Value {
        let start = offset
        var isFloat = false
        while let byte = next {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isFloat = true
            default:
                return try number(String(decoding: bytes[start..<offset], as: UTF8.self), isFloat)
            }
            offset += 1
        }
        return try number(String(decoding: bytes[start..<offset], as: UTF8.self), isFloat)
    }

    private func number(_ text: String, _ isFloat: Bool) throws(JSONError) -> Value {
        if !isFloat, let whole = Int64(text) { return .int(whole) }
        guard let value = Double(text), value.isFinite else { throw error("'\(text)' is no number") }
        return .float(value)
    }

    private mutating func readString() throws(JSONError) -> String {
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        if next == UInt8(ascii: "\"") {
            defer { offset += 1 }
            return String(decoding: bytes[start..<offset], as: UTF8.self)
        }
        var text = Array(bytes[start..<offset])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                offset += 1
                try readEscape(into: &text)
            case 0..<0x20: throw error("a control character in a string is written as an escape")
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw error("the string is not closed")
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw error("the string is not closed") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"):
            var unit = try readHex()
            if (0xD800..<0xDC00).contains(unit), bytes[offset...].starts(with: "\\u".utf8) {
                offset += 2
                let low = try readHex()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
            text.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw error("there is no such escape")
        }
    }

    private mutating func readHex() throws(JSONError) -> UInt32 {
        let end = offset + 4
        guard end <= bytes.count, let unit = UInt32(String(decoding: bytes[offset..<end], as: UTF8.self), radix: 16)
        else {
            throw error("four hexadecimal digits should be here")
        }
        offset = end
        return unit
    }
}
