// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Draws a value for people: a list of like objects as a table, a reference with its facts, everything
/// else as the language writes it.
package struct ValueRenderer: Sendable {
    private let style: TextStyle
    private let width: Int?

    package init(style: TextStyle, width: Int?) {
        self.style = style
        self.width = width
    }

    /// Lines ended by line breaks.
    package func text(_ value: Value) -> String {
        if case .reference(let reference) = value {
            return value.literal + style(.dim, "  \(reference.type)") + "\n"
                + reference.attributes.map { "  \($0.key): \($0.value.literal)\n" }.joined()
        }
        guard let items = value.list, items.count > 1, let first = items[0].object, !first.isEmpty,
            items.allSatisfy({ $0.object.map { Set($0.keys) == Set(first.keys) } ?? false })
        else { return value.literal + "\n" }
        let rows = items.map { item in first.keys.map { item.object?[$0]?.literal ?? "" } }
        return TableRenderer(style: style, width: width).text(first.keys, rows)
    }
}
