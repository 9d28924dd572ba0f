// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Lines over labels, which stand where they belong if all of them are numbers, dates or times, else evenly.
struct LineChart {
    let labels: [String]
    let series: [ChartSeries]

    private static let (width, height) = (720.0, 300.0)
    private static let (top, bottom, right) = (12.0, 34.0, 16.0)
    private static let longestLabel = 20

    func write(into page: inout HTMLText) {
        let scale = ChartScale(series.flatMap { $0.values.compactMap { $0 } })
        let ticks = scale.ticks.map { (value: $0, text: HTMLText.number($0)) }
        let left = Double(ticks.map(\.text.count).max() ?? 1) * 6.8 + 14
        let places = places.map { left + $0 * (Self.width - left - Self.right) }
        let floor = Self.height - Self.bottom
        let level = { (value: Double) in floor - scale.share(value) * (floor - Self.top) }
        page.markup("<figure>")
        if series.count > 1 { ChartLegend.write(series, into: &page) }
        page.markup(#"<svg viewBox="0 0 \#(Int(Self.width)) \#(Int(Self.height))" role="img">"#)
        for tick in ticks {
            let (y, below) = (SVGNumber(level(tick.value)), SVGNumber(level(tick.value) + 4))
            let (start, end) = (SVGNumber(left), SVGNumber(Self.width - Self.right))
            page.markup(#"<line class="grid" x1="\#(start)" y1="\#(y)" x2="\#(end)" y2="\#(y)"/>"#)
            page.markup(
                #"<text x="\#(SVGNumber(left - 8))" y="\#(below)" text-anchor="end">\#(tick.text)</text>"#)
        }
        for (offset, anchor) in shownLabels(at: places) {
            page.markup(
                #"<text x="\#(SVGNumber(places[offset]))" y="\#(Int(Self.height - 12))" text-anchor="\#(anchor)">"#
                    + "\(HTMLText.escaped(String(labels[offset].prefix(Self.longestLabel))))</text>")
        }
        for (number, one) in series.enumerated() { write(one, number, places, level, into: &page) }
        page.markup("</svg>")
        page.markup("</figure>")
    }

    private func write(
        _ series: ChartSeries, _ number: Int, _ places: [Double], _ level: (Double) -> Double, into page: inout HTMLText
    ) {
        let colour = "var(--s\(number % ChartLegend.colours))"
        var path = ""
        var isDrawing = false
        for (place, value) in zip(places, series.values) {
            guard let value else {
                isDrawing = false
                continue
            }
            path += "\(isDrawing ? "L" : "M")\(SVGNumber(place)) \(SVGNumber(level(value)))"
            isDrawing = true
        }
        page.markup(#"<path d="\#(path)" style="stroke: \#(colour)"/>"#)
        for (offset, value) in series.values.enumerated() {
            guard let value else { continue }
            let text = HTMLText.escaped("\(labels[offset]), \(series.name): \(HTMLText.number(value))")
            // A long line is read by its form; each of few points can be pointed at.
            let radius = labels.count <= 60 ? "3" : "1.5"
            let (x, y) = (SVGNumber(places[offset]), SVGNumber(level(value)))
            page.markup(
                #"<circle cx="\#(x)" cy="\#(y)" r="\#(radius)" fill="\#(colour)">"# + "<title>\(text)</title></circle>")
        }
    }

    /// Where each label stands, from 0 to 1.
    private var places: [Double] {
        let count = labels.count
        if let numbers = Self.positions(labels), let low = numbers.min(), let high = numbers.max(), low < high {
            return numbers.map { ($0 - low) / (high - low) }
        }
        return (0..<count).map { count == 1 ? 0.5 : Double($0) / Double(count - 1) }
    }

    /// The labels as numbers; nil where one is none.
    private static func positions(_ labels: [String]) -> [Double]? {
        var numbers: [Double] = []
        for label in labels {
            if let number = Double(label), number.isFinite {
                numbers.append(number)
            } else if let date = CalendarDate(label) ?? CalendarDate(label + "-01") {
                numbers.append(Double(date.daysSinceEpoch))
            } else if let time = Timestamp(label) {
                numbers.append(Double(time.nanoseconds) / 86_400e9)
            } else {
                return nil
            }
        }
        return numbers
    }

    /// The labels that have room, from the first on, each with where its text is held.
    private func shownLabels(at places: [Double]) -> [(offset: Int, anchor: String)] {
        let width = Double(min(Self.longestLabel, labels.map(\.count).max() ?? 0)) * 6.8 + 14
        var shown: [(offset: Int, anchor: String)] = []
        var edge = -Double.infinity
        for (offset, place) in places.enumerated() {
            let (anchor, left) =
                if offset == 0 {
                    ("start", place)
                } else if offset == labels.count - 1 {
                    ("end", place - width)
                } else {
                    ("middle", place - width / 2)
                }
            if left < edge { continue }
            edge = left + width
            shown.append((offset, anchor))
        }
        return shown
    }
}
