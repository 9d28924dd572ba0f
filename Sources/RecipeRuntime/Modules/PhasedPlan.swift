// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// A plan of what can be decided now, and the program as far as it is decided: loops, conditions and keys may look at
/// outputs that are known and that nothing in the plan changes.
package struct PhasedPlan: Sendable {
    package let program: Program
    package let plan: Plan

    /// How often what is decided may change what is to be decided: each round leaves more open than the one before.
    private static let patience = 64

    package init(
        _ program: Program, _ snapshot: LedgerSnapshot, _ observations: [Address: Observation],
        _ selection: PlanSelection = .everything, fingerprints: [String: String] = [:]
    ) throws(Diagnostics) {
        func planned(_ program: Program) throws(Diagnostics) -> (plan: Plan, state: ResourceState) {
            try Planner(
                program: program, snapshot: snapshot, observations: observations, selection: selection,
                fingerprints: fingerprints
            ).planned()
        }
        if selection.isRefreshOnly {
            self.program = program
            plan = try planned(program).plan
            return
        }
        var (program, state) = (program, Self.known(snapshot, observations))
        var last: [Deferral]?
        if !program.deferrals.isEmpty, let decided = try program.evaluation.program(in: state) { program = decided }
        var latest = try planned(program)
        var rounds = 0
        while last != latest.plan.deferrals {
            // A plan on what was decided too early would take away what is to stay.
            guard rounds < Self.patience else { throw Self.undecided(latest.plan.deferrals) }
            state = latest.state
            guard let decided = try program.evaluation.program(in: state) else { break }
            (last, program) = (latest.plan.deferrals, decided)
            latest = try planned(program)
            rounds += 1
        }
        self.program = program
        plan = latest.plan
    }

    /// What is known of the things that are there.
    package static func known(_ snapshot: LedgerSnapshot, _ observations: [Address: Observation] = [:]) -> ResourceState
    {
        var state = ResourceState()
        for (address, record) in snapshot.records where record.composite == nil && record.status == .ready {
            switch observations[address] {
            case .gone?: continue
            case .found(let inputs, let outputs, _)?: state.values[address] = inputs.merging(outputs)
            case nil: state.values[address] = record.inputs.merging(record.outputs)
            }
        }
        return state
    }

    /// Why nothing more can be decided; nil where the plan changes something, or leaves nothing open.
    package var stuck: Diagnostics? {
        guard !plan.deferrals.isEmpty, plan.changes.allSatisfy({ $0.action == .unchanged }) else { return nil }
        return Self.undecided(plan.deferrals)
    }

    private static func undecided(_ deferrals: [Deferral]) -> Diagnostics {
        Diagnostics(
            deferrals.map { deferral in
                Diagnostic(
                    .unknownAtPlan,
                    "\(deferral.subject) waits for \(deferral.origin), which nothing that is left to apply makes known",
                    at: deferral.place, help: ["decide it by parameters, or by fields and outputs that an apply knows"])
            })
    }
}
