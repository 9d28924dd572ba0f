// SPDX-License-Identifier: Apache-2.0

extension Value {
    /// The value as the language writes it: `90d`, `"text"`, `{ a: 1 }`; unknown, secret and reference as short words
    /// that no literal looks like. A secret shows its name, never its text.
    public var literal: String {
        var text = ""
        writeLiteral(into: &text)
        return text
    }

    private func writeLiteral(into text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .float(let value): text += Self.floatText(value)
        case .string(let value): text += Self.quoted(value)
        case .duration(let value): text += Self.durationText(value)
        case .size(let value): text += Self.sizeText(value)
        case .percent(let value):
            text += (value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : Self.floatText(value)) + "%"
        case .date(let value): text += value.description
        case .time(let value): text += value.description
        case .list(let items):
            text += "["
            for (offset, item) in items.enumerated() {
                if offset > 0 { text += ", " }
                item.writeLiteral(into: &text)
            }
            text += "]"
        case .object(let object):
            if object.isEmpty {
                text += "{}"
                return
            }
            text += "{ "
            for (offset, entry) in object.entries.enumerated() {
                if offset > 0 { text += ", " }
                text += Self.isName(entry.key) ? entry.key : Self.quoted(entry.key)
                text += ": "
                entry.value.writeLiteral(into: &text)
            }
            text += " }"
        case .unknown: text += "(known after apply)"
        case .secret(let secret): text += secret.isSealed ? "(sensitive)" : "(secret \(secret.name))"
        case .template(let template):
            text += "\""
            for part in template.parts {
                switch part {
                case .text(let piece): text += String(Self.quoted(piece).unicodeScalars.dropFirst().dropLast())
                case .hole(let value):
                    text += "${"
                    value.writeLiteral(into: &text)
                    text += "}"
                }
            }
            text += "\""
        case .reference(let reference):
            text += reference.resource?.text ?? reference.type
            if !reference.name.isEmpty { text += ":" + reference.name }
        }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first == UInt8(ascii: "_") || isLetter(first) else { return false }
        return text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isLetter($0) || (48...57).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

    private static func floatText(_ value: Double) -> String { value.description }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "$": result += "$"
            // What changes the order of a line may stand in a recipe by its number alone.
            case _
            where scalar.value < 0x20 || scalar.value == 0x7F || (0x202A...0x202E).contains(scalar.value)
                || (0x2066...0x2069).contains(scalar.value):
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result.replacingHoles() + "\""
    }

    /// The largest unit that divides the duration: `90d`, `36h`, `1500ms`.
    static func durationText(_ value: Duration) -> String {
        let nanoseconds = value.wholeNanoseconds
        let units: [(Int64, String)] = [
            (86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "m"), (1_000_000_000, "s"),
            (1_000_000, "ms")
        ]
        if nanoseconds == 0 { return "0s" }
        for (unit, suffix) in units where nanoseconds % unit == 0 { return String(nanoseconds / unit) + suffix }
        return String(Double(nanoseconds) / 1_000_000) + "ms"
    }

    /// The largest unit that divides the size: `512MiB`, `10GB`, `1000B` reads `1KB`.
    static func sizeText(_ value: Int64) -> String {
        if value == 0 { return "0B" }
        var best = (value, "B")
        var binary: Int64 = 1
        var decimal: Int64 = 1
        for letter in ["K", "M", "G", "T", "P"] {
            binary *= 1024
            decimal *= 1000
            if value % decimal == 0, abs(value / decimal) < abs(best.0) { best = (value / decimal, letter + "B") }
            if value % binary == 0, abs(value / binary) < abs(best.0) { best = (value / binary, letter + "iB") }
        }
        return String(best.0) + best.1
    }
}

extension String {
    /// Escapes what would open a hole.
    fileprivate func replacingHoles() -> String {
        guard contains("${") else { return self }
        var result = ""
        var previous: Character?
        for character in self {
            if character == "{", previous == "$" {
                result.removeLast()
                result += "\\${"
            } else {
                result.append(character)
            }
            previous = character
        }
        return result
    }
}
