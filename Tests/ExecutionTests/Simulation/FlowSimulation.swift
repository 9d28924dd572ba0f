// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Synchronization

/// A run that goes on until it has ended well, or was taken back, through crashes, failures, waits, Ctrl-C and other
/// processes that want the same run. Its seed determines everything that happens where one thing is done at a time.
struct FlowSimulation: Sendable {
    let seed: UInt64
    var parallelism = 1
    var bug: PlantedBug?
    var keepsTrace = false

    struct Outcome: Sendable {
        var violations: [String] = []
        var trace: [String] = []
        var crashes = 0
        var commands = 0
        /// How often another process came in.
        var intrusions = 0
        /// How many executions were taken back.
        var undone = 0
        /// How often a process left a run that waited.
        var waits = 0
        /// How many runs there are beside the one that was asked for.
        var parts = 0
        var isTakenBack = false
        var outputs: ObjectValue = [:]
    }

    /// So often the command is given at most.
    private static let patience = 40

    /// Runs the flow undisturbed, then disturbed, and compares.
    func run() async -> Outcome {
        var calm = self
        calm.bug = nil
        let expected = await calm.run(isQuiet: true)
        if !expected.violations.isEmpty { return expected }
        var outcome = await run(isQuiet: false)
        if outcome.violations.isEmpty, !outcome.isTakenBack, outcome.outputs != expected.outputs {
            outcome.violations.append("it gives \(outcome.outputs), undisturbed \(expected.outputs)")
        }
        return outcome
    }

    /// What all processes of a simulation have in common.
    private struct World {
        let remote: SimulatedRemote
        let disk = SimulatedDisk()
        let flow: SimulatedFlow
        let told = ToldEnds()
        let randomness: SeededRandomness
    }

    private func run(isQuiet: Bool) async -> Outcome {
        let trace = SimulationTrace(isKept: keepsTrace)
        let world = World(
            remote: SimulatedRemote(seed: seed, isQuiet: isQuiet, clock: VirtualClock(), trace: trace),
            flow: SimulatedFlow(seed: seed), randomness: SeededRandomness(seed))
        let (remote, disk) = (world.remote, world.disk)
        let invariants = FlowInvariants(
            flow: world.flow, disk: disk, remote: remote, told: world.told, parallelism: parallelism)
        var chance = SeededGenerator.of(seed, "deaths of a run", 0)
        let deathPercent = chance.pick([0, 40, 80]) ?? 0
        // Some are given up in the end.
        let isGivenUp = !isQuiet && chance.chance(30)
        for workflow in world.flow.workflows { trace.note(workflow.text) }
        let intrusions = Mutex(0)
        var outcome = Outcome()
        while trace.violations.isEmpty {
            outcome.commands += 1
            let isPatient = !isQuiet && outcome.commands <= 8
            if outcome.commands > Self.patience {
                trace.violation("it does not come to an end")
                break
            }
            remote.clock.advance(by: .seconds(2))
            // Where all is taken back time and again, nothing would ever come to its end.
            if outcome.commands > 16 { _ = remote.setQuiet(true) }
            let count = world.flow.size
            let isWhole = !(isPatient && chance.chance(deathPercent))
            let death = SimulatedProcess.Death(write: chance.below(count + 6), isKept: chance.chance(50))
            let stopsAt = isPatient && chance.chance(deathPercent / 4) ? 1 + chance.below(count) : nil
            let takesBack = isPatient ? chance.chance(isGivenUp ? 30 : 15) : isGivenUp
            let isOvertaken = chance.chance(40)
            let holder = Mutex<SimulatedProcess?>(nil)
            let intrusion = SimulatedProcess.Intrusion(effect: chance.below(count)) {
                intrusions.withLock { $0 += 1 }
                guard let holder = holder.withLock({ $0 }) else { return }
                await intrude(on: holder, overtaking: isOvertaken, takesBack: takesBack, world)
            }
            let process = SimulatedProcess(
                disk: disk, remote: remote, end: isWhole ? nil : death, bug: bug,
                intrusion: isPatient && chance.chance(30) ? intrusion : nil)
            holder.withLock { $0 = process }
            trace.note("command \(outcome.commands)\(takesBack ? ", to take back" : ""):")
            let ending = await FlowCommand(
                process: process, flow: world.flow, randomness: world.randomness, parallelism: parallelism,
                told: world.told, takesBack: takesBack, stopsAt: stopsAt
            ).goOn()
            holder.withLock { $0 = nil }
            outcome.crashes += process.isAlive ? 0 : 1
            if process.isAlive { trace.note("command \(outcome.commands): \(ending.text)") }
            invariants.check()
            if process.isAlive, case .ended(let report, let isStopped) = ending {
                invariants.check(report, takesBack: takesBack, isStopped: isStopped)
                outcome.waits += report.run.status == .waiting ? 1 : 0
                // What was cut off, and whose end is needed to take it back, is all that may be left.
                let isAllButCutOff =
                    report.run.status == .failed && !report.failures.isEmpty
                    && report.failures.allSatisfy { $0.code == .notTakenBack }
                outcome.isTakenBack = !isPatient && takesBack && (report.run.status == .cancelled || isAllButCutOff)
            }
            if outcome.isTakenBack || disk.content.root?.status == .succeeded { break }
            giveWhatIsWaitedFor(world, surely: !isPatient, &chance)
        }
        if let run = disk.content.root, run.status == .succeeded { outcome.outputs = run.outputs }
        outcome.intrusions = intrusions.withLock { $0 }
        outcome.undone = disk.content.operations.count { $0.status == .undone }
        outcome.parts = max(0, disk.content.runs.count - 1)
        outcome.violations = trace.violations
        outcome.trace = trace.lines
        return outcome
    }

