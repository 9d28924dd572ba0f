// SPDX-License-Identifier: Apache-2.0

/// How values that JSON does not know are written.
@frozen
public enum JSONForm: Sendable, Hashable {
    /// Reads back as the same value: a duration is `{"$duration": 90000000000}`.
    case exact
    /// For people and other programs: a duration is `"90s"`, a secret its name, an unknown null.
    case plain
}

extension Value {
    /// The value as JSON without line breaks.
    public func json(_ form: JSONForm = .exact) -> String {
        var writer = JSONWriter(form: form, indentation: nil)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The value as JSON over several lines, two spaces a level.
    public func indentedJSON(_ form: JSONForm = .plain) -> String {
        var writer = JSONWriter(form: form, indentation: 0)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Reads JSON; the exact form's tags become the values that they stand for.
    ///
    /// - Throws: `JSONError` with the byte offset where the text stops to be JSON, or nests deeper than 512.
    public init(json text: some Sequence<UInt8>) throws(JSONError) {
        var reader = JSONReader(bytes: Array(text))
        self = try reader.readDocument()
    }

    public init(json text: String) throws(JSONError) { try self.init(json: text.utf8) }

    /// Reads JSON of other programs: a key that begins with `$` is a key like any other, so that nobody outside can
    /// make a secret or a reference appear.
    ///
    /// - Throws: `JSONError` as `init(json:)` does.
    public init(foreignJSON text: some Sequence<UInt8>) throws(JSONError) {
        var reader = JSONReader(bytes: Array(text), readsTags: false)
        self = try reader.readDocument()
    }
}

/// Where and why a text is not JSON.
public struct JSONError: Error, Sendable, Hashable {
    /// UTF-8 offset from the start of the text.
    public var offset: Int
    public var reason: String

    public init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }
}

struct JSONWriter {
    let form: JSONForm
    /// The present depth, or nil for one line.
    var indentation: Int?
    var bytes: [UInt8] = []

    init(form: JSONForm, indentation: Int?) {
        self.form = form
        self.indentation = indentation
    }

    mutating func write(_ value: Value) {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .int(let number): append(String(number))
        case .float(let number): writeFloat(number)
        case .string(let text): writeString(text)
        case .list(let items):
            writeItems("[", "]", items.count) { writer, offset in writer.write(items[offset]) }
        case .object(let object):
            writeItems("{", "}", object.count) { writer, offset in
                let entry = object.entries[offset]
                let isEscaped = writer.form == .exact && entry.key.utf8.first == UInt8(ascii: "$")
                writer.writeString(isEscaped ? "$" + entry.key : entry.key)
                writer.append(writer.indentation == nil ? ":" : ": ")
                writer.write(entry.value)
            }
        default:
            switch form {
            case .exact: writeTagged(value)
            case .plain: writePlain(value)
            }
        }
    }

    private mutating func writeItems(
        _ open: String, _ close: String, _ count: Int, _ item: (inout JSONWriter, Int) -> Void
    ) {
        append(open)
        if count > 0 {
            indentation = indentation.map { $0 + 1 }
            for offset in 0..<count {
                if offset > 0 { append(",") }
                newLine()
                item(&self, offset)
            }
            indentation = indentation.map { $0 - 1 }
            newLine()
        }
        append(close)
    }

    private mutating func newLine() {
        guard let indentation else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * 2))
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func writeFloat(_ number: Double) {
        if number.isFinite {
            append(number.description)
        } else if form == .exact {
            append("{\"$float\":\"\(number)\"}")
        } else {
            append("null")
        }
    }

    private mutating func writeString(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\r"): append("\\r")
            case UInt8(ascii: "\t"): append("\\t")
            case 0..<0x20:
                append("\\u00")
                append(byte < 16 ? "0" : "")
                append(String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writePlain(_ value: Value) {
        switch value {
        case .unknown: append("null")
        case .date(let date): writeString(date.description)
        case .time(let time): writeString(time.description)
        case .reference(let reference) where !reference.attributes.isEmpty || !reference.name.isEmpty:
            var object: ObjectValue = ["type": .string(reference.type)]
            if let resource = reference.resource { object["resource"] = .string(resource.text) }
            if !reference.name.isEmpty { object["name"] = .string(reference.name) }
            write(.object(object.merging(reference.attributes)))
        default: writeString(value.literal)
        }
    }

    private mutating func writeTagged(_ value: Value) {
        let tag: String
        let content: Value
        switch value {
        case .duration(let duration): (tag, content) = ("$duration", .int(duration.wholeNanoseconds))
        case .size(let size): (tag, content) = ("$size", .int(size))
        case .percent(let percent): (tag, content) = ("$percent", .float(percent))
        case .date(let date): (tag, content) = ("$date", .string(date.description))
        case .time(let time): (tag, content) = ("$time", .int(time.nanoseconds))
        case .unknown(let unknown): (tag, content) = ("$unknown", .string(unknown.origin))
        case .secret(let secret):
            (tag, content) = (
                "$secret",
                .list([.string(secret.source), .string(secret.name), secret.version.map { .string($0) } ?? .null])
            )
        case .template(let template):
            tag = "$template"
            content = .list(
                template.parts.map { part in
                    switch part {
                    case .text(let text): .string(text)
                    case .hole(let hole): .list([hole])
                    }
                })
        case .reference(let reference):
            tag = "$reference"
            content = .list([
                .string(reference.type), reference.resource.map { .string($0.text) } ?? .null, .string(reference.name),
                .object(reference.attributes)
            ])
        default: return append("null")
        }
        append("{\"\(tag)\":")
        let depth = indentation
        indentation = nil
        write(content)
        indentation = depth
        append("}")
    }
}
