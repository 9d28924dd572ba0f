// SPDX-License-Identifier: Apache-2.0

/// A text that is found however programs write it down: each character as it is, or escaped for JSON, URLs, HTML, shells
/// and programs, once or twice over.
struct SecretPattern {
    /// One character, as its bytes and its number.
    private struct Unit {
        let bytes: [UInt8]
        let scalar: Unicode.Scalar
    }

    private let units: [Unit]
    /// True where only a whole word is masked, since the bytes are part of too many other words.
    let standsAlone: Bool
    let mask: [UInt8]
    /// How many bytes the text has as it is.
    let size: Int
    /// A text as long as this holds every way to write it.
    var longest: Int { size * Self.growth }

    /// `%2541` and `\\u0041` write a byte in fewer.
    private static let growth = 8

    init(_ text: String, standsAlone: Bool, mask: [UInt8]) {
        units = text.unicodeScalars.map { Unit(bytes: Array(String($0).utf8), scalar: $0) }
        self.standsAlone = standsAlone
        self.mask = mask
        size = text.utf8.count
    }

    /// The bytes with which a way to write it begins.
    var firstBytes: Set<UInt8> {
        guard let first = units.first, let byte = first.bytes.first else { return [] }
        let blank: Set<UInt8> = first.scalar == " " ? [UInt8(ascii: "+")] : []
        return blank.union([byte, UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "&")])
    }

    /// Where the text ends that begins here; nil where another one does.
    func end(in text: UnsafeRawBufferPointer, from offset: Int) -> Int? {
        var ends = Places(offset)
        for unit in units {
            let next = Self.next(unit, in: text, after: ends)
            if next.count == 0 { return nil }
            ends = next
        }
        return ends.last
    }

    /// Whether the text ends in the midst of this one, of which some of it begins here.
    func isCutOff(in text: UnsafeRawBufferPointer, from offset: Int) -> Bool {
        guard text.count - offset >= Self.shortestBeginning else { return false }
        var ends = Places(offset)
        for unit in units {
            if ends.last == text.count { return true }
            let next = Self.next(unit, in: text, after: ends)
            if next.count == 0 { return false }
            ends = next
        }
        return false
    }

    /// Fewer bytes are the end of too many lines.
    private static let shortestBeginning = 3

    /// Where a character ends that stands at one of the places, or behind the end of a line there: long texts are broken
    /// into lines.
    private static func next(_ unit: Unit, in text: UnsafeRawBufferPointer, after places: Places) -> Places {
        var next = Places()
        for position in 0..<places.count {
            let place = EscapedText(bytes: text, offset: places[position])
            find(unit, place, &next)
            if next.count == 0, let behind = place.behindLineEnd { find(unit, behind, &next) }
        }
        return next
    }

    private static func find(_ unit: Unit, _ text: EscapedText, _ ends: inout Places) {
        func add(_ end: Int?) { if let end { ends.add(end) } }
        if text.begins(with: unit.bytes) { add(text.offset + unit.bytes.count) }
        switch text.byte {
        case UInt8(ascii: "%"): for depth in 0...2 { add(text.percent(unit.bytes, depth: depth)) }
        case UInt8(ascii: "+"): if unit.scalar == " " { add(text.offset + 1) }
        case UInt8(ascii: "&"): add(text.entity(unit.scalar))
        case UInt8(ascii: "'"):
            guard unit.scalar == "'" else { return }
            for form in [#"'\''"#, #"'"'"'"#] where text.begins(with: Array(form.utf8)) {
                add(text.offset + form.utf8.count)
            }
        case UInt8(ascii: "\\"):
            if unit.scalar == "\\" { for count in [2, 4] where text.backslashes >= count { add(text.offset + count) } }
            add(text.escaped(unit.scalar, unit.bytes))
        default: break
        }
    }
}

/// The few places at which a character may end, without the cost of a list: nearly every byte of a text is tried.
private struct Places {
    private var places = InlineArray<8, Int>(repeating: 0)
    private(set) var count = 0

    init() {}

    init(_ place: Int) { add(place) }

    subscript(position: Int) -> Int { places[position] }

    /// The last of them in the text; nil where there is none.
    var last: Int? {
        var last: Int?
        for position in 0..<count { last = max(last ?? 0, places[position]) }
        return last
    }

    mutating func add(_ place: Int) {
        for position in 0..<count where places[position] == place { return }
        guard count < places.count else { return }
        places[count] = place
        count += 1
    }
}

/// A place in a text at which an escaped character may stand.
private struct EscapedText {
    let bytes: UnsafeRawBufferPointer
    let offset: Int

    var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    func begins(with other: [UInt8]) -> Bool {
        guard offset + other.count <= bytes.count else { return false }
        for (position, byte) in other.enumerated() where bytes[offset + position] != byte { return false }
        return true
    }

