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

    package init(style: TextStyle) { self.style = style }

    /// The diagnostics behind one another with an empty line between, ended by a line break; empty for none.
    package func text(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map { text($0) }.joined(separator: "\n")
    }

    package func text(_ diagnostic: Diagnostic) -> String {
        let role: TextStyle.Role = diagnostic.severity == .error ? .error : .warning
        var lines = [
            style(role, "\(diagnostic.severity.rawValue)[\(diagnostic.code)]")
                + style(.heading, ": \(diagnostic.message)")
        ]
        let width = diagnostic.labels.map { String($0.place.start.line).count }.max() ?? 1
        let margin = String(repeating: " ", count: width)
        for (offset, label) in diagnostic.labels.enumerated() {
            let arrow = offset == 0 ? "-->" : ":::"
            let place = "\(label.place.file):\(label.place.start.line):\(label.place.start.column)"
            lines.append(style(.accent, margin + arrow) + " " + place)
            if label.place.excerpt.isEmpty { continue }
            let number = String(label.place.start.line)
            let padding = String(repeating: " ", count: width - number.count)
            lines.append(style(.accent, margin + "  |"))
            lines.append(style(.accent, " \(padding)\(number) |") + " " + expandingTabs(label.place.excerpt))
            lines.append(style(.accent, margin + "  |") + " " + marks(label, role, isCause: offset == 0))
        }
        for note in diagnostic.notes {
            lines.append(style(.accent, margin + "  =") + " note: " + indented(note, width))
        }
        for help in diagnostic.help { lines.append(style(.accent, margin + "  =") + " help: " + indented(help, width)) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func indented(_ text: String, _ width: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\n" + String(repeating: " ", count: width + 10))
    }

    private func marks(_ label: DiagnosticLabel, _ role: TextStyle.Role, isCause: Bool) -> String {
        let place = label.place
        let scalars = Array(place.excerpt.unicodeScalars)
        let start = min(max(place.start.column - 1, 0), scalars.count)
        let end =
            place.end.line == place.start.line ? min(max(place.end.column - 1, start), scalars.count) : scalars.count
        let before = columns(scalars[..<start])
        let marked = max(1, columns(scalars[start..<end]))
        let mark = String(repeating: isCause ? "^" : "-", count: marked)
        let text = label.text.isEmpty ? "" : " " + label.text
        return String(repeating: " ", count: before) + style(isCause ? role : .accent, mark + text)
    }

    private func expandingTabs(_ text: String) -> String {
        text.contains("\t")
            ? text.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ") : text
    }

    private func columns(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
        scalars.reduce(0) { $0 + ($1 == "\t" ? 4 : DisplayWidth.of($1)) }
    }
}
