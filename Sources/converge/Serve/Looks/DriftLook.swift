// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

/// Looks whether something of the module is not as it was recorded. The same drift starts the workflow once, until it is
/// gone or another.
struct DriftLook: TriggerLook {
    private let surroundings: LookSurroundings
    private let every: Duration
    private var mark: ObjectValue?

    init(every: Duration, mark: ObjectValue?, _ surroundings: LookSurroundings) {
        self.surroundings = surroundings
        self.every = every
        self.mark = mark
    }

    func pause(at now: Timestamp) -> Duration { every }

    mutating func look(at now: Timestamp) async throws -> TriggerSight? {
        let (engine, program) = (surroundings.engine, surroundings.program)
        // What an apply is just changing differs from what is recorded.
        if try engine.ledger.isHeld(.apply(environment: program.environment)) { return nil }
        let snapshot = try await engine.snapshot(environment: program.environment, module: program.module)
            .reached(by: program)
        let observations = try await surroundings.observations(of: snapshot)
        let after = try await engine.snapshot(environment: program.environment, module: program.module)
        guard after.version == snapshot.version else { return nil }
        let report = DriftReport(
            snapshot: snapshot, observations: observations, kinds: surroundings.recipe.workspace.kinds)
        let digest = report.isEmpty ? "" : engine.digest(Array(Value.object(report.document).json().utf8))
        if mark?["drift"]?.string ?? "" == digest { return nil }
        let count = (mark?["count"]?.int ?? 0) + (report.isEmpty ? 0 : 1)
        let next: ObjectValue = ["drift": .string(digest), "count": .int(count)]
        mark = next
        if report.isEmpty { return TriggerSight(finds: [], mark: next) }
        let addresses = report.items.map { Value.string($0.record.identity.address.text) }
        return TriggerSight(
            finds: [TriggerFind("\(count) \(digest)", due: now, event: ["resources": .list(addresses)])], mark: next)
    }
}