    /// The beginning of the next line; nil where no line ends here.
    var behindLineEnd: EscapedText? {
        guard let byte, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\\") else {
            return nil
        }
        for end in ["\n", "\r\n", "\\n", "\\r\\n"] where begins(with: Array(end.utf8)) {
            return at(offset + end.utf8.count)
        }
        return nil
    }

    private func at(_ place: Int) -> EscapedText { EscapedText(bytes: bytes, offset: place) }

    /// How many backslashes stand here; more than a few are none of an escape.
    var backslashes: Int {
        var count = 0
        while count < 8, offset + count < bytes.count, bytes[offset + count] == UInt8(ascii: "\\") { count += 1 }
        return count
    }

    /// `%41` for each byte, `%2541` where it was encoded twice.
    func percent(_ wanted: [UInt8], depth: Int) -> Int? {
        var place = offset
        for byte in wanted {
            guard place < bytes.count, bytes[place] == UInt8(ascii: "%") else { return nil }
            place += 1
            for _ in 0..<depth {
                guard at(place).begins(with: [UInt8(ascii: "2"), UInt8(ascii: "5")]) else { return nil }
                place += 2
            }
            guard at(place).number(2, 16) == UInt32(byte) else { return nil }
            place += 2
        }
        return place
    }

    private static let entities: [(name: String, scalar: Unicode.Scalar)] = [
        ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("nbsp", "\u{A0}")
    ]

    /// `&amp;`, `&#38;` or `&#x26;`.
    func entity(_ scalar: Unicode.Scalar) -> Int? {
        for (name, meant) in Self.entities where meant == scalar && begins(with: Array("&\(name);".utf8)) {
            return offset + name.utf8.count + 2
        }
        guard begins(with: Array("&#".utf8)) else { return nil }
        var place = offset + 2
        var base: UInt32 = 10
        if let next = at(place).byte, next | 0x20 == UInt8(ascii: "x") { (place, base) = (place + 1, 16) }
        var value: UInt32 = 0
        let start = place
        while place - start < 8, let digit = at(place).digit(base) {
            value = value &* base &+ digit
            place += 1
        }
        return place > start && at(place).byte == UInt8(ascii: ";") && value == scalar.value ? place + 1 : nil
    }

    /// `\n`, `\"`, `\u0041`, `\u{41}`, `\x41`, `\101`, behind as many backslashes as there are levels of escaping.
    func escaped(_ scalar: Unicode.Scalar, _ wanted: [UInt8]) -> Int? {
        let escape = at(offset + backslashes)
        guard let letter = escape.byte else { return nil }
        if let plain = Self.controls.first(where: { $0.scalar == scalar })?.letter, plain == letter {
            return escape.offset + 1
        }
        if scalar.isASCII, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil,
            escape.begins(with: wanted)
        {
            return escape.offset + wanted.count
        }
        switch letter {
        case UInt8(ascii: "u"): return escape.at(escape.offset + 1).unicode(scalar)
        case UInt8(ascii: "U"):
            let digits = escape.at(escape.offset + 1)
            return digits.number(8, 16) == scalar.value ? digits.offset + 8 : nil
        case UInt8(ascii: "x"), UInt8(ascii: "0")...UInt8(ascii: "7"):
            if letter == UInt8(ascii: "x"), at(escape.offset + 1).number(2, 16) == scalar.value {
                return escape.offset + 3
            }
            return units(wanted)
        default: return nil
        }
    }

    private static let controls: [(scalar: Unicode.Scalar, letter: UInt8)] = [
        ("\n", UInt8(ascii: "n")), ("\r", UInt8(ascii: "r")), ("\t", UInt8(ascii: "t")),
        ("\u{8}", UInt8(ascii: "b")), ("\u{C}", UInt8(ascii: "f")), ("\u{1B}", UInt8(ascii: "e"))
    ]

    /// Behind the `u`: four digits, two times four, or any number in braces.
    private func unicode(_ scalar: Unicode.Scalar) -> Int? {
        if byte == UInt8(ascii: "{") {
            var place = offset + 1
            var value: UInt32 = 0
            while place - offset < 9, let digit = at(place).digit(16) {
                value = value << 4 | digit
                place += 1
            }
            return at(place).byte == UInt8(ascii: "}") && value == scalar.value ? place + 1 : nil
        }
        var place = offset
        for (position, half) in String(scalar).utf16.enumerated() {
            if position > 0 {
                let count = at(place).backslashes
                guard count > 0, at(place + count).byte == UInt8(ascii: "u") else { return nil }
                place += count + 1
            }
            guard at(place).number(4, 16) == UInt32(half) else { return nil }
            place += 4
        }
        return place
    }

    /// Each byte by itself, as `\x41` or `\101`.
    private func units(_ wanted: [UInt8]) -> Int? {
        var place = offset
        for byte in wanted {
            let count = at(place).backslashes
            guard count > 0 else { return nil }
            place += count
            if at(place).byte == UInt8(ascii: "x") {
                guard at(place + 1).number(2, 16) == UInt32(byte) else { return nil }
            } else {
                guard at(place).number(3, 8) == UInt32(byte) else { return nil }
            }
            place += 3
        }
        return place
    }

    private func digit(_ base: UInt32) -> UInt32? {
        guard let byte else { return nil }
        let value: UInt32
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): value = UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): value = UInt32(byte - UInt8(ascii: "A")) + 10
        default: return nil
        }
        return value < base ? value : nil
    }

    /// The number that so many digits write.
    private func number(_ count: Int, _ base: UInt32) -> UInt32? {
        var value: UInt32 = 0
        for position in 0..<count {
            guard let digit = at(offset + position).digit(base) else { return nil }
            value = value &* base &+ digit
        }
        return value
    }
}
