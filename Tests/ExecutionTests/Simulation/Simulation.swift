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
        var (number, attempt) = (0, 0)
        var skippedFrom: Int?
        while let step = history.steps.element(at: number), trace.violations.isEmpty {
            let program = step.module.program
            attempt += 1
            let when = "step \(number), attempt \(attempt)"
            if attempt > (isQuiet ? 1 : Self.patience) {
                trace.violation("\(when): it does not come to an end")
                break
            }
            clock.advance(by: .seconds(2))
            let changes = step.module.resources.count
            let dies = !isQuiet && attempt <= 6 && deaths.chance(deathPercent)
            let process = SimulatedProcess(
                disk: disk, remote: remote,
                end: dies
                    ? SimulatedProcess.Death(write: deaths.below(2 * changes + 5), isKept: deaths.chance(50)) : nil,
                bug: bug)
            let stops = !isQuiet && attempt <= 6 && deaths.chance(deathPercent / 4)
            let command = SimulatedCommand(
                process: process, randomness: randomness, parallelism: parallelism,
                stopsAt: stops ? 1 + deaths.below(changes + 1) : nil)
            let kept = invariants.protected(by: program)
            let texts = invariants.texts
            trace.note("\(when):")
            let ending = await command.apply(program)
            outcome.commands += 1
            outcome.crashes += process.isAlive ? 0 : 1
            invariants.check(when)
            invariants.checkKept(kept, when)
            invariants.checkPolicies(of: step.module, before: texts, when)
            if process.isAlive { trace.note("\(when): \(ending.text)") }
            switch ending {
            case .refused where !step.isRefused && (skippedFrom != nil || !step.isDenied):
                // What would have let it go was skipped: it is done first.
                guard let earlier = skippedFrom else {
                    trace.violation("\(when): the plan is refused")
                    break
                }
                (number, attempt) = (earlier, 0)
                skippedFrom = history.steps.count
                continue
            case .done where step.isRefused: trace.violation("\(when): the plan is not refused")
            case .done where step.isDenied: trace.violation("\(when): no policy denies it")
            case .denied where !step.isDenied: trace.violation("\(when): a policy denies it")
            case .done:
                invariants.checkSettled(when)
                invariants.checkComposites(of: step.module, when)
                await checkNothingLeft(program, command, when)
            case .denied, .refused: break
            case .failed:
                // The author does not wait for it and goes on with the next edit.
                let next = history.steps.element(at: number + 1)
                if skippedFrom == nil, !step.isAside, next?.isAside == false, deaths.chance(10) {
                    skippedFrom = number
                    trace.note("  the next edit comes first")
                    (number, attempt) = (number + 1, 0)
                }
                continue
            }
            // What is done of what a policy denies depends on when it can be told.
            if !step.isDenied, let expected, expected.element(at: number) != invariants.state {
                trace.violation(
                    "step \(number): there is \(invariants.state), undisturbed \(expected.element(at: number) ?? [])")
            }
            outcome.states.append(invariants.state)
            (number, attempt) = (number + 1, 0)
        }
        outcome.violations = trace.violations
        outcome.trace = trace.lines
        return outcome
    }

    private func checkNothingLeft(_ program: Program, _ command: SimulatedCommand, _ when: String) async {
        let remote = command.process.remote
        let wasQuiet = remote.setQuiet(true)
        defer { _ = remote.setQuiet(wasQuiet) }
        // Whoever looks later sees all of it.
        remote.clock.advance(by: remote.lag + remote.lag)
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

extension Array {
    fileprivate func element(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
