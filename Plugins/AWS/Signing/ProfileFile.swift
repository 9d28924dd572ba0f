// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The sections of a file of AWS's ini format.
struct ProfileFile: Sendable {
    /// A section's settings; a setting with further ones indented below it has them in `nested`.
    struct Section: Sendable, Hashable {
        var values: [String: String] = [:]
        var nested: [String: [String: String]] = [:]

        /// This section with what another one says besides; where both say something the other counts.
        func merging(_ other: Section) -> Section {
            Section(
                values: values.merging(other.values) { _, new in new },
                nested: nested.merging(other.nested) { _, new in new })
        }
    }

    /// A line that is none of the format's.
    struct Fault: Error, Hashable {
        var line: Int
        var reason: String
    }

    private(set) var sections: [String: Section] = [:]

    init() {}

    init(_ bytes: [UInt8]) throws(Fault) {
        let text = String(decoding: bytes, as: UTF8.self)
        var name: String?
        var parent: String?
        for (offset, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = String(line).trimmed
            if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
            let isIndented = line.first?.isWhitespace == true
            if content.hasPrefix("["), !isIndented {
                guard let close = content.firstIndex(of: "]") else {
                    throw Fault(line: offset + 1, reason: "a section's name is not closed with ']'")
                }
                let inside = String(content[content.index(after: content.startIndex)..<close])
                let words = Self.name(inside)
                name = words
                parent = nil
                sections[words] = sections[words] ?? Section()
                continue
            }
            guard let section = name else {
                throw Fault(line: offset + 1, reason: "a setting stands before the first section")
            }
            guard let equals = content.firstIndex(of: "=") else {
                // A continuation of the setting before.
                if isIndented { continue }
                throw Fault(line: offset + 1, reason: "a setting has no '='")
            }
            let key = String(content[..<equals]).trimmed.lowercased()
            let value = Self.withoutComment(String(content[content.index(after: equals)...]).trimmed)
            if isIndented, let parent {
                sections[section, default: Section()].nested[parent, default: [:]][key] = value
            } else {
                sections[section, default: Section()].values[key] = value
                parent = value.isEmpty ? key : nil
            }
        }
    }

    /// A section's name, such as `profile shop`; what stands in quotes is one word: `profile "my shop"`.
    private static func name(_ text: String) -> String {
        guard let blank = text.firstIndex(where: \.isWhitespace) else { return text }
        let rest = String(text[blank...]).trimmed
        if rest.count > 1, let quote = rest.first, quote == "\"" || quote == "'", rest.last == quote {
            return "\(text[..<blank]) \(rest.dropFirst().dropLast())"
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// A comment begins behind a space.
    private static func withoutComment(_ value: String) -> String {
        var previous: Character = " "
        for place in value.indices {
            let letter = value[place]
            if letter == "#" || letter == ";", previous.isWhitespace { return String(value[..<place]).trimmed }
            previous = letter
        }
        return value
    }
}
