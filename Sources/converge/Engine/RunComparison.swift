// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Shell

/// What differs between two runs: what they were given, what they gave, and how each step went.
struct RunComparison: Sendable {
    struct Run: Sendable {
        let record: RunRecord
        /// The newest operation of each step or resource, by its name.
        let operations: [String: OperationRecord]
        let names: [String]

        init(_ record: RunRecord, _ operations: [OperationRecord]) {
            self.record = record
            var names: [String] = []
            var newest: [String: OperationRecord] = [:]
            for operation in operations {
                let name = RecordDocuments.name(operation)
                if newest.updateValue(operation, forKey: name) == nil { names.append(name) }
            }
            self.names = names
            self.operations = newest
        }

        /// Nil while it goes on.
        var took: Duration? { record.took }
    }

    /// A value that differs, by the path to it.
    struct Difference: Sendable {
        let path: String
        let first: Value?
        let second: Value?
    }

    struct Step: Sendable {
        let name: String
        let first: OperationRecord?
        let second: OperationRecord?
        let inputs: [Difference]
        let outputs: [Difference]

        init(_ name: String, _ first: OperationRecord?, _ second: OperationRecord?) {
            self.name = name
            self.first = first
            self.second = second
            let isInBoth = first != nil && second != nil
            inputs = isInBoth ? RunComparison.differences(first?.inputs ?? [:], second?.inputs ?? [:]) : []
            outputs = isInBoth ? RunComparison.differences(first?.outputs ?? [:], second?.outputs ?? [:]) : []
        }

        /// What the step went by is another: its fields, its code or its files. Nil where nobody can tell.
        var hasOtherContent: Bool? {
            if !inputs.isEmpty { return true }
            guard let one = first?.contentKey, let other = second?.contentKey else { return nil }
            return one != other
        }

        var differs: Bool {
            first == nil || second == nil || hasOtherContent == true || !outputs.isEmpty
                || first?.isGood != second?.isGood
        }
    }

    let first: Run
    let second: Run

    var parameters: [Difference] { Self.differences(first.record.parameters, second.record.parameters) }
    var outputs: [Difference] { Self.differences(first.record.outputs, second.record.outputs) }

    var steps: [Step] {
        let names = first.names + second.names.filter { first.operations[$0] == nil }
        return names.map { Step($0, first.operations[$0], second.operations[$0]) }
    }

    /// The numbers that steps measured, as `step.metric`, in both runs: also those that are the same.
    var metrics: [Difference] {
        steps.flatMap { step -> [Difference] in
            let one = Self.metrics(step.first)
            let other = Self.metrics(step.second)
            let names = one.keys + other.keys.filter { one[$0] == nil }
            return names.map { Difference(path: "\(step.name).\($0)", first: one[$0], second: other[$0]) }
        }
    }

    private static func metrics(_ operation: OperationRecord?) -> ObjectValue {
        operation?.outputs["metrics"]?.object ?? [:]
    }

    /// Lists and scalars as a whole, objects and references by what is in them.
    static func differences(_ first: ObjectValue, _ second: ObjectValue, below path: String = "") -> [Difference] {
        let names = first.keys + second.keys.filter { first[$0] == nil }
        return names.flatMap { name -> [Difference] in
            let (one, other) = (first[name], second[name])
            if one == other { return [] }
            let here = path.isEmpty ? name : "\(path).\(name)"
            if let one = one?.parts, let other = other?.parts { return differences(one, other, below: here) }
            if let one = one?.template, let other = other?.template, one.texts == other.texts,
                Value.template(one).literal == Value.template(other).literal
            {
                // What differs is not seen in the text: another version of a table of that name.
                return differences(one.holes, other.holes, below: here)
            }
            return [Difference(path: here, first: one, second: other)]
        }
    }

    // MARK: Shown

    func text(_ style: TextStyle, width: Int?) -> String {
        var text = ""
        let (one, other) = (first.record, second.record)
        text += TableRenderer(style: style, width: width).text(
            ["", one.id, other.id],
            [
                ["workflow", one.workflow ?? one.purpose.rawValue, other.workflow ?? other.purpose.rawValue],
                ["module", one.module, other.module], ["environment", one.environment, other.environment],
                ["status", one.status.rawValue, other.status.rawValue],
                ["started", one.started.description, other.started.description],
                ["took", Self.shown(first.took), Self.shown(second.took)]
            ])
        text += list("Parameters", parameters, style) + list("Outputs", outputs, style)
        let measured = metrics
        if !measured.isEmpty {
            text += style(.heading, "Metrics") + "\n"
            text += TableRenderer(style: .plain, width: width).text(
                ["  METRIC", one.id, other.id, "CHANGE"],
                measured.map { ["  " + $0.path, Self.shown($0.first), Self.shown($0.second), $0.change] })
        }
        text += style(.heading, "Steps") + "\n"
        text += TableRenderer(style: .plain, width: width).text(
            ["  STEP", one.id, other.id, "WHAT DIFFERS"],
            steps.map { ["  " + $0.name, Self.cell($0.first), Self.cell($0.second), Self.words($0)] })
        for step in steps where !step.inputs.isEmpty || !step.outputs.isEmpty {
            text += style(.heading, step.name) + "\n"
            for (word, found) in [("given", step.inputs), ("gave", step.outputs)] {
                for difference in found { text += "  \(word) \(line(difference, style))\n" }
            }
        }
        return text
    }

