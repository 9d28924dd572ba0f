// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Workflows that run others as parts of themselves, by steps of the kind Run.
extension ProgramEvaluation {
    /// What is wrong with the parts of workflows, as far as their first expansions tell them: the check has told what
    /// the text alone shows.
    ///
    /// - Parameter steps: By workflow.
    func problemsOfParts(_ steps: [String: [StepNode]], now: Timestamp) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        var parts: [(workflow: String, parts: [(name: String, place: SourcePlace)])] = []
        for workflow in workflows {
            var own: [(name: String, place: SourcePlace)] = []
            for step in steps[workflow.name] ?? [] where step.kind.name == "Run" {
                guard let name = step.inputs["workflow"]?.string else { continue }
                let place = place(of: "workflow", in: step.address, of: workflow.name) ?? step.place
                guard workflows.contains(where: { $0.name == name }) else {
                    let known = workflows.map(\.name).filter { $0.hasPrefix(workflow.prefix) }
                    problems.append(
                        .noWorkflow(
                            workflow.inside(name), among: known.map { workflow.inside($0) }, at: place))
                    continue
                }
                own.append((name, place))
                problems += problemsOfArguments(step, name, in: workflow.name, now: now)
            }
            parts.append((workflow.name, own))
        }
        return problems
            + PartCircle.problems(parts) { name in
                workflows.first { $0.name == name }.map { $0.place($0.code.range) }
            }
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

extension PlacedWorkflow {
    /// A name of the program as the workflow's own file has it.
    func inside(_ name: String) -> String {
        name.hasPrefix(prefix) ? String(name[name.index(name.startIndex, offsetBy: prefix.count)...]) : name
    }

    /// A step as the whole program has it: what it runs is named in the file where it stands.
    func placed(_ step: StepNode) -> StepNode {
        guard step.kind.name == "Run", !prefix.isEmpty, let name = step.inputs["workflow"]?.string else { return step }
        var step = step
        step.inputs["workflow"] = .string(prefix + name)
        return step
    }
}
