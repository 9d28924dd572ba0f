// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Synchronization

/// What `run` does and, once the run is recorded, `resume` or `cancel --undo`: with the real runner, in one process of
/// a simulation.
struct FlowCommand: Sendable {
    enum Ending: Sendable {
        /// - isStopped: True where somebody pressed Ctrl-C, whether that changed anything or not.
        case ended(WorkflowRunner.Report, isStopped: Bool)
        /// Somebody else has the run.
        case refused
        case lost(String)

        var text: String {
            switch self {
            case .ended(let report, _): report.isInterrupted ? "stopped" : report.run.status.rawValue
            case .refused: "refused"
            case .lost(let reason): "lost: \(reason)"
            }
        }
    }

    let process: SimulatedProcess
    let flow: SimulatedFlow
    let randomness: SeededRandomness
    let parallelism: Int
    let told: ToldEnds
    /// True for `cancel --undo`.
    var takesBack = false
    /// At how many beginnings of steps somebody presses Ctrl-C; nil for never.
    var stopsAt: Int?

    private func surroundings(_ interruption: Interruption) -> ExecutionSurroundings {
        let (stopsAt, trace, told, process) = (stopsAt, process.remote.trace, told, process)
        let begun = Begun()
        return ExecutionSurroundings(
            gateway: process, clock: process.remote.clock, randomness: randomness, fingerprints: NoFingerprints(),
            actor: "tester", host: "here", parallelism: parallelism, interruption: interruption,
            onEvent: { event in
                // Nobody hears a process that is dead.
                if process.isAlive { told.take(event) }
                guard let stopsAt, case .operationStarted = event, begun.raised() == stopsAt else { return }
                trace.note("  Ctrl-C")
                interruption.request()
            })
    }

    private final class Begun: Sendable {
        private let count = Mutex(0)

        func raised() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    func goOn() async -> Ending {
        let program = flow.program
        let interruption = Interruption()
        let runner = WorkflowRunner(
            store: process, surroundings: surroundings(interruption),
            steps: SimulatedSteps(process: process, flow: flow))
        let snapshot = LedgerSnapshot(environment: "default", module: "flow", version: 0, records: [:])
        do throws(Diagnostic) {
            if let begun = process.disk.content.root {
                let report =
                    takesBack
                    ? try await runner.takeBack(begun, of: program, snapshot: snapshot)
                    : try await runner.resume(begun, of: program, snapshot: snapshot)
                return .ended(report, isStopped: interruption.wish != .none)
            }
            let run = RunRecord(
                id: "", purpose: .workflow, environment: "default", module: "flow",
                workflow: SimulatedFlow.name, started: process.remote.clock.now())
            let report = try await runner.start(run, of: program, snapshot: snapshot, isFresh: false)
            return .ended(report, isStopped: interruption.wish != .none)
        } catch {
            return error.message.hasPrefix("somebody else holds it") ? .refused : .lost(error.message)
        }
    }
}
