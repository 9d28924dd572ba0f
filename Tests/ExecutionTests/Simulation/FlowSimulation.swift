// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Synchronization

/// A run that goes on until it has ended well, through crashes, failures, Ctrl-C and other processes that want the same
/// run. Its seed determines everything that happens where one thing is done at a time.
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
        var outputs: ObjectValue = [:]
    }

    /// So often the command is given at most.
    private static let patience = 80

    /// Runs the flow undisturbed, then disturbed, and compares.
    func run() async -> Outcome {
        var calm = self
        calm.bug = nil
        let expected = await calm.run(isQuiet: true)
        if !expected.violations.isEmpty { return expected }
        var outcome = await run(isQuiet: false)
        if outcome.violations.isEmpty, outcome.outputs != expected.outputs {
            outcome.violations.append("it gives \(outcome.outputs), undisturbed \(expected.outputs)")
        }
        return outcome
    }

    private func run(isQuiet: Bool) async -> Outcome {
        let trace = SimulationTrace(isKept: keepsTrace)
        let remote = SimulatedRemote(seed: seed, isQuiet: isQuiet, clock: VirtualClock(), trace: trace)
        let disk = SimulatedDisk()
        let flow = SimulatedFlow(seed: seed)
        let told = ToldEnds()
        var chance = SeededGenerator.of(seed, "deaths of a run", 0)
        let deathPercent = chance.pick([0, 40, 80]) ?? 0
        let randomness = SeededRandomness(seed)
        let intrusions = Mutex(0)
        var outcome = Outcome()
        while trace.violations.isEmpty {
            outcome.commands += 1
            let isPatient = !isQuiet && outcome.commands <= 8
            if outcome.commands > (isQuiet ? 1 : Self.patience) {
                trace.violation("it does not come to an end")
                break
            }
            remote.clock.advance(by: .seconds(2))
            let count = flow.steps.count + 6
            let isWhole = !(isPatient && chance.chance(deathPercent))
            let death = SimulatedProcess.Death(write: chance.below(count + 4), isKept: chance.chance(50))
            let stopsAt = isPatient && chance.chance(deathPercent / 4) ? 1 + chance.below(count) : nil
            let isOvertaken = chance.chance(40)
            let victim = Mutex<ObjectIdentifier?>(nil)
            let intrusion = SimulatedProcess.Intrusion(effect: chance.below(count)) {
                intrusions.withLock { $0 += 1 }
                await intrude(
                    overtaking: isOvertaken ? victim.withLock { $0 } : nil, disk, remote, flow, told, randomness)
            }
            let process = SimulatedProcess(
                disk: disk, remote: remote, end: isWhole ? nil : death, bug: bug,
                intrusion: isPatient && chance.chance(30) ? intrusion : nil)
            victim.withLock { $0 = ObjectIdentifier(process) }
            trace.note("command \(outcome.commands):")
            let command = FlowCommand(
                process: process, flow: flow, randomness: randomness, parallelism: parallelism, told: told,
                stopsAt: stopsAt)
            let ending = await command.goOn()
            outcome.crashes += process.isAlive ? 0 : 1
            if process.isAlive { trace.note("command \(outcome.commands): \(ending)") }
            check(told, disk, remote)
            guard let run = disk.content.runs.first, run.status == .succeeded else { continue }
            outcome.outputs = run.outputs
            break
        }
        checkEnd(flow, disk, trace)
        outcome.intrusions = intrusions.withLock { $0 }
        outcome.violations = trace.violations
        outcome.trace = trace.lines
        return outcome
    }

    /// Another process wants the same run.
    ///
    /// - Parameter victim: The process whose lease the system has lost, as where a machine was suspended; nil where the
    ///   other one has to be refused.
    private func intrude(
        overtaking victim: ObjectIdentifier?, _ disk: SimulatedDisk, _ remote: SimulatedRemote, _ flow: SimulatedFlow,
        _ told: ToldEnds, _ randomness: SeededRandomness
    ) async {
        remote.trace.note(victim == nil ? "  another process is refused:" : "  another process overtakes:")
        let before = disk.content.operations
        if let victim { disk.free(of: victim) }
        let other = SimulatedProcess(disk: disk, remote: remote, end: nil, bug: bug)
        let command = FlowCommand(
            process: other, flow: flow, randomness: randomness, parallelism: parallelism, told: told)
        let ending = await command.goOn()
        guard victim == nil else { return }
        if ending != "refused" { remote.trace.violation("two processes execute one run: \(ending)") }
        // With several steps at once the first process writes meanwhile.
        if parallelism == 1, disk.content.operations != before {
            remote.trace.violation("a process that was refused has written")
        }
    }

    // MARK: What must hold

    private func check(_ told: ToldEnds, _ disk: SimulatedDisk, _ remote: SimulatedRemote) {
        let operations = disk.content.operations
        for address in told.all.sorted() {
            let isKept = operations.contains {
                $0.status == .succeeded && $0.identity.address.text == "\(SimulatedFlow.name).\(address)"
            }
            if !isKept { remote.trace.violation("\(address) was told to have ended, and that is lost") }
        }
        for (token, count) in remote.creations where count > 1 {
            remote.trace.violation("\(token) made \(count) things")
        }
    }

    private func checkEnd(_ flow: SimulatedFlow, _ disk: SimulatedDisk, _ trace: SimulationTrace) {
        guard trace.violations.isEmpty else { return }
        let content = disk.content
        if content.runs.count != 1 { trace.violation("there are \(content.runs.count) runs") }
        var ends: [String: Int] = [:]
        for operation in content.operations {
            if operation.status == .intended { trace.violation("\(operation.identity.address) is still open") }
            if operation.status == .succeeded { ends[operation.identity.address.text, default: 0] += 1 }
        }
        for (address, count) in ends where count > 1 { trace.violation("\(address) ended \(count) times") }
    }
}

/// The steps of which somebody was told that they ended well.
final class ToldEnds: Sendable {
    private let addresses = Mutex<Set<Address>>([])

    var all: Set<Address> { addresses.withLock { $0 } }

    func take(_ event: ExecutionEvent) {
        guard case .operationEnded(let address, _, .succeeded, _, _) = event else { return }
        addresses.withLock { _ = $0.insert(address) }
    }
}
