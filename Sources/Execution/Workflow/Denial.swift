// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Planning

/// An approval that was denied: what was said holds for the whole run, so that a run which failed by it is over.
package struct Denial: Sendable, Hashable {
    package let step: String
    /// The run that asked: a part, or the whole.
    package let run: String
    package let by: String
    package let why: String?

    /// Nothing more is done of a run.
    ///
    /// - Parameter run: The whole run.
    func refusal(of run: RunRecord) -> Diagnostic {
        let place = self.run == run.id ? "" : " of \(self.run)"
        return Diagnostic(
            .nothingToResume, "\(run.id) is over: \(by) denied '\(step)'\(place)\(why.map { ": \($0)" } ?? "")",
            help: ["\(run.command)    starts a new run, which asks anew"])
    }
}

extension RunRecord {
    /// What starts another run of the workflow.
    package var command: String { "run \([recipe, workflow].compactMap(\.self).joined(separator: " "))" }
}

extension WorkflowRunner {
    /// The denial by which a run, or a part of it, could only fail again; nil for none.
    func denial(of run: RunRecord, _ program: Program) async throws(Diagnostic) -> Denial? {
        guard run.status == .failed else { return nil }
        let signals = try await store.signals(run: run.id)
        let parts = try await store.parts(of: run.id)
        if signals.isEmpty, parts.isEmpty { return nil }
        let covered = stepsWithStandIns(of: run, program)
        var newest: [String: OperationRecord] = [:]
        for operation in try await store.operations(run: run.id) { newest[operation.name] = operation }
        for operation in newest.values.sorted(by: { $0.name < $1.name })
        where operation.status == .failed && !covered.contains(operation.name) {
            if let signal = signals[StepPause.approval(of: operation.name)],
                signal.value.object?["approved"]?.bool == false
            {
                return Denial(
                    step: operation.name, run: run.id, by: signal.by, why: signal.value.object?["why"]?.string)
            }
            if let part = parts.first(where: { $0.id == operation.handle }),
                let denial = try await denial(of: part, program)
            {
                return denial
            }
        }
        return nil
    }

    /// The steps for which others may have stood in, as far as they can be told.
    private func stepsWithStandIns(of run: RunRecord, _ program: Program) -> Set<String> {
        do throws(Diagnostics) {
            let steps = try program.evaluation.expansion(
                of: run.workflow ?? "", parameters: run.parameters, in: WorkflowState(resources: ResourceState())
            ).steps
            return Set(steps.filter { $0.recovery != nil }.map(\.address.text))
        } catch {
            // The run itself tells what is wrong.
            return []
        }
    }
}