    private func list(_ heading: String, _ found: [Difference], _ style: TextStyle) -> String {
        if found.isEmpty { return "" }
        return style(.heading, heading) + "\n" + found.map { "  \(line($0, style))\n" }.joined()
    }

    private func line(_ difference: Difference, _ style: TextStyle) -> String {
        "\(difference.path): \(style(.removed, Self.shown(difference.first))) -> "
            + style(.added, Self.shown(difference.second))
    }

    private static func shown(_ value: Value?) -> String {
        guard let literal = value?.literal else { return "(none)" }
        return literal.count > 120 ? String(literal.prefix(119)) + "…" : literal
    }

    private static func shown(_ took: Duration?) -> String { took.map { ProgressReporter.shown($0) } ?? "not over" }

    private static func cell(_ operation: OperationRecord?) -> String {
        guard let operation else { return "-" }
        let took = operation.status == .reused ? nil : operation.took
        return operation.status.rawValue + (took.map { ", \(ProgressReporter.shown($0))" } ?? "")
    }

    private static func words(_ step: Step) -> String {
        if step.first == nil || step.second == nil { return "only in one" }
        var words: [String] = []
        if !step.inputs.isEmpty {
            words.append("fields: " + step.inputs.map(\.path).joined(separator: ", "))
        } else if step.hasOtherContent == true {
            words.append("code, files or data")
        }
        if !step.outputs.isEmpty { words.append("outputs: " + step.outputs.map(\.path).joined(separator: ", ")) }
        return words.joined(separator: "; ")
    }

    var document: ObjectValue {
        func list(_ found: [Difference]) -> Value {
            .list(
                found.map {
                    ["path": .string($0.path), "first": $0.first ?? .null, "second": $0.second ?? .null]
                })
        }
        func seconds(_ took: Duration?) -> Value { took.map { .float($0.seconds) } ?? .null }
        return [
            "first": .object(RecordDocuments.object(first.record)),
            "second": .object(RecordDocuments.object(second.record)),
            "seconds": ["first": seconds(first.took), "second": seconds(second.took)],
            "parameters": list(parameters), "outputs": list(outputs), "metrics": list(metrics),
            "steps": .list(
                steps.map { step in
                    .object([
                        "name": .string(step.name), "differs": .bool(step.differs),
                        "other_content": step.hasOtherContent.map { .bool($0) } ?? .null,
                        "first": step.first.map { .object(RecordDocuments.object($0)) } ?? .null,
                        "second": step.second.map { .object(RecordDocuments.object($0)) } ?? .null,
                        "inputs": list(step.inputs), "outputs": list(step.outputs)
                    ])
                })
        ]
    }
}

extension RunComparison.Difference {
    /// By how much a number grew.
    fileprivate var change: String {
        guard let one = first?.number, let other = second?.number else { return "" }
        let difference = ((other - one) * 1e6).rounded() / 1e6
        return difference == 0 ? "" : (difference > 0 ? "+" : "") + "\(difference)"
    }
}

extension OperationRecord {
    fileprivate var isGood: Bool { status == .succeeded || status == .reused || status == .skipped }
}

extension Template {
    /// What stands around the holes.
    fileprivate var texts: [String?] {
        parts.map { part in
            if case .text(let text) = part { text } else { nil }
        }
    }

    /// What is put in, by what it is called or its number.
    fileprivate var holes: ObjectValue {
        var holes = ObjectValue()
        for case .hole(let hole) in parts {
            var name = "${\(holes.count + 1)}"
            if case .reference(let reference) = hole, !reference.name.isEmpty { name = "${\(reference.name)}" }
            holes[holes[name] == nil ? name : "${\(holes.count + 1)}"] = hole
        }
        return holes
    }
}

extension Value {
    /// What is in an object or a reference, by name.
    fileprivate var parts: ObjectValue? {
        switch self {
        case .object(let object): object
        case .reference(let reference):
            ([
                "name": .string(reference.name), "resource": reference.resource.map { .string($0.text) } ?? .null
            ] as ObjectValue).merging(reference.attributes)
        default: nil
        }
    }
}
