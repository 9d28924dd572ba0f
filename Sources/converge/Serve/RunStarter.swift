// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import PluginHost

/// Begins a run for each firing, in a process of its own, and sees to it that each comes to its end.
///
/// A process of its own outlives this one: what a killed daemon has begun goes on, and the next daemon finds it. The
/// ledger lets one run begin with a firing, whoever tries.
actor RunStarter {
    private struct Active {
        var firing: FiringRecord
        /// Nil for a run that an earlier daemon has begun and that goes on.
        var process: SpawnedProgram?
        var isTold = false
        var nextLook = ContinuousClock.now
    }

    private struct Place: Hashable {
        let module: String
        let workflow: String

        init(_ trigger: TriggerIdentity) {
            module = trigger.module
            workflow = trigger.workflow
        }
    }

    private let workspace: Workspace
    private let log: ServeLog
    private let figures: ServeFigures
    /// How many runs may be under way at once.
    private let limit: Int
    private var active: [Int64: Active] = [:]
    /// How often a firing's process ended without bringing it to an end, and when it may be tried again.
    private var failures: [Int64: (count: Int, notBefore: ContinuousClock.Instant)] = [:]
    /// Runs that waited and go on, without a firing.
    private var goingOn: [String: SpawnedProgram] = [:]
    private var nextRead = ContinuousClock.now
    private nonisolated let isNeeded = Locked(true)

    private static let mostFailures = 3
    private static let pause = Duration.milliseconds(100)

    init(workspace: Workspace, log: ServeLog, figures: ServeFigures, limit: Int) {
        self.workspace = workspace
        self.log = log
        self.figures = figures
        self.limit = limit
    }

    private var engine: Engine { workspace.engine }
    private var interruption: Interruption { workspace.interruption }

    /// Says that there is something new to begin.
    nonisolated func wake() { isNeeded.value = true }

    /// Begins runs until the first wish to end, then asks those under way to end and waits for them.
    func run() async {
        var problem: String?
        var wish = Interruption.Wish.none
        while true {
            do throws(Diagnostic) {
                if interruption.wish > wish {
                    wish = interruption.wish
                    try await askToEnd()
                }
                for id in active.keys.sorted() { try await look(at: id) }
                try await lookAtRuns()
                if wish == .none { try await begin() }
                problem = nil
            } catch {
                // The ledger may be had again later.
                if problem != error.message { log.tell("ledger", "The ledger cannot be used.", [error]) }
                problem = error.message
            }
            if wish != .none, goingOn.isEmpty, active.values.allSatisfy({ $0.process == nil }) { return }
            if Task.isCancelled { return }
            do { try await Task.sleep(for: Self.pause) } catch { return }
        }
    }

    // MARK: Beginning

    private func begin() async throws(Diagnostic) {
        let isWoken = isNeeded.withLock { needed in
            defer { needed = false }
            return needed
        }
        guard isWoken || ContinuousClock.now >= nextRead else { return }
        nextRead = ContinuousClock.now + .seconds(2)
        let open = try await engine.ledger.openFirings(environment: engine.environment)
        var busy = Set(active.values.map { Place($0.firing.trigger) })
        for firing in open where active[firing.id] == nil {
            // One run of a workflow at a time, in the order in which they were asked for.
            let place = Place(firing.trigger)
            guard !busy.contains(place) else { continue }
            if firing.status == .pending {
                if isWaiting(firing) || active.count >= limit {
                    busy.insert(place)
                } else {
                    busy.insert(place)
                    start(firing)
                }
            } else if try await takeUp(firing) {
                busy.insert(place)
            }
        }
        let now = engine.services.clock.now()
        for run in try await engine.ledger.dueRuns(environment: engine.environment, now: now) {
            try goOn(run, open.first { $0.run == run.id })
        }
        figures.set(open: open.count, active: active.count)
    }

    /// Goes on with a run for which what it waited for has come.
    private func goOn(_ run: RunRecord, _ firing: FiringRecord?) throws(Diagnostic) {
        guard active.count + goingOn.count < limit, goingOn[run.id] == nil, try isFree(run) else { return }
        if let firing {
            if active[firing.id] == nil, !isWaiting(firing) {
                log.tell("resumed", "\(run.id) goes on.", fields(firing))
                start(firing)
            }
            return
        }
        log.tell("resumed", "\(run.id) goes on.", ["run": .string(run.id)])
        do throws(CallError) {
            goingOn[run.id] = try SpawnedProgram(words(run.id), log: logFile(of: run.id))
        } catch {
            throw error.diagnostic
        }
    }

    /// Whether nobody goes on with a run already.
    private func isFree(_ run: RunRecord) throws(Diagnostic) -> Bool {
        try !engine.ledger.isHeld(.run(id: run.id))
    }

    private func lookAtRuns() async throws(Diagnostic) {
        for (id, process) in goingOn where process.ending() != nil {
            goingOn[id] = nil
            TextFile.remove(logFile(of: id))
            guard let run = try await engine.ledger.run(id) else { continue }
            let reason = run.failure.map { ": \($0.message)" } ?? ""
            log.tell(
                run.status.rawValue, "\(id) \(run.status.rawValue)\(reason)",
                ["run": .string(id), "status": .string(run.status.rawValue)])
        }
    }

    private func words(_ what: String) -> [String] {
        [
            PluginLocator.runningExecutable, "fire", what, "--project", engine.project.folder, "--env",
            engine.environment
        ]
    }

    private func isWaiting(_ firing: FiringRecord) -> Bool {
        failures[firing.id].map { ContinuousClock.now < $0.notBefore } ?? false
    }

    private func start(_ firing: FiringRecord) {
        do throws(CallError) {
            let process = try SpawnedProgram(words(String(firing.id)), log: logFile(of: firing.id))
            active[firing.id] = Active(firing: firing, process: process)
        } catch {
            log.tell("not_begun", "No process can be started for \(firing.trigger).", [error.diagnostic])
            count(firing.id)
        }
    }

    private func logFile(of run: String) -> String { engine.project.stateFolder + "/run/serve/\(run).log" }

    private func logFile(of firing: Int64) -> String {
        engine.project.stateFolder + "/run/serve/firing-\(firing).log"
    }

    /// Goes on with what an earlier daemon has begun, or a process that died.
    ///
    /// - Returns: Whether its workflow is busy with it.
    private func takeUp(_ firing: FiringRecord) async throws(Diagnostic) -> Bool {
        guard let id = firing.run, let run = try await engine.ledger.run(id) else { return false }
        let present = try await engine.withPresentStatus(run)
        switch present.status {
        case .running:
            active[firing.id] = Active(firing: firing, process: nil, isTold: true)
            return true
        case .waiting: return false
        case .succeeded, .failed:
            try await end(firing, present)
            return false
        case .cancelled where firing.status != .stopping:
            try await end(firing, present)
            return false
        case .cancelled, .interrupted:
            if isWaiting(firing) || active.count >= limit { return true }
            log.tell("resumed", "\(id) goes on.", fields(firing))
            _ = try await engine.ledger.settle(firing: firing.id, from: [.stopping], to: .started, note: "")
            start(firing)
            return true
        }
    }

    // MARK: Ending

    private func look(at id: Int64) async throws(Diagnostic) {
        guard var entry = active[id], ContinuousClock.now >= entry.nextLook else { return }
        if let process = entry.process {
            if let ending = process.ending() {
                active[id] = nil
                wake()
                return try await conclude(entry.firing, ending)
            }
            if !entry.isTold, let firing = try await engine.ledger.firing(id), let run = firing.run {
                log.tell("begun", "\(run) has begun: \(firing.trigger).", fields(firing))
                entry.firing = firing
                entry.isTold = true
            }
            active[id] = entry
            return
        }
        entry.nextLook = ContinuousClock.now + .seconds(1)
        active[id] = entry
        guard let run = entry.firing.run, let record = try await engine.ledger.run(run),
            try await engine.withPresentStatus(record).status == .running
        else {
            active[id] = nil
            wake()
            return
        }
    }

    private func conclude(_ old: FiringRecord, _ ending: SpawnedProgram.Ending) async throws(Diagnostic) {
        guard let firing = try await engine.ledger.firing(old.id) else { return }
        switch firing.status {
        case .refused:
            log.tell(
                "refused", "\(firing.trigger) began no run for \(firing.subject): \(firing.note)", fields(firing))
            figures.ended(firing.trigger, "refused")
        case .pending:
            if interruption.wish == .none { try await tryAgain(firing, ending) }
        case .started, .stopping:
            guard let id = firing.run, let run = try await engine.ledger.run(id) else { return }
            let present = try await engine.withPresentStatus(run)
            switch present.status {
            case .succeeded, .failed: try await end(firing, present)
            case .cancelled where interruption.wish == .none: try await end(firing, present)
            case .cancelled: log.tell("stopped", "\(id) was stopped; the next daemon goes on with it.", fields(firing))
            case .waiting: log.tell("waiting", "\(id) waits.", fields(firing))
            case .running, .interrupted: try await tryAgain(firing, ending)
            }
        case .done, .skipped, .held: break
        }
    }

    private func end(_ firing: FiringRecord, _ run: RunRecord) async throws(Diagnostic) {
        _ = try await engine.ledger.settle(firing: firing.id, from: [.started, .stopping], to: .done, note: "")
        failures[firing.id] = nil
        TextFile.remove(logFile(of: firing.id))
        figures.ended(firing.trigger, run.status.rawValue)
        let reason = run.failure.map { ": \($0.message)" } ?? ""
        log.tell(
            run.status.rawValue, "\(run.id) \(run.status.rawValue): \(firing.trigger)\(reason)",
            fields(firing).merging(["status": .string(run.status.rawValue)]))
    }

    /// A process ended and left its firing open: it crashed, or was killed.
    private func tryAgain(_ firing: FiringRecord, _ ending: SpawnedProgram.Ending) async throws(Diagnostic) {
        let how =
            switch ending {
            case .exited(let code): "ended with \(code)"
            case .killed(let signal): "was ended by signal \(signal)"
            }
        guard count(firing.id) < Self.mostFailures else {
            failures[firing.id] = nil
            let way = firing.run.map { "; `resume \($0)` goes on with it" } ?? ""
            let note = "its process \(how), \(Self.mostFailures) times\(way)"
            _ = try await engine.ledger.settle(
                firing: firing.id, from: [.pending, .started, .stopping], to: .refused, note: note)
            log.tell("given_up", "\(firing.trigger) for \(firing.subject) is given up: \(note).", fields(firing))
            figures.ended(firing.trigger, "refused")
            return
        }
        log.tell(
            "died", "The process of \(firing.run ?? "firing \(firing.id)") \(how); it is tried again.", fields(firing))
    }

    @discardableResult
    private func count(_ firing: Int64) -> Int {
        let count = (failures[firing]?.count ?? 0) + 1
        failures[firing] = (count, ContinuousClock.now + .seconds(1 << min(count, 6)))
        return count
    }

    /// Asks the runs under way to end. That they are to go on is recorded first: whatever becomes of this process, the
    /// next one knows that nobody cancelled them.
    private func askToEnd() async throws(Diagnostic) {
        let own = active.filter { $0.value.process != nil }
        if !own.isEmpty {
            log.tell("ending", "Ending; \(own.count) runs finish what is in flight. Once more stops them now.")
        }
        for id in own.keys {
            _ = try await engine.ledger.settle(firing: id, from: [.started], to: .stopping, note: "")
        }
        for entry in own.values { entry.process?.interrupt() }
        for process in goingOn.values { process.interrupt() }
    }

    private func fields(_ firing: FiringRecord) -> ObjectValue {
        [
            "module": .string(firing.trigger.module), "workflow": .string(firing.trigger.workflow),
            "trigger": .string(firing.trigger.trigger), "firing": .int(firing.id), "due": .time(firing.due),
            "run": firing.run.map { .string($0) } ?? .null
        ]
    }
}
