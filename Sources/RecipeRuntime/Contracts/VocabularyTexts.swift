// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A text of a plugin: what it may declare is known, and the text itself is read when it is asked for.
package struct VocabularyText: Sendable {
    package let path: String
    package let declarations: [TextDeclaration]
    /// - Throws: Where the plugin's files were changed meanwhile.
    package let read: @Sendable () throws(Diagnostic) -> String

    package init(
        path: String, declarations: [TextDeclaration], read: @escaping @Sendable () throws(Diagnostic) -> String
    ) {
        self.path = path
        self.declarations = declarations
        self.read = read
    }

    /// A text that is known whole.
    package init(_ text: PluginText) {
        self.init(path: text.path, declarations: text.declarations) { text.text }
    }
}

/// The capabilities, shapes and mappings of one plugin.
package struct VocabularyTexts: Sendable, ExpressibleByArrayLiteral {
    let texts: [VocabularyText]

    package init(_ texts: [VocabularyText]) { self.texts = texts }

    /// Texts that are known whole.
    package init(_ texts: [PluginText]) { self.init(texts.map { VocabularyText($0) }) }

    package init(arrayLiteral elements: PluginText...) { self.init(elements) }
}
