// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost

/// Looks at one trigger as long as its recipe is served, and records what it finds.
struct TriggerWatch: Sendable {
    let identity: TriggerIdentity
    let recipe: ServedRecipe
    let log: ServeLog
    let figures: ServeFigures
    let runs: RunStarter

    private var engine: Engine { recipe.workspace.engine }

    /// The looks at a trigger; nil for one that is not looked at, but told of.
    ///
    /// - Parameters:
    ///   - index: Its position among those of its workflow.
    ///   - folder: Where the workflow's relative paths start.
    ///   - mark: How far an earlier process looked.
    func look(_ node: TriggerNode, at index: Int, in folder: String, _ mark: ObjectValue?) -> (
        any TriggerLook & Sendable
    )? {
        let surroundings = LookSurroundings(identity: identity, recipe: recipe)
        switch node.source {
        case .schedule(let schedule): return ScheduleLook(schedule, mark: mark)
        case .files(let arrival): return FileLook(arrival, folder: folder, mark: mark, surroundings)
        case .objects(let arrival): return ObjectLook(arrival, mark: mark, surroundings)
        case .table(let arrival): return TableLook(arrival, mark: mark, surroundings)
        case .drift(let every): return DriftLook(every: every, mark: mark, surroundings)
        case .metric(let watch): return MetricLook(watch, index: index, mark: mark, surroundings)
        case .workflow(let end):
            let module = engine.module(of: end, in: folder)
            return WorkflowEndLook(end, module: module ?? identity.module, mark: mark, surroundings)
        case .webhook: return nil
        }
    }

    /// Looks again and again, until the task is cancelled.
    @concurrent func go(on first: any TriggerLook & Sendable) async {
        var look = first
        let clock = engine.services.clock
        var problem: String?
        while !Task.isCancelled {
            do {
                let now = clock.now()
                if let sight = try await look.look(at: now) { try await record(sight, at: now) }
                figures.looked(at: now)
                problem = nil
            } catch {
                if Task.isCancelled { return }
                let problems = error.asDiagnostics
                // Told once, not at each look.
                if problem != problems.first?.message {
                    log.tell("unseen", "\(identity) cannot be looked at.", problems, fields)
                }
                problem = problems.first?.message
            }
            do { try await Task.sleep(for: look.pause(at: clock.now())) } catch { return }
        }
    }

    private var fields: ObjectValue {
        [
            "module": .string(identity.module), "workflow": .string(identity.workflow),
            "trigger": .string(identity.trigger)
        ]
    }

    /// Records what was found, so that it is neither lost nor found again.
    func record(_ sight: TriggerSight, at now: Timestamp) async throws(Diagnostic) {
        let firings = try await engine.ledger.record(
            sight.finds.map { $0.record(identity, of: recipe, at: now) }, of: identity, mark: sight.mark)
        for firing in firings {
            figures.fired(identity, isSkipped: firing.status == .skipped)
            let more: ObjectValue = ["firing": .int(firing.id), "due": .time(firing.due)]
            if firing.status == .skipped {
                log.tell(
                    "skipped", "\(identity) of \(firing.due) is skipped: \(firing.note).", fields.merging(more))
            } else {
                log.tell("fired", "\(identity) fires for \(firing.subject).", fields.merging(more))
            }
        }
        if !firings.isEmpty { runs.wake() }
    }
}
