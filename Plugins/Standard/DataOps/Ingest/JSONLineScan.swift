// SPDX-License-Identifier: Apache-2.0

/// Finds the parts of a JSON text without building values.
struct JSONLineScan {
    let bytes: UnsafePointer<UInt8>
    var at: Int
    let end: Int

    private static let deepest = 512

    mutating func skipSpace() {
        while at < end, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0D { at += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < end, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    /// A string's content as a cell; nil where there is no whole string.
    mutating func string() -> Cell? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        var hasEscapes = false
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                defer { at += 1 }
                return Cell(start: start, count: at - start, form: hasEscapes ? .escapedText : .text)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                at += 1
                guard escape() else { return nil }
            case 0..<0x20: return nil
            default: at += 1
            }
        }
        return nil
    }

    private mutating func escape() -> Bool {
        guard at < end else { return false }
        let letter = bytes[at]
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            guard at + 4 <= end, (at..<(at + 4)).allSatisfy({ CellText.hexDigit(bytes[$0]) != nil }) else {
                return false
            }
            at += 4
            return true
        default: return false
        }
    }

    /// Any value as a cell: a nested one as the text that it is written in.
    mutating func value() -> Cell? {
        let start = at
        guard at < end else { return nil }
        switch bytes[at] {
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard nested() else { return nil }
            return Cell(start: start, count: at - start, form: .text)
        case UInt8(ascii: "n"): return word("null").map { _ in Cell(start: start, count: 0, form: .missing) }
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        default: return number()
        }
    }

    private mutating func word(_ word: StaticString) -> Cell? {
        let start = at
        guard at + word.utf8CodeUnitCount <= end else { return nil }
        for offset in 0..<word.utf8CodeUnitCount where bytes[at + offset] != word.utf8Start[offset] { return nil }
        at += word.utf8CodeUnitCount
        return Cell(start: start, count: at - start, form: .bare)
    }

    private mutating func number() -> Cell? {
        let start = at
        _ = take(UInt8(ascii: "-"))
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[at - whole] != UInt8(ascii: "0") else { return nil }
        if take(UInt8(ascii: ".")), digits() == 0 { return nil }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if digits() == 0 { return nil }
        }
        return Cell(start: start, count: at - start, form: .number)
    }

    private mutating func digits() -> Int {
        let start = at
        while at < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
        return at - start
    }

    /// Skips an object or list, holding it to the grammar.
    private mutating func nested() -> Bool {
        var open: [UInt8] = []
        repeat {
            skipSpace()
            guard at < end else { return false }
            let byte = bytes[at]
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                open.append(byte)
                at += 1
                guard open.count <= Self.deepest else { return false }
                skipSpace()
                if !takeCloser(&open) {
                    if byte == UInt8(ascii: "{"), !key() { return false }
                    continue
                }
            } else if value() == nil {
                return false
            }
            // Behind a whole value: closers, then a comma or the end of it all.
            skipSpace()
            while takeCloser(&open) { skipSpace() }
            guard let inner = open.last else { return true }
            guard take(UInt8(ascii: ",")) else { return false }
            if inner == UInt8(ascii: "{"), !key() { return false }
        } while true
    }

    private mutating func takeCloser(_ open: inout [UInt8]) -> Bool {
        guard let inner = open.last, take(inner == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
            return false
        }
        open.removeLast()
        return true
    }

    private mutating func key() -> Bool {
        skipSpace()
        guard string() != nil else { return false }
        skipSpace()
        return take(UInt8(ascii: ":"))
    }
}
