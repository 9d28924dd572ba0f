// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

/// Looks for runs of another workflow that have ended.
struct WorkflowEndLook: TriggerLook {
    private let surroundings: LookSurroundings
    private let end: WorkflowEnd
    /// The module of the workflow that is waited for.
    private let module: String
    /// Runs that had ended before are not waited for.
    private var since: Timestamp?
    private var known: Set<String> = []

    /// How many of a workflow's runs are looked at, the newest.
    private static let limit = 200

    init(_ end: WorkflowEnd, module: String, mark: ObjectValue?, _ surroundings: LookSurroundings) {
        self.surroundings = surroundings
        self.end = end
        self.module = module
        since = mark?["since"]?.time
    }

    func pause(at now: Timestamp) -> Duration { .seconds(1) }

    mutating func look(at now: Timestamp) async throws -> TriggerSight? {
        guard let since else {
            self.since = now
            return TriggerSight(finds: [], mark: ["since": .time(now)])
        }
        let runs = try await surroundings.engine.ledger.runs(
            of: end.name, module: module, environment: surroundings.identity.environment, limit: Self.limit)
        var finds: [TriggerFind] = []
        for run in runs.reversed() {
            guard let ended = run.ended, ended >= since, end.statuses.contains(run.status.rawValue) else { continue }
            // A run that failed may be resumed and end once more.
            let subject = "\(run.id) \(run.status.rawValue)"
            guard known.insert(subject).inserted else { continue }
            finds.append(
                TriggerFind(
                    subject, due: ended,
                    event: [
                        "workflow": .string(end.name), "run": .string(run.id), "status": .string(run.status.rawValue),
                        "outputs": .object(run.outputs)
                    ]))
        }
        return finds.isEmpty ? nil : TriggerSight(finds: finds, mark: nil)
    }
}
