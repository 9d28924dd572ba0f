// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Synchronization

/// What `apply` does, with the real planner and executor, in one process of a simulation.
struct SimulatedCommand: Sendable {
    enum Ending: Sendable {
        case done
        /// Something failed; the same command is to be given again.
        case failed(Diagnostic)
        /// The plan is refused because of a protected thing.
        case refused

        /// Without what depends on the order in which things are read.
        var text: String {
            switch self {
            case .done: "done"
            case .failed(let diagnostic): "failed: \(diagnostic.code.text) \(diagnostic.message)"
            case .refused: "refused"
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
        let plan = try Planner(program: program, snapshot: snapshot, observations: observations).plan()
        return (plan, QuietChanges(plan, snapshot).isEmpty)
    }

    func apply(_ program: Program) async -> Ending {
        let (process, surroundings) = (process, surroundings)
        do throws(Diagnostic) {
            return try await process.withLease(.apply(environment: program.environment), wait: .zero) {
                (lease) throws(Diagnostic) -> Ending in
                _ = try await Settler(store: process, surroundings: surroundings)
                    .settleAll(environment: program.environment, under: lease)
                let snapshot = try await process.snapshot(
                    environment: program.environment, module: program.module)
                let observations = try await Refresher(surroundings: surroundings).observations(of: snapshot)
                let plan: Plan
                do throws(Diagnostics) {
                    plan = try Planner(program: program, snapshot: snapshot, observations: observations).plan()
                } catch {
                    if error.all.allSatisfy({ $0.code == .planProtected }) { return .refused }
                    return .failed(error.all.first ?? Diagnostic(.callFailed, "no plan"))
                }
                if plan.isEmpty, QuietChanges(plan, snapshot).isEmpty { return .done }
                let run = RunRecord(
                    id: "", purpose: .apply, environment: program.environment, module: program.module,
                    started: surroundings.clock.now())
                let report = try await Applier(store: process, surroundings: surroundings)
                    .apply(plan, of: program, from: snapshot, as: run, under: lease)
                if let failure = report.failures.first { return .failed(failure) }
                if !report.left.isEmpty { return .failed(Diagnostic(.applyInterrupted, "stopped on request")) }
                return .done
            }
        } catch {
            return .failed(error)
        }
    }
}
