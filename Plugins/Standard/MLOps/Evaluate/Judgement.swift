// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// One metric of a model, held to a number.
struct Judgement: Sendable {
    enum Basis: String, Sendable {
        /// The metric must reach the number.
        case threshold
        /// The metric must be better than the number.
        case baseline
        /// The metric must be no worse than the number.
        case production
    }

    var metric: String
    var basis: Basis
    /// The part of the data; nil for all of it.
    var slice: String?
    var value: Double
    var bound: Double
    var lowerIsBetter: Bool

    var passes: Bool {
        switch basis {
        case .threshold, .production: lowerIsBetter ? value <= bound : value >= bound
        case .baseline: lowerIsBetter ? value < bound : value > bound
        }
    }

    /// What is wrong, with the difference.
    var sentence: String {
        let difference = abs(value - bound)
        let name =
            switch basis {
            case .threshold: "threshold of"
            case .baseline: "baseline's"
            case .production: "production model's"
            }
        let numbers = (slice.map { "where \($0) " } ?? "") + "\(metric) is \(HTMLText.number(value))"
        if difference == 0 { return "\(numbers), no better than the \(name) \(HTMLText.number(bound))" }
        let direction = value < bound ? "below" : "above"
        return "\(numbers), \(HTMLText.number(difference)) \(direction) the \(name) \(HTMLText.number(bound))"
    }
}

/// The judgements of a step as a table.
struct Comparison: Sendable {
    var judgements: [Judgement]

    static let columns = [
        TableColumn("metric", .string), TableColumn("basis", .string), TableColumn("slice", .string),
        TableColumn("value", .float),
        TableColumn("bound", .float), TableColumn("passes", .bool)
    ]

    var batch: ColumnBatch {
        ColumnBatch(
            columns: [
                Self.texts(judgements.map(\.metric)), Self.texts(judgements.map(\.basis.rawValue)),
                Self.texts(judgements.map(\.slice)),
                ColumnVector(.floats(judgements.map(\.value))), ColumnVector(.floats(judgements.map(\.bound))),
                ColumnVector(.ints(judgements.map { $0.passes ? 1 : 0 }))
            ], rowCount: judgements.count)
    }

    private static func texts(_ texts: [String?]) -> ColumnVector {
        var offsets = [0]
        for text in texts { offsets.append(offsets[offsets.count - 1] + (text?.utf8.count ?? 0)) }
        return ColumnVector(
            .texts(bytes: texts.flatMap { Array(($0 ?? "").utf8) }, offsets: offsets),
            nulls: texts.contains(nil) ? texts.map { $0 == nil } : [])
    }
}
