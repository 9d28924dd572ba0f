// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The rows of a section, shown in one of the forms that there are.
struct ReportChart {
    enum Form: String, CaseIterable {
        case table, bar, line, number
    }

    var form: Form
    var columns: [TableColumn]
    var rows: [[Value]]
    /// True where there are more rows than are shown.
    var isCut: Bool

    /// What a page shows of a longer result.
    static let mostRows = 1000

    /// The columns behind the first that hold numbers.
    var series: [Int] {
        columns.indices.dropFirst().filter { column in
            let cells = rows.map { $0[column] }
            return cells.contains { $0.number != nil } && cells.allSatisfy { $0.number != nil || $0.isNull }
        }
    }

    func write(into page: inout HTMLText) {
        if rows.isEmpty {
            page.markup(#"<p class="note">No rows.</p>"#)
            return
        }
        switch form {
        case .table: writeTable(into: &page)
        case .number: writeNumbers(into: &page)
        case .bar: BarChart(labels: labels, series: named).write(into: &page)
        case .line: LineChart(labels: labels, series: named).write(into: &page)
        }
        if isCut { page.markup(#"<p class="note">The first \#(rows.count) rows.</p>"#) }
    }

    private var labels: [String] { rows.map { HTMLText.shown($0.first ?? .null) } }

    private var named: [ChartSeries] {
        series.map { column in ChartSeries(name: columns[column].name, values: rows.map { $0[column].number }) }
    }

    private func writeTable(into page: inout HTMLText) {
        let isNumber = columns.indices.map { column in rows.contains { $0[column].number != nil } }
        page.markup(#"<div class="scroll"><table>"#)
        let heads = columns.indices.map { column in
            "<th\(isNumber[column] ? #" class="n""# : "")>\(HTMLText.escaped(columns[column].name))</th>"
        }
        page.markup("<thead><tr>" + heads.joined() + "</tr></thead>")
        page.markup("<tbody>")
        for row in rows {
            let cells = row.indices.map { column in
                let kind = row[column].isNull ? #" class="null""# : isNumber[column] ? #" class="n""# : ""
                return "<td\(kind)>\(HTMLText.escaped(HTMLText.shown(row[column])))</td>"
            }
            page.markup("<tr>" + cells.joined() + "</tr>")
        }
        page.markup("</tbody></table></div>")
    }

    /// The cells of the first row, each under its column's name.
    private func writeNumbers(into page: inout HTMLText) {
        page.markup(#"<dl class="numbers">"#)
        for (column, value) in zip(columns, rows.first ?? []) {
            let (name, shown) = (HTMLText.escaped(column.name), HTMLText.escaped(HTMLText.shown(value)))
            page.markup("<div><dt>\(name)</dt><dd>\(shown)</dd></div>")
        }
        page.markup("</dl>")
    }
}

/// Numbers that belong together.
struct ChartSeries {
    var name: String
    /// Nil where there is none.
    var values: [Double?]
}

/// The numbers along an axis.
struct ChartScale {
    let low: Double
    let high: Double
    let ticks: [Double]

    /// A scale over the values whose ticks are round numbers.
    init(_ values: [Double]) {
        var low = values.min() ?? 0
        var high = values.max() ?? 1
        if low == high { (low, high) = low == 0 ? (0, 1) : (min(low, 0), max(high, 0)) }
        let step = Self.roundStep((high - low) / 4)
        self.low = (low / step).rounded(.down) * step
        self.high = (high / step).rounded(.up) * step
        let count = Int(((self.high - self.low) / step).rounded())
        let start = self.low
        ticks = (0...max(1, min(count, 12))).map { start + Double($0) * step }
    }

    /// 1, 2 or 5 times a power of ten, at least as great as the number.
    private static func roundStep(_ number: Double) -> Double {
        guard number.isFinite, number > 0 else { return 1 }
        var power = 1.0
        while power * 10 <= number { power *= 10 }
        while power > number { power /= 10 }
        return ([1, 2, 5].map { $0 * power }.first { $0 >= number * 0.999_999 }) ?? power * 10
    }

    /// Where a number lies between the ends, from 0 to 1.
    func share(_ number: Double) -> Double { (number - low) / (high - low) }
}