    /// Another process wants the same run.
    ///
    /// - Parameters:
    ///   - holder: The process that executes it.
    ///   - overtaking: True where the system has lost the holder's lease, as where a machine was suspended; false where
    ///     the other one has to be refused.
    private func intrude(
        on holder: SimulatedProcess, overtaking isOvertaken: Bool, takesBack: Bool, _ world: World
    ) async {
        let (remote, disk) = (world.remote, world.disk)
        remote.trace.note(isOvertaken ? "  another process overtakes:" : "  another process is refused:")
        let before = disk.content.operations
        if isOvertaken { disk.free(of: ObjectIdentifier(holder)) }
        let other = SimulatedProcess(disk: disk, remote: remote, end: nil, bug: bug)
        let command = FlowCommand(
            process: other, flow: world.flow, randomness: world.randomness, parallelism: parallelism,
            told: world.told, takesBack: takesBack)
        let ending = await command.goOn()
        // Where the holder has died meanwhile, by another step's end, the run is free.
        if isOvertaken || !holder.isAlive { return }
        guard case .refused = ending else {
            return remote.trace.violation("two processes execute one run: \(ending.text)")
        }
        // With several steps at once the first process writes meanwhile.
        if parallelism == 1, disk.content.operations != before {
            remote.trace.violation("a process that was refused has written")
        }
    }

    /// Somebody gives signals, and time goes by.
    private func giveWhatIsWaitedFor(_ world: World, surely: Bool, _ chance: inout SeededGenerator) {
        let content = world.disk.content
        for operation in content.operations where operation.status == .intended {
            guard let signal = content.pauses[operation.token]?.signal, surely || chance.chance(40) else { continue }
            world.remote.trace.note("  '\(signal)' is given to \(operation.run)")
            world.disk.give(StepSignal(value: 1, by: "ana", at: world.remote.clock.now()), signal, to: operation.run)
        }
        if surely || chance.chance(40) { world.remote.clock.advance(by: .seconds(3600)) }
    }
}
