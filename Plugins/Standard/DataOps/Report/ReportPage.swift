// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A page that needs nothing but itself.
///
/// The same content gives the same bytes.
struct ReportPage {
    struct Section {
        var heading: String
        var text: String
        var chart: ReportChart?
    }

    var title: String
    var subtitle: String
    var sections: [Section]

    var html: String {
        var page = HTMLText()
        let title = HTMLText.escaped(title)
        page.markup("<!doctype html>")
        page.markup(#"<html lang="en">"#)
        page.markup("<head>")
        page.markup(#"<meta charset="utf-8">"#)
        page.markup(#"<meta name="viewport" content="width=device-width, initial-scale=1">"#)
        page.markup(#"<meta name="color-scheme" content="light dark">"#)
        page.markup("<title>\(title)</title>")
        page.markup("<style>\n\(ReportStyle.sheet)</style>")
        page.markup("</head>")
        page.markup("<body>")
        page.markup("<header>")
        page.markup("<h1>\(title)</h1>")
        if !subtitle.isEmpty { page.markup("<p>\(HTMLText.escaped(subtitle))</p>") }
        page.markup("</header>")
        page.markup("<main>")
        for section in sections { write(section, into: &page) }
        page.markup("</main>")
        page.markup("</body>")
        page.markup("</html>")
        return page.text
    }

    private func write(_ section: Section, into page: inout HTMLText) {
        page.markup("<section>")
        page.markup("<h2>\(HTMLText.escaped(section.heading))</h2>")
        for paragraph in Self.paragraphs(section.text) { page.markup("<p>\(HTMLText.escaped(paragraph))</p>") }
        section.chart?.write(into: &page)
        page.markup("</section>")
    }

    /// Texts between blank lines.
    private static func paragraphs(_ text: String) -> [String] {
        var paragraphs: [String] = []
        var lines: [Substring] = []
        for line in (text + "\n").split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.allSatisfy(\.isWhitespace) {
                lines.append(line)
            } else if !lines.isEmpty {
                paragraphs.append(lines.joined(separator: "\n"))
                lines = []
            }
        }
        return paragraphs
    }
}
