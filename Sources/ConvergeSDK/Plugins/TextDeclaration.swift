// SPDX-License-Identifier: Apache-2.0

/// What a line of a plugin's text seems to declare; parsing the text tells whether it does.
public struct TextDeclaration: Sendable, Hashable {
    public enum Form: String, Sendable, Hashable, CaseIterable {
        case capability
        case shape
        case mapping
    }

    public let form: Form
    public let name: String

    public init(form: Form, name: String) {
        self.form = form
        self.name = name
    }

    /// As a line of the language begins: `mapping DataLakeStorage`; nil for any other two words.
    public init?(words: String) {
        let parts = words.utf8.split(maxSplits: 2) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "{") }
        guard parts.count >= 2, let form = Form(rawValue: String(Substring(parts[0]))) else { return nil }
        self.init(form: form, name: String(Substring(parts[1])))
    }

    public var words: String { "\(form.rawValue) \(name)" }
}

extension PluginText {
    /// What its lines seem to declare, in their order: found without parsing, many times as fast.
    public var declarations: [TextDeclaration] {
        text.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ";") }.compactMap { line in
            let trimmed = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let first = trimmed.first,
                first == UInt8(ascii: "c") || first == UInt8(ascii: "s") || first == UInt8(ascii: "m")
            else { return nil }
            return TextDeclaration(words: String(Substring(trimmed)))
        }
    }
}
