// SPDX-License-Identifier: Apache-2.0
import Ledger

/// Numbers of one name as Prometheus reads them, in its text format, version 0.0.4.
struct MetricFamily: Sendable {
    enum Form: String, Sendable {
        case counter, gauge, histogram
    }

    typealias Labels = [(name: String, value: String)]

    private struct Sample: Sendable {
        var name: String
        var labels: Labels
        var value: Double
    }

    let name: String
    let form: Form
    let help: String
    private var samples: [Sample] = []

    init(_ name: String, _ form: Form, _ help: String) { (self.name, self.form, self.help) = (name, form, help) }

    mutating func add(_ value: Double, _ labels: Labels = []) {
        samples.append(Sample(name: name, labels: labels, value: value))
    }

    mutating func add(_ durations: LedgerFigures.Durations, _ labels: Labels) {
        let bounds = LedgerFigures.bounds.map { Self.text($0) } + ["+Inf"]
        for (bound, count) in zip(bounds, durations.within + [durations.count]) {
            samples.append(Sample(name: name + "_bucket", labels: labels + [("le", bound)], value: Double(count)))
        }
        samples.append(Sample(name: name + "_sum", labels: labels, value: durations.seconds))
        samples.append(Sample(name: name + "_count", labels: labels, value: Double(durations.count)))
    }

    /// Empty without a number.
    var text: String {
        if samples.isEmpty { return "" }
        var text = "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(form.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += sample.name
            if !labels.isEmpty { text += "{\(labels.joined(separator: ","))}" }
            text += " \(Self.text(sample.value))\n"
        }
        return text
    }

    private static func text(_ number: Double) -> String {
        Int64(exactly: number).map { String($0) } ?? String(number)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        let text = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return quotes ? text.replacing("\"", with: "\\\"") : text
    }
}
