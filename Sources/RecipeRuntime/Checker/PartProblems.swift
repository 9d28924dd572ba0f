// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

extension Diagnostic {
    /// - Parameter names: Of the workflows that there are.
    static func noWorkflow(_ name: String, among names: [String], at place: SourcePlace) -> Diagnostic {
        Diagnostic(
            .unknownName, "there is no workflow '\(name)'", at: place,
            notes: ["there is " + names.joined(separator: ", ")],
            help: NearestName.find(name, in: names).map { ["did you mean '\($0)'?"] } ?? [])
    }

    /// - Parameter names: Of the parameters that the workflow has.
    static func noParameter(
        _ name: String, of workflow: String, among names: [String], at place: SourcePlace? = nil
    ) -> Diagnostic {
        Diagnostic(
            .parameterUnknown, "the workflow '\(workflow)' has no parameter '\(name)'",
            labels: place.map { [DiagnosticLabel($0)] } ?? [],
            notes: names.isEmpty ? [] : ["it has " + names.joined(separator: ", ")],
            help: NearestName.find(name, in: names).map { ["did you mean '\($0)'?"] } ?? [])
    }
}

/// Workflows that would run themselves.
enum PartCircle {
    /// - Parameters:
    ///   - parts: By workflow the names of those that it runs, with the place of each.
    ///   - place: Of a workflow.
    static func problems(
        _ parts: [(workflow: String, parts: [(name: String, place: SourcePlace)])], place: (String) -> SourcePlace?
    ) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for (workflow, parts) in parts {
            for part in parts where part.name == workflow {
                problems.append(
                    Diagnostic(
                        .circle, "a workflow would run itself: \(workflow) -> \(workflow)", at: part.place,
                        help: ["take the Run step out"]))
            }
        }
        if !problems.isEmpty { return problems }
        let graph = DependencyGraph(parts.map { (Address($0.workflow), $0.parts.map { Address($0.name) }) })
        guard case .failure(let cycle) = graph.order() else { return [] }
        let path = (cycle.nodes + cycle.nodes.prefix(1)).map(\.text).joined(separator: " -> ")
        return [
            Diagnostic(
                .circle, "a workflow would run itself: \(path)",
                labels: cycle.nodes.prefix(3).compactMap { place($0.text).map { DiagnosticLabel($0) } },
                help: ["take one of the Run steps out"])
        ]
    }
}

extension EvaluationSession {
    /// The value of a workflow's parameter, as the type of the parameter has it.
    func argument(_ value: Value, _ parameter: ParameterCode) throws(EvaluationError) -> Value {
        let source = SourceText(name: "<value of \(parameter.contract.name)>", value.literal)
        return try convert(
            ConversionCode(
                code: .constant(value), type: parameter.contract.type, allowed: [],
                subject: "the parameter '\(parameter.contract.name)'", range: SourceRange(0, source.utf8.count)),
            in: source)
    }
}
