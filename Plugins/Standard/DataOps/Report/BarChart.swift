// SPDX-License-Identifier: Apache-2.0

/// Horizontal bars, one a label and series, each with its number.
struct BarChart {
    let labels: [String]
    let series: [ChartSeries]

    private static let (width, thickness, gap) = (720.0, 18.0, 10.0)
    private static let widestLabel = 28

    func write(into page: inout HTMLText) {
        let values = series.flatMap { $0.values.compactMap { $0 } }
        let (low, high) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
        // Without an axis the longest bar may take all the room.
        let share = { (value: Double) in high > low ? (value - low) / (high - low) : 0 }
        let labelWidth = Double(min(Self.widestLabel, labels.map(\.count).max() ?? 0)) * 6.6 + 12
        let room = Self.width - labelWidth - 70
        let rowHeight = Double(series.count) * Self.thickness + Self.gap
        let height = Double(labels.count) * rowHeight
        let zero = labelWidth + share(0) * room
        page.markup("<figure>")
        if series.count > 1 { ChartLegend.write(series, into: &page) }
        page.markup(#"<svg viewBox="0 0 \#(Int(Self.width)) \#(Int(height.rounded(.up)))" role="img">"#)
        for (row, label) in labels.enumerated() {
            let top = Double(row) * rowHeight + Self.gap / 2
            let middle = top + (rowHeight - Self.gap) / 2
            let shown = label.count > Self.widestLabel ? label.prefix(Self.widestLabel - 1) + "…" : label
            page.markup(
                #"<text class="ink" x="\#(SVGNumber(labelWidth - 8))" y="\#(SVGNumber(middle + 4))" text-anchor="end">"#
                    + "\(HTMLText.escaped(shown))<title>\(HTMLText.escaped(label))</title></text>")
            for (number, one) in series.enumerated() {
                guard let value = one.values[row] else { continue }
                let end = labelWidth + share(value) * room
                let y = top + Double(number) * Self.thickness
                let text = HTMLText.number(value)
                page.markup(
                    #"<rect x="\#(SVGNumber(min(zero, end)))" y="\#(SVGNumber(y))" rx="3" "#
                        + #"width="\#(SVGNumber(max(1, abs(end - zero))))" height="\#(SVGNumber(Self.thickness - 3))" "#
                        + #"fill="var(--s\#(number % ChartLegend.colours))">"#
                        + "<title>\(HTMLText.escaped("\(label), \(one.name): \(text)"))</title></rect>")
                page.markup(
                    #"<text x="\#(SVGNumber(max(zero, end) + 6))" y="\#(SVGNumber(y + 12))">\#(text)</text>"#)
            }
        }
        page.markup("</svg>")
        page.markup("</figure>")
    }
}

/// A coordinate with at most one decimal.
struct SVGNumber: CustomStringConvertible {
    let value: Double

    init(_ value: Double) { self.value = value }

    var description: String { HTMLText.number((value * 10).rounded() / 10) }
}

enum ChartLegend {
    /// How many colours the style sheet has for series.
    static let colours = 6

    static func write(_ series: [ChartSeries], into page: inout HTMLText) {
        page.markup(#"<ul class="legend">"#)
        for (number, one) in series.enumerated() {
            page.markup(
                #"<li><i style="background: var(--s\#(number % colours))"></i>\#(HTMLText.escaped(one.name))</li>"#)
        }
        page.markup("</ul>")
    }
}
