// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import RecipeRuntime

/// Runs that verbs name.
extension Workspace {
    func run(_ id: String) async throws -> (RunRecord, [OperationRecord]) {
        // A project file that cannot be read keeps nobody from the runs of the standard environment.
        if environment != EnvironmentDefinition.standard.name { try await checkEnvironment() }
        guard let run = try await engine.ledger.run(id) else {
            let known = try await engine.ledger.runs(environment: nil, limit: 100).map(\.id)
            throw Diagnostic(
                .noSuchRun, "there is no run '\(id)'",
                help: NearestName.find(id, in: known).map { ["did you mean \($0)?"] } ?? ["runs    lists the runs"])
        }
        return (try await engine.withPresentStatus(run), try await engine.ledger.operations(run: id))
    }

    /// The run that made a version.
    func version(_ id: String) async throws -> RunRecord {
        let run = try await run(id).0
        guard run.purpose.makesVersion else {
            throw Diagnostic(
                .noSuchVersion, "\(id) is a run of a workflow, and no version of the resources",
                help: ["history    lists the versions"])
        }
        return run
    }

    func newestRun() async throws -> String {
        guard let newest = try await engine.ledger.runs(environment: nil, limit: 1).first else {
            throw Diagnostic(.noSuchRun, "nothing was run yet", help: ["run FILE"])
        }
        return newest.id
    }

    /// The run that can be resumed: of one that is a part of another that one, which is said.
    func rootRun(_ id: String) async throws -> RunRecord {
        let record = try await run(id).0
        let root = try await engine.ledger.root(of: record)
        if root.id == record.id { return record }
        output.say("\(record.id) is a part of \(root.id).")
        return try await run(root.id).0
    }

    /// Goes on with a run for which something has come, where nobody else does.
    func goOnIfWaiting(_ run: RunRecord, _ shared: SharedOptions, _ change: ChangeOptions) async throws -> Onward {
        guard run.status == .waiting else { return run.status == .running ? .underWay : .byHand }
        if try engine.ledger.isHeld(.serve(environment: run.environment)) { return .byDaemon }
        do {
            try await goOn(with: run, shared, change)
            return .done
        } catch let problem as Diagnostic where problem.code == .leaseHeld || problem.code == .nothingToResume {
            // Somebody else goes on with it, and finds what was recorded.
            return .bySomebody
        }
    }

    /// Says who goes on with a run for which something was recorded.
    func tell(_ run: RunRecord, _ onward: Onward, _ shared: SharedOptions) {
        if shared.json {
            output.print(document: [
                "run": .object(["id": .string(run.id), "status": .string(run.status.rawValue)])
            ])
            return
        }
        let how =
            switch onward {
            case .done: ""
            case .byDaemon: "; the daemon goes on with it"
            case .bySomebody: "; another process goes on with it"
            case .underWay: "; it is under way"
            case .byHand: "; `resume \(run.id)` goes on with it"
            }
        output.print("Recorded for \(run.id)\(how).")
    }

    /// Goes on with a run as it began, and tells how it ends.
    ///
    /// - Parameter asks: True where somebody may be asked for parameters.
    func goOn(with run: RunRecord, _ shared: SharedOptions, _ change: ChangeOptions, asks: Bool = true) async throws {
        let own = try await Workspace.recorded(run, shared, near: self)
        let read = asks ? try await own.program() : try await own.unattendedProgram()
        let program = try await own.engine.decided(read)
        if own.recipeHasChanged, asks {
            own.output.say(
                "The recipe changed since \(run.id) began, which goes on as it was; `run` takes the new one and "
                    + "repeats no step that is the same.")
        }
        let flow = own.runFlow(parallelism: change.parallelism, events: change.events)
        let wait = try change.waitDuration()
        let report = try await own.watching { try await flow.resume(run, of: program, wait: wait) }
        try RunTelling(workspace: own, shared: shared, change: change).tell(report)
    }
}

/// Who goes on with a run for which something has come.
enum Onward {
    /// This command has.
    case done
    case byDaemon, bySomebody
    case underWay, byHand
}
