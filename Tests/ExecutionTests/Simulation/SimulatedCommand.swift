// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import RecipeRuntime
import Synchronization

/// What `apply` does, with the real planner and executor, in one process of a simulation.
struct SimulatedCommand: Sendable {
    enum Ending: Sendable {
        case done
        /// Something failed; the same command is to be given again.
        case failed(Diagnostic)
        /// The plan is refused because of a protected thing.
        case refused
        /// Policies refuse what is left to do, and nothing else went wrong.
        case denied

        /// Without what depends on the order in which things are read.
        var text: String {
            switch self {
            case .done: "done"
            case .failed(let diagnostic): "failed: \(diagnostic.code.text) \(diagnostic.message)"
            case .refused: "refused"
            case .denied: "denied"
            }
        }
    }

    let process: SimulatedProcess
    let randomness: SeededRandomness
    let parallelism: Int
    /// At how many beginnings of changes somebody presses Ctrl-C; nil for never.
    var stopsAt: Int?

    private var surroundings: ExecutionSurroundings {
        let interruption = Interruption()
        let (stopsAt, trace, begun) = (stopsAt, process.remote.trace, Counter())
        return ExecutionSurroundings(
            gateway: process, clock: process.remote.clock, randomness: randomness,
            fingerprints: NoFingerprints(), actor: "tester", host: "here", parallelism: parallelism,
            interruption: interruption,
            onEvent: { event in
                guard let stopsAt, case .operationStarted = event, begun.raised() == stopsAt else { return }
                trace.note("  Ctrl-C")
                interruption.request()
            })
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        func raised() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    func plan(_ program: Program) async throws -> (plan: Plan, isQuiet: Bool) {
        let snapshot = try await process.snapshot(environment: program.environment, module: program.module)
        let observations = try await Refresher(surroundings: surroundings).observations(of: snapshot)
        let phased = try PhasedPlan(program, snapshot, observations)
        return (phased.plan, Self.isQuiet(phased, snapshot, surroundings.clock.now()))
    }

    func apply(_ program: Program) async -> Ending {
        let (process, surroundings) = (process, surroundings)
        do throws(Diagnostic) {
            return try await process.withLease(.apply(environment: program.environment), wait: .zero) {
                (lease) throws(Diagnostic) -> Ending in
                _ = try await Settler(store: process, surroundings: surroundings)
                    .settleAll(environment: program.environment, under: lease)
                // Each decides more than the one before.
                for _ in 0..<10 {
                    if let ending = try await phase(program, surroundings, lease) { return ending }
                }
                return .failed(Diagnostic(.callFailed, "the phases come to no end"))
            }
        } catch {
            return .failed(error)
        }
    }

    private static func isQuiet(_ phased: PhasedPlan, _ snapshot: LedgerSnapshot, _ now: Timestamp) -> Bool {
        QuietChanges(phased.plan, snapshot).isEmpty
            && CompositeRows(phased.program, records: snapshot.records, recorded: snapshot.records, now: now)
                .entries.isEmpty
    }

    /// - Returns: Nil where another phase follows.
    private func phase(
        _ program: Program, _ surroundings: ExecutionSurroundings, _ lease: Lease
    ) async throws(Diagnostic) -> Ending? {
        let snapshot = try await process.snapshot(environment: program.environment, module: program.module)
        let observations = try await Refresher(surroundings: surroundings).observations(of: snapshot)
        let phased: PhasedPlan
        do throws(Diagnostics) {
            phased = try PhasedPlan(program, snapshot, observations)
            if let stuck = phased.stuck { throw stuck }
        } catch {
            if error.all.allSatisfy({ $0.code == .planProtected }) { return .refused }
            return Self.ending(error.all)
        }
        if phased.plan.isEmpty, Self.isQuiet(phased, snapshot, surroundings.clock.now()) { return .done }
        let run = RunRecord(
            id: "", purpose: .apply, environment: program.environment, module: program.module,
            started: surroundings.clock.now())
        let report = try await Applier(store: process, surroundings: surroundings)
            .apply(phased.plan, of: phased.program, from: snapshot, as: run, under: lease)
        if !report.failures.isEmpty { return Self.ending(report.failures) }
        if !report.left.isEmpty { return .failed(Diagnostic(.applyInterrupted, "stopped on request")) }
        return phased.plan.deferrals.isEmpty ? .done : nil
    }

    private static func ending(_ failures: [Diagnostic]) -> Ending {
        let policies: [DiagnosticCode] = [.policyDenied, .policyNotEnsured, .policyUndecidable]
        let other = failures.first { failure in !policies.contains { $0 == failure.code } }
        return other.map { .failed($0) } ?? (failures.isEmpty ? .done : .denied)
    }
}
