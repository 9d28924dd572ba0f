// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Tells which of the plugins' texts declares a name without reading any of them.
///
/// A text that holds a line beginning with `capability NAME`, `shape NAME` or `mapping NAME` may declare it; parsing
/// it tells whether it does.
struct PluginTextIndex: Sendable {
    struct Text: Sendable {
        let plugin: String
        let text: VocabularyText
    }

    let texts: [Text]
    /// In the order of the plugins and their texts.
    private let places: [TextDeclaration: [Int]]

    init(_ plugins: [VocabularyPlugin]) {
        texts = plugins.flatMap { plugin in plugin.texts.texts.map { Text(plugin: plugin.name, text: $0) } }
        var places: [TextDeclaration: [Int]] = [:]
        for (offset, text) in texts.enumerated() {
            for declaration in text.text.declarations where places[declaration]?.last != offset {
                places[declaration, default: []].append(offset)
            }
        }
        self.places = places
    }

    func texts(of form: TextDeclaration.Form, _ name: String) -> [Int] {
        places[TextDeclaration(form: form, name: name)] ?? []
    }

    func declares(_ form: TextDeclaration.Form, _ name: String) -> Bool {
        places[TextDeclaration(form: form, name: name)] != nil
    }

    func names(of form: TextDeclaration.Form) -> [String] {
        places.keys.filter { $0.form == form }.map(\.name).sorted()
    }
}
