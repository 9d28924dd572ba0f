// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import Shell

/// The days for which a workflow is run after the fact: `2026-01-01..2026-01-31`, both included.
struct BackfillRange: Sendable, Hashable, CustomStringConvertible {
    let first: CalendarDate
    let last: CalendarDate

    /// - Throws: A usage error for what is no range of days.
    init(_ text: String) throws {
        let dots = text.firstRange(of: "..")
        guard let dots, let first = CalendarDate(String(text[..<dots.lowerBound])),
            let last = CalendarDate(String(text[dots.upperBound...])), first <= last
        else { throw ValidationError("--backfill takes days such as 2026-01-01..2026-01-31, not '\(text)'") }
        self.first = first
        self.last = last
    }

    var description: String { "\(first)..\(last)" }
}

/// One run for each time at which a workflow would have been due, one after the other.
///
/// All times are recorded before the first run begins; the same command again goes on with those whose run has not ended
/// well. Two runs of one workflow at once would write one another's tables, so there is one at a time.
struct BackfillCommand: Sendable {
    let workspace: Workspace
    let shared: SharedOptions
    let change: ChangeOptions
    let rename: RenameOptions
    let range: BackfillRange
    /// Begins anew, and executes every step.
    let isFresh: Bool

    /// So many runs are the most of one backfill.
    private static let most = 100_000

    private struct Due: Sendable {
        var time: Timestamp
        var arguments: ObjectValue
        var event: ObjectValue
        var subject: String

        var clock: RunClock { RunClock(now: time, today: event["date"]?.date) }
    }

    private struct Outcome: Sendable {
        var due: Timestamp
        var run: String
        var status: String
    }

    private var ledger: ProjectLedger { workspace.engine.ledger }

