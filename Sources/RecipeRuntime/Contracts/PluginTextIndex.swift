// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Tells which of the plugins' texts declares a name without parsing any of them.
///
/// A text that holds a line beginning with `capability NAME`, `shape NAME` or `mapping NAME` may declare it; parsing
/// it tells whether it does.
struct PluginTextIndex: Sendable {
    struct Text: Sendable {
        let plugin: String
        let text: PluginText
    }

    enum Form: String, Sendable, Hashable, CaseIterable {
        case capability
        case shape
        case mapping
    }

    struct Key: Hashable, Sendable {
        let form: Form
        let name: String
    }

    let texts: [Text]
    /// In the order of the plugins and their texts.
    private let places: [Key: [Int]]

    init(_ plugins: [VocabularyPlugin]) {
        texts = plugins.flatMap { plugin in plugin.texts.map { Text(plugin: plugin.name, text: $0) } }
        var places: [Key: [Int]] = [:]
        for (offset, text) in texts.enumerated() {
            for key in Self.declarations(in: text.text.text) where places[key]?.last != offset {
                places[key, default: []].append(offset)
            }
        }
        self.places = places
    }

    func texts(of form: Form, _ name: String) -> [Int] { places[Key(form: form, name: name)] ?? [] }

    func declares(_ form: Form, _ name: String) -> Bool { places[Key(form: form, name: name)] != nil }

    func names(of form: Form) -> [String] { places.keys.filter { $0.form == form }.map(\.name).sorted() }

    private static func declarations(in text: String) -> [Key] {
        var keys: [Key] = []
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ";") }) {
            let trimmed = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let first = trimmed.first,
                first == UInt8(ascii: "c") || first == UInt8(ascii: "s") || first == UInt8(ascii: "m")
            else { continue }
            let words = trimmed.split(maxSplits: 2) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "{") }
            guard words.count >= 2, let form = Form(rawValue: String(Substring(words[0]))) else { continue }
            keys.append(Key(form: form, name: String(Substring(words[1]))))
        }
        return keys
    }
}
