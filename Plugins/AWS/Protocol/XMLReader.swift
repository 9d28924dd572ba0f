// SPDX-License-Identifier: Apache-2.0

/// The bytes are no XML, or hold what answers of AWS never do.
struct XMLFault: Error {}

/// Reads XML 1.0 as services write it, in one pass over its bytes, since lists have megabytes of it. A document type, with which
/// a document could reach outside of itself or grow without end, is refused.
struct XMLReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private static let deepest = 256

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func document() throws(XMLFault) -> XMLNode {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        try skipOutside()
        guard next == UInt8(ascii: "<") else { throw XMLFault() }
        let root = try tree()
        try skipOutside()
        guard offset == bytes.count else { throw XMLFault() }
        return root
    }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    // MARK: Elements

    /// An element with all that is inside.
    private mutating func tree() throws(XMLFault) -> XMLNode {
        let (root, isEmpty) = try start()
        if isEmpty { return root.node }
        var open = [root]
        var text: [UInt8] = []
        while let element = open.last {
            try readText(into: &text)
            guard let mark = next, mark == UInt8(ascii: "<"), offset + 1 < bytes.count else { throw XMLFault() }
            switch bytes[offset + 1] {
            case UInt8(ascii: "/"):
                if element.node.children.isEmpty { element.node.text = try Self.string(text[...]) }
                text.removeAll(keepingCapacity: true)
                try end(of: element.name)
                open.removeLast()
            case UInt8(ascii: "?"), UInt8(ascii: "!"): try readAside(into: &text)
            default:
                text.removeAll(keepingCapacity: true)
                let (child, isEmpty) = try start()
                element.node.children.append(child.node)
                if !isEmpty { open.append(child) }
                if open.count > Self.deepest { throw XMLFault() }
            }
        }
        return root.node
    }

    private struct Element {
        let node: XMLNode
        /// As it is written, which its end repeats.
        let name: Range<Int>
    }

    private mutating func start() throws(XMLFault) -> (Element, isEmpty: Bool) {
        offset += 1
        let name = try readName()
        var attributes: [String: String] = [:]
        while true {
            let isApart = skipSpace()
            switch next {
            case UInt8(ascii: ">"):
                offset += 1
                return (Element(node: XMLNode(name: try local(name), attributes: attributes), name: name), false)
            case UInt8(ascii: "/"):
                offset += 1
                guard next == UInt8(ascii: ">") else { throw XMLFault() }
                offset += 1
                return (Element(node: XMLNode(name: try local(name), attributes: attributes), name: name), true)
            default:
                guard isApart else { throw XMLFault() }
                let key = try readName()
                attributes[try Self.string(bytes[key])] = try readAttribute()
            }
        }
    }

    private mutating func end(of name: Range<Int>) throws(XMLFault) {
        offset += 2
        let found = try readName()
        guard bytes[found].elementsEqual(bytes[name]) else { throw XMLFault() }
        skipSpace()
        guard next == UInt8(ascii: ">") else { throw XMLFault() }
        offset += 1
    }

    private mutating func readName() throws(XMLFault) -> Range<Int> {
        let start = offset
        while let byte = next, Self.isName(byte) { offset += 1 }
        guard start < offset, !Self.isInside(bytes[start]) else { throw XMLFault() }
        return start..<offset
    }

    private func local(_ name: Range<Int>) throws(XMLFault) -> String {
        let colon = bytes[name].firstIndex(of: UInt8(ascii: ":"))
        return try Self.string(bytes[colon.map { $0 + 1..<name.upperBound } ?? name])
    }

    private mutating func readAttribute() throws(XMLFault) -> String {
        skipSpace()
        guard next == UInt8(ascii: "=") else { throw XMLFault() }
        offset += 1
        skipSpace()
        guard let quote = next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw XMLFault() }
        offset += 1
        var value: [UInt8] = []
        while let byte = next, byte != quote {
            switch byte {
            case UInt8(ascii: "<"): throw XMLFault()
            case UInt8(ascii: "&"): try readReference(into: &value)
            default:
                value.append(Self.isSpace(byte) ? 0x20 : byte)
                offset += 1
            }
        }
        guard next == quote else { throw XMLFault() }
        offset += 1
        return try Self.string(value[...])
    }

    // MARK: Text

    private mutating func readText(into text: inout [UInt8]) throws(XMLFault) {
        while let byte = next, byte != UInt8(ascii: "<") {
            switch byte {
            case UInt8(ascii: "&"): try readReference(into: &text)
            case 0x0D:
                // The end of a line is one character however it is written.
                text.append(0x0A)
                offset += 1
                if next == 0x0A { offset += 1 }
            default:
                guard byte >= 0x20 || Self.isSpace(byte) else { throw XMLFault() }
                text.append(byte)
                offset += 1
            }
        }
    }

    private mutating func readReference(into text: inout [UInt8]) throws(XMLFault) {
        let start = offset + 1
        // The longest one is &#1114111;, which some write with zeros before it.
        guard let end = bytes[start..<min(start + 16, bytes.count)].firstIndex(of: UInt8(ascii: ";")) else {
            throw XMLFault()
        }
        offset = end + 1
        switch String(decoding: bytes[start..<end], as: UTF8.self) {
        case "lt": text.append(UInt8(ascii: "<"))
        case "gt": text.append(UInt8(ascii: ">"))
        case "amp": text.append(UInt8(ascii: "&"))
        case "quot": text.append(UInt8(ascii: "\""))
        case "apos": text.append(UInt8(ascii: "'"))
        case let name where name.hasPrefix("#"):
            let digits = name.dropFirst()
            let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            guard let number, let scalar = Unicode.Scalar(number), number >= 0x20 || Self.isSpace(UInt8(number)) else {
                throw XMLFault()
            }
            text.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw XMLFault()
        }
    }

    /// A comment or an instruction, which say nothing, or text that is written without references.
    private mutating func readAside(into text: inout [UInt8]) throws(XMLFault) {
        let beginning = "<![CDATA["
        guard bytes[offset...].starts(with: beginning.utf8) else { return try skipAside() }
        let start = offset + beginning.utf8.count
        text.append(contentsOf: bytes[start..<(try find("]]>", from: start))])
        offset += "]]>".utf8.count
    }

    private mutating func skipAside() throws(XMLFault) {
        for (beginning, end) in [("<!--", "-->"), ("<?", "?>")] where bytes[offset...].starts(with: beginning.utf8) {
            _ = try find(end, from: offset + beginning.utf8.count)
            offset += end.utf8.count
            return
        }
        throw XMLFault()
    }

    /// Goes to where a text begins.
    private mutating func find(_ text: String, from start: Int) throws(XMLFault) -> Int {
        offset = start
        while offset < bytes.count {
            if bytes[offset...].starts(with: text.utf8) { return offset }
            offset += 1
        }
        throw XMLFault()
    }

    /// What may stand before and behind the root.
    private mutating func skipOutside() throws(XMLFault) {
        while true {
            skipSpace()
            guard next == UInt8(ascii: "<"), offset + 1 < bytes.count,
                [UInt8(ascii: "?"), UInt8(ascii: "!")].contains(bytes[offset + 1])
            else { return }
            try skipAside()
        }
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = offset
        while let byte = next, Self.isSpace(byte) { offset += 1 }
        return offset > start
    }

    // MARK: Bytes

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: ":"), 0x80...:
            true
        default: isInside(byte)
        }
    }

    /// True for what no name begins with.
    private static func isInside(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func string(_ bytes: some Collection<UInt8>) throws(XMLFault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw XMLFault() }
        return text
    }
}
