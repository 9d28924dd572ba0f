// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Synchronization

/// What `run` does and, once the run is recorded, `resume`: with the real runner, in one process of a simulation.
struct FlowCommand: Sendable {
    let process: SimulatedProcess
    let flow: SimulatedFlow
    let randomness: SeededRandomness
    let parallelism: Int
    let told: ToldEnds
    /// At how many beginnings of steps somebody presses Ctrl-C; nil for never.
    var stopsAt: Int?

    private var surroundings: ExecutionSurroundings {
        let interruption = Interruption()
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

    /// - Returns: How it ended, in words.
    func goOn() async -> String {
        let program = flow.program
        let runner = WorkflowRunner(
            store: process, surroundings: surroundings,
            steps: SimulatedSteps(executor: SimulatedStep(process: process, flow: flow)))
        let snapshot = LedgerSnapshot(environment: "default", module: "flow", version: 0, records: [:])
        do throws(Diagnostic) {
            let report: WorkflowRunner.Report
            if let begun = process.disk.content.runs.first {
                report = try await runner.resume(begun, of: program, snapshot: snapshot)
            } else {
                let run = RunRecord(
                    id: "", purpose: .workflow, environment: "default", module: "flow",
                    workflow: SimulatedFlow.name, started: process.remote.clock.now())
                report = try await runner.start(run, of: program, snapshot: snapshot, isFresh: false)
            }
            return report.run.status.rawValue
        } catch {
            return error.message.hasPrefix("somebody else holds it") ? "refused" : "lost: \(error.message)"
        }
    }
}
