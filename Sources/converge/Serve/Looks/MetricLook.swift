// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

/// Looks whether a condition has become true, or a tracked run or a thing that is measured has crossed a threshold.
struct MetricLook: TriggerLook {
    private let surroundings: LookSurroundings
    private let watch: MetricWatch
    /// The position of the trigger among those of its workflow.
    private let index: Int
    private var mark: ObjectValue?

    init(_ watch: MetricWatch, index: Int, mark: ObjectValue?, _ surroundings: LookSurroundings) {
        self.surroundings = surroundings
        self.watch = watch
        self.index = index
        self.mark = mark
    }

    func pause(at now: Timestamp) -> Duration { watch.every }

    mutating func look(at now: Timestamp) async throws -> TriggerSight? {
        switch watch.form {
        case .condition: return try await condition(now)
        case .measured(let thing, let metric, let above, let below, let over):
            guard let source = try await surroundings.facet("MetricSource", of: thing) as? any MetricSource else {
                return nil
            }
            let value = try await source.value(of: metric, over: over, until: now, surroundings.context)
            guard let value else { return nil }
            let holds = above.map { value > $0 } ?? below.map { value < $0 } ?? false
            return change(holds, now, event: ["metric": .string(metric), "value": .float(value)])
        case .tracked(let tracker, let metric, let experiment, let above, let below):
            let facet = try await surroundings.facet("ExperimentTracker", of: tracker)
            guard let tracker = facet as? any ExperimentTracker else { return nil }
            let runs = try await tracker.search(
                SearchRunsRequest(experiment: experiment, limit: 50, context: surroundings.context))
            let newest = runs.first { $0.status == .finished && $0.metrics[metric]?.number != nil }
            guard let newest, let value = newest.metrics[metric]?.number else { return nil }
            guard above.map({ value > $0 }) ?? below.map({ value < $0 }) ?? false else { return nil }
            // A tracked run starts the workflow once.
            let find = TriggerFind(
                newest.id, due: now,
                event: ["metric": .string(metric), "value": .float(value), "run": .string(newest.id)])
            if mark?["run"]?.string == newest.id { return nil }
            let next: ObjectValue = ["run": .string(newest.id)]
            mark = next
            return TriggerSight(finds: [find], mark: next)
        }
    }

    private mutating func condition(_ now: Timestamp) async throws -> TriggerSight? {
        let program = surroundings.program
        let snapshot = try await surroundings.engine.snapshot(
            environment: program.environment, module: program.module)
        var values = snapshot.records.compactMapValues { record in
            record.composite == nil ? record.inputs.merging(record.outputs) : nil
        }
        for (address, observation) in try await surroundings.observations(of: snapshot) {
            switch observation {
            case .found(let inputs, let outputs, _):
                values[address] = (values[address] ?? [:]).merging(inputs).merging(outputs)
            case .gone: values[address] = nil
            }
        }
        let holds = try program.evaluation.condition(
            ofTrigger: index, of: surroundings.identity.workflow, in: ResourceState(values))
        // What cannot be told, since something is not there, leaves things as they were.
        return holds.flatMap { change($0, now, event: [:]) }
    }

    /// Fires when something becomes true, and again only after it was false.
    private mutating func change(_ holds: Bool, _ now: Timestamp, event: ObjectValue) -> TriggerSight? {
        guard holds != (mark?["holds"]?.bool ?? false) else { return nil }
        let count = (mark?["count"]?.int ?? 0) + (holds ? 1 : 0)
        let next: ObjectValue = ["holds": .bool(holds), "count": .int(count)]
        mark = next
        return TriggerSight(
            finds: holds ? [TriggerFind("\(count) since \(now)", due: now, event: event)] : [], mark: next)
    }
}