    /// - Parameter arguments: What every run is given, whatever its time.
    func run(_ workflow: WorkflowNode, of program: Program, arguments: ObjectValue) async throws {
        let flow = workspace.runFlow(parallelism: change.parallelism, events: change.events)
        let dues = try self.dues(of: workflow, program, arguments)
        let applyThemselves = try dues.map { due in
            try flow.check(workflow, of: program, arguments: due.arguments, due: due.clock)
        }
        try workspace.beginChange()
        if applyThemselves.contains(false) {
            try await RunPreparation(workspace: workspace, shared: shared, change: change, rename: rename)
                .applyMissing(program)
        }
        let program = try await workspace.engine.decided(program)
        let trigger = try await identity(of: workflow, program, arguments)
        let now = workspace.engine.services.clock.now()
        let new = try await ledger.record(
            dues.map { due in
                FiringRecord(
                    trigger: trigger, subject: due.subject, due: due.time, event: due.event,
                    recipe: workspace.recordedRecipe, settings: workspace.recordedSettings, status: .held, recorded: now
                )
            }, of: trigger, mark: nil)
        if new.count < dues.count {
            workspace.output.say("\(dues.count - new.count) of \(dues.count) times were begun before; this goes on.")
        }
        let bySubject = Dictionary(dues.map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first })
        var outcomes: [Outcome] = []
        var problems: [Diagnostic] = []
        for firing in try await ledger.firings(of: trigger) {
            guard let due = bySubject[firing.subject] else { continue }
            if workspace.interruption.wish != .none { break }
            let report: WorkflowRunner.Report?
            do {
                report = try await self.report(of: firing, due, workflow, program, flow)
            } catch let problem as Diagnostic where problem.code == .nothingToResume {
                outcomes.append(Outcome(due: due.time, run: firing.run ?? "", status: "failed"))
                problems.append(problem)
                continue
            }
            if let report {
                outcomes.append(Outcome(due: due.time, run: report.run.id, status: report.run.status.rawValue))
                problems += report.failures + report.warnings
            } else {
                outcomes.append(Outcome(due: due.time, run: firing.run ?? "", status: "succeeded"))
                continue
            }
            let told = outcomes.last.map { "\($0.due) \($0.run) \($0.status)" } ?? ""
            if !shared.json, !change.events { workspace.output.print(told) }
        }
        try tell(outcomes, problems, of: dues.count)
    }

    /// Runs a time, or goes on with its run.
    ///
    /// - Returns: Nil where its run has ended well before.
    private func report(
        of firing: FiringRecord, _ due: Due, _ workflow: WorkflowNode, _ program: Program, _ flow: RunFlow
    ) async throws -> WorkflowRunner.Report? {
        let wait = try change.waitDuration()
        var report: WorkflowRunner.Report
        if let id = firing.run, let run = try await ledger.run(id) {
            if run.status == .succeeded { return nil }
            report = try await workspace.watching { try await flow.resume(run, of: program, wait: wait) }
        } else {
            report = try await workspace.watching {
                try await flow.start(
                    workflow, of: program, arguments: due.arguments, recipe: workspace.recordedRecipe,
                    settings: workspace.recordedSettings, texts: workspace.texts(), isFresh: isFresh, wait: wait,
                    firing: firing)
            }
        }
        if report.run.status != .cancelled {
            _ = try await ledger.settle(firing: firing.id, from: [.started, .stopping], to: .done, note: "")
        }
        return report
    }

    private func dues(
        of workflow: WorkflowNode, _ program: Program, _ arguments: ObjectValue
    ) throws -> [Due] {
        var dues: [Due] = []
        for (index, node) in workflow.triggers.enumerated() {
            guard case .schedule(let schedule) = node.source else { continue }
            for time in schedule.times(from: range.first, through: range.last) {
                let event: ObjectValue = [
                    "trigger": .string(node.key), "time": .time(time), "date": .date(schedule.zone.date(at: time)),
                    "zone": .string(schedule.zone.name)
                ]
                let given = try program.evaluation.arguments(ofTrigger: index, of: workflow.name, event: event)
                dues.append(
                    Due(
                        time: time, arguments: given.merging(arguments), event: event,
                        subject: "\(time) \(node.key)"))
                guard dues.count <= Self.most else { throw tooMany }
            }
        }
        if dues.isEmpty, !workflow.triggers.contains(where: { if case .schedule = $0.source { true } else { false } }) {
            // Without a schedule, each day is due as it begins.
            for day in range.first.daysSinceEpoch...range.last.daysSinceEpoch {
                guard dues.count < Self.most else { throw tooMany }
                let date = CalendarDate(daysSinceEpoch: day)
                guard let time = Timestamp("\(date)T00:00:00Z") else { continue }
                dues.append(
                    Due(
                        time: time, arguments: arguments,
                        event: ["trigger": "backfill", "time": .time(time), "date": .date(date)],
                        subject: time.description))
            }
        }
        return dues.sorted { ($0.time, $0.subject) < ($1.time, $1.subject) }
    }

    private var tooMany: ValidationError {
        ValidationError("--backfill of \(range) would be more than \(Self.most) runs: give fewer days")
    }

    /// By what the backfill is known: its days and arguments, and how often it was begun anew.
    private func identity(
        of workflow: WorkflowNode, _ program: Program, _ arguments: ObjectValue
    ) async throws(Diagnostic) -> TriggerIdentity {
        let given = arguments.isEmpty ? "" : " " + Value.object(arguments).literal
        var trigger = TriggerIdentity(
            environment: program.environment, module: program.module, workflow: workflow.name,
            trigger: "backfill \(range)\(given)")
        let first = trigger.trigger
        var known = trigger
        var count = 1
        while try await !ledger.firings(of: trigger).isEmpty {
            known = trigger
            count += 1
            trigger.trigger = "\(first) #\(count)"
        }
        return isFresh ? trigger : known
    }

    private func tell(_ outcomes: [Outcome], _ problems: [Diagnostic], of count: Int) throws {
        let failed = outcomes.filter { $0.status == "failed" }
        let wasStopped = outcomes.count < count || outcomes.contains { $0.status == "cancelled" }
        let output = workspace.output
        if shared.json {
            output.print(document: [
                "backfill": .object(["from": .date(range.first), "to": .date(range.last), "times": .int(Int64(count))]),
                "runs": .list(
                    outcomes.map {
                        .object(["due": .time($0.due), "run": .string($0.run), "status": .string($0.status)])
                    }),
                "diagnostics": .list(problems.map { .object(DiagnosticDocument.object($0)) })
            ])
        } else if !change.events {
            let good = outcomes.filter { $0.status == "succeeded" }.count
            output.print("\(good) of \(count) succeeded\(failed.isEmpty ? "" : ", \(failed.count) failed").")
            output.say(problems)
        }
        if wasStopped {
            output.say("Stopped; the same command goes on with the others.")
            throw ExitCode.interrupted
        }
        if !failed.isEmpty {
            output.say("The same command goes on with those that failed.")
            throw ExitCode.failed
        }
    }
}
