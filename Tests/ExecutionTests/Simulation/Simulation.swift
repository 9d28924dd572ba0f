// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning

/// A history of edits, each applied until it ends well, through crashes and a remote that is hard to deal with. Its
/// seed determines everything that happens where one thing is done at a time.
struct Simulation: Sendable {
    let seed: UInt64
    var parallelism = 1
    var bug: PlantedBug?
    var keepsTrace = false

    struct Outcome: Sendable {
        var violations: [String] = []
        var trace: [String] = []
        var crashes = 0
        var commands = 0
        /// What is there and recorded after each step.
        var states: [[String]] = []
    }

    /// Runs the history undisturbed, then disturbed, and compares.
    func run() async -> Outcome {
        let history = SimulatedHistory(seed: seed)
        var calm = self
        calm.bug = nil
        let expected = await calm.run(history, isQuiet: true, expected: nil)
        if !expected.violations.isEmpty { return expected }
        return await run(history, isQuiet: false, expected: expected.states)
    }

    /// So often one command is given at most.
    private static let patience = 60

    private func run(_ history: SimulatedHistory, isQuiet: Bool, expected: [[String]]?) async -> Outcome {
        let trace = SimulationTrace(isKept: keepsTrace)
        let clock = VirtualClock()
        let remote = SimulatedRemote(seed: seed, isQuiet: isQuiet, clock: clock, trace: trace)
        let disk = SimulatedDisk()
        let invariants = SimulationInvariants(remote: remote, disk: disk)
        let randomness = SeededRandomness(seed)
        var deaths = SeededGenerator.of(seed, "deaths", 0)
        let deathPercent = deaths.pick([0, 40, 80]) ?? 0
        var outcome = Outcome()
        steps: for (number, step) in history.steps.enumerated() {
            let program = step.module.program
            var attempt = 0
            while true {
                attempt += 1
                let when = "step \(number), attempt \(attempt)"
                if attempt > (isQuiet ? 1 : Self.patience) {
                    trace.violation("\(when): it does not come to an end")
                    break steps
                }
                let dies = !isQuiet && attempt <= 6 && deaths.chance(deathPercent)
                let process = SimulatedProcess(
                    disk: disk, remote: remote,
                    end: dies
                        ? SimulatedProcess.Death(
                            write: deaths.below(2 * step.module.resources.count + 5), isKept: deaths.chance(50)) : nil,
                    bug: bug)
                let command = SimulatedCommand(process: process, randomness: randomness, parallelism: parallelism)
                let kept = invariants.protected(by: program)
                trace.note("\(when):")
                let ending = await command.apply(program)
                outcome.commands += 1
                invariants.check(when)
                invariants.checkKept(kept, when)
                if !trace.violations.isEmpty { break steps }
                guard process.isAlive else {
                    outcome.crashes += 1
                    continue
                }
                trace.note("\(when): \(ending.text)")
                switch ending {
                case .refused:
                    if !step.isRefused { trace.violation("\(when): the plan is refused") }
                case .done:
                    if step.isRefused { trace.violation("\(when): the plan is not refused") }
                    invariants.checkSettled(when)
                    await checkNothingLeft(program, command, when)
                case .failed: continue
                }
                break
            }
            if !trace.violations.isEmpty { break }
            outcome.states.append(invariants.state)
            if let expected, expected[number] != invariants.state {
                trace.violation(
                    "step \(number): there is \(invariants.state), undisturbed it is \(expected[number])")
                break
            }
        }
        outcome.violations = trace.violations
        outcome.trace = trace.lines
        return outcome
    }

    private func checkNothingLeft(_ program: Program, _ command: SimulatedCommand, _ when: String) async {
        let remote = command.process.remote
        let wasQuiet = remote.setQuiet(true)
        defer { _ = remote.setQuiet(wasQuiet) }
        do {
            let (plan, isQuiet) = try await command.plan(program)
            for change in plan.changes where change.action != .unchanged {
                remote.trace.violation(
                    "\(when): a second plan would \(change.action) \(change.address): \(change.reasons)")
            }
            if plan.isEmpty, !isQuiet { remote.trace.violation("\(when): a second plan would record something") }
        } catch {
            remote.trace.violation("\(when): a second plan fails: \(error)")
        }
    }
}
