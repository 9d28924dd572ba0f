// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Workflows that run others as parts of themselves, by steps of the kind Run.
extension ProgramEvaluation {
    /// What is wrong with the parts of workflows, as far as their first expansions tell them.
    ///
    /// - Parameter steps: By workflow.
    func problemsOfParts(_ steps: [String: [StepNode]], now: Timestamp) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        var parts: [(Address, [Address])] = []
        for workflow in workflows {
            var names: [Address] = []
            for step in steps[workflow.name] ?? [] where step.kind.name == "Run" {
                guard let name = step.inputs["workflow"]?.string else { continue }
                let place = place(of: "workflow", in: step.address, of: workflow.name) ?? step.place
                guard workflows.contains(where: { $0.name == name }) else {
                    let known = workflows.map(\.name)
                    problems.append(
                        Diagnostic(
                            .unknownName, "there is no workflow '\(name)'", at: place,
                            notes: ["there is " + known.joined(separator: ", ")],
                            help: NearestName.find(name, in: known).map { ["did you mean '\($0)'?"] } ?? []))
                    continue
                }
                names.append(Address(name))
                if name == workflow.name {
                    problems.append(
                        Diagnostic(
                            .circle, "a workflow would run itself: \(name) -> \(name)", at: place,
                            help: ["take the Run step out"]))
                }
                problems += problemsOfArguments(step, name, in: workflow.name, now: now)
            }
            parts.append((Address(workflow.name), names))
        }
        if case .failure(let cycle) = DependencyGraph(parts).order() {
            let path = (cycle.nodes + cycle.nodes.prefix(1)).map(\.text).joined(separator: " -> ")
            let labels = cycle.nodes.prefix(3).compactMap { node in
                workflows.first { $0.name == node.text }.map { DiagnosticLabel($0.place($0.code.range)) }
            }
            problems.append(
                Diagnostic(
                    .circle, "a workflow would run itself: \(path)", labels: labels,
                    help: ["take one of the Run steps out"]))
        }
        return problems
    }

    private func problemsOfArguments(
        _ step: StepNode, _ name: String, in workflow: String, now: Timestamp
    ) -> [Diagnostic] {
        guard let arguments = step.inputs["params"]?.object, !Value.object(arguments).containsUnknown else { return [] }
        do throws(Diagnostics) {
            _ = try parameters(of: name, arguments: arguments, now: now)
            return []
        } catch {
            let place = place(of: "params", in: step.address, of: workflow) ?? step.place
            return error.all.map { problem in
                // Of a step, and not of the recipe, whose own may be given later.
                var own = Diagnostic(
                    problem.code == .parameterMissing ? .missingField : problem.code, problem.message, at: place)
                own.notes = problem.notes
                own.help = problem.code == .parameterMissing ? ["params: { … }"] : problem.help
                return own
            }
        }
    }
}
