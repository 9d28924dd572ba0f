// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Draws diagnostics as text.
///
/// ```
/// error[R0203]: DataLakeStorage has no field 'versionned'
///   --> shop.recipe:7:34
///    |
///  7 | resource lake: DataLakeStorage { versionned: true }
///    |                                  ^^^^^^^^^^ did you mean 'versioned'?
///    = help: explain DataLakeStorage
/// ```
package struct DiagnosticRenderer: Sendable {
    private let style: TextStyle
    private let width: Int

    /// - Parameter width: The terminal's columns; nil where what is drawn goes elsewhere.
    package init(style: TextStyle, width: Int? = nil) {
        self.style = style
        self.width = width ?? 120
    }

    /// The diagnostics behind one another with an empty line between, ended by a line break; empty for none.
    package func text(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map { text($0) }.joined(separator: "\n")
    }

    package func text(_ diagnostic: Diagnostic) -> String {
        let role: TextStyle.Role = diagnostic.severity == .error ? .error : .warning
        var lines = [
            style(role, "\(diagnostic.severity.rawValue)[\(diagnostic.code)]")
                + style(.heading, ": \(diagnostic.message.withVisibleControls)")
        ]
        let digits = diagnostic.labels.map { String($0.place.start.line).count }.max() ?? 1
        let margin = String(repeating: " ", count: digits)
        for (offset, label) in diagnostic.labels.enumerated() {
            let arrow = offset == 0 ? "-->" : ":::"
            let place = "\(label.place.file):\(label.place.start.line):\(label.place.start.column)"
            lines.append(style(.accent, margin + arrow) + " " + place.withVisibleControls)
            if label.place.excerpt.isEmpty { continue }
            let number = String(label.place.start.line)
            let padding = String(repeating: " ", count: digits - number.count)
            let excerpt = Excerpt(label.place, room: max(width - digits - 4, 20))
            lines.append(style(.accent, margin + "  |"))
            lines.append(style(.accent, " \(padding)\(number) |") + " " + excerpt.text)
            lines.append(style(.accent, margin + "  |") + " " + marks(excerpt, label, role, isCause: offset == 0))
        }
        for note in diagnostic.notes {
            lines.append(style(.accent, margin + "  =") + " note: " + indented(note, digits))
        }
        for help in diagnostic.help {
            lines.append(style(.accent, margin + "  =") + " help: " + indented(help, digits))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func indented(_ text: String, _ digits: Int) -> String {
        text.withVisibleControls.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\n" + String(repeating: " ", count: digits + 10))
    }

    private func marks(
        _ excerpt: Excerpt, _ label: DiagnosticLabel, _ role: TextStyle.Role, isCause: Bool
    ) -> String {
        let mark = String(repeating: isCause ? "^" : "-", count: excerpt.marked)
        let text = label.text.isEmpty ? "" : " " + label.text.withVisibleControls
        return String(repeating: " ", count: excerpt.before) + style(isCause ? role : .accent, mark + text)
    }
}
