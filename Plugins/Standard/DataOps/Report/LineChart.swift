// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Lines over labels, which stand where they belong if all of them are numbers, dates or times, else evenly.
struct LineChart {
    let labels: [String]
    let series: [ChartSeries]

    private static let (width, height) = (720.0, 300.0)
    private static let (top, bottom, right) = (12.0, 34.0, 16.0)
    private static let mostLabels = 8

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
            let y = SVGNumber(level(tick.value))
            page.markup(
                #"<line class="grid" x1="\#(SVGNumber(left))" y1="\#(y)" x2="\#(Int(Self.width - Self.right))" y2="\#(y)"/>"#
            )
            page.markup(
                #"<text x="\#(SVGNumber(left - 8))" y="\#(SVGNumber(level(tick.value) + 4))" text-anchor="end">\#(tick.text)</text>"#
            )
        }
        for offset in shownLabels {
            let anchor = offset == 0 ? "start" : offset == labels.count - 1 ? "end" : "middle"
            page.markup(
                #"<text x="\#(SVGNumber(places[offset]))" y="\#(Int(Self.height - 12))" text-anchor="\#(anchor)">"#
                    + "\(HTMLText.escaped(String(labels[offset].prefix(20))))</text>")
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
            page.markup(
                #"<circle cx="\#(SVGNumber(places[offset]))" cy="\#(SVGNumber(level(value)))" r="\#(radius)" fill="\#(colour)">"#
                    + "<title>\(text)</title></circle>")
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

    /// The labels that have room, the first and the last among them.
    private var shownLabels: [Int] {
        guard labels.count > Self.mostLabels else { return Array(labels.indices) }
        let step = Double(labels.count - 1) / Double(Self.mostLabels - 1)
        return (0..<Self.mostLabels).map { Int((Double($0) * step).rounded()) }
    }
}
