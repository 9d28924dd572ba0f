// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import Shell

struct CancelVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Asks a run in another process to stop, or closes an interrupted one.")

    @Argument(help: "The run, such as run-3.") var run: String
    @Flag(help: "Takes back what the run did, by the steps that `@undo` names, also of a run that has failed.")
    var undo = false
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        let record = try await workspace.run(self.run).0
        if undo { return try await takeBack(record, workspace) }
        guard [.running, .interrupted, .waiting].contains(record.status) else {
            let verb = record.status == .cancelled ? "is" : "has"
            throw Diagnostic(
                .nothingToResume, "\(record.id) \(verb) \(record.status.rawValue) already",
                help: record.status == .succeeded || record.purpose != .workflow
                    ? [] : ["cancel \(record.id) --undo    takes back what it did, by the steps that `@undo` names"])
        }
        let said = try await workspace.engine.cancel(record)
        if said.status == RunRecord.Status.cancelled.rawValue, try await goOn(after: record, workspace, said.text) {
            return
        }
        if shared.json {
            workspace.output.print(document: [
                "run": .object(["id": .string(record.id), "status": .string(said.status)])
            ])
        } else {
            workspace.output.print(said.text)
        }
    }

    private func takeBack(_ record: RunRecord, _ workspace: Workspace) async throws {
        guard record.purpose == .workflow else {
            throw Diagnostic(
                .nothingToResume, "\(record.id) is no run of a workflow",
                help: ["rollback    takes back what the last apply changed"])
        }
        let isRunning = record.status == .running
        // It finishes what is in flight first.
        let wait = max(try change.waitDuration(), isRunning ? Self.patience : .zero)
        if isRunning {
            workspace.output.say(try await workspace.engine.cancel(record).text)
            workspace.invocation.background?.leave(for: record.id)
        }
        let own = try await Workspace.recorded(record, shared, near: workspace)
        let program = try await own.engine.decided(own.program())
        let flow = own.runFlow(parallelism: change.parallelism, events: change.events)
        let report = try await own.watching { try await flow.takeBack(record, of: program, wait: wait) }
        let told = Result {
            try RunTelling(workspace: own, shared: shared, change: change).tell(report, isWanted: true)
        }
        if !shared.json { _ = try await goOn(after: record, workspace) }
        try told.get()
    }

    /// Lets the run go on of which this one is a part, where it waited for it: what became of the part is for the whole
    /// to take.
    ///
    /// - Returns: False where no run waited.
    private func goOn(after part: RunRecord, _ workspace: Workspace, _ text: String? = nil) async throws -> Bool {
        let whole = try await workspace.engine.ledger.root(of: part)
        guard whole.id != part.id, whole.status == .waiting else { return false }
        if let text { workspace.output.say(text) }
        let root = try await workspace.run(whole.id).0
        do {
            let onward = try await workspace.goOnIfWaiting(root, shared, change)
            if onward != .done { workspace.tell(root, onward, shared) }
        } catch let code as ExitCode where code == .failed {
            // That it fails for want of its part is what was asked for.
        }
        return true
    }

    /// How long a run that was asked to stop may finish what is in flight.
    private static let patience = Duration.seconds(3600)
}
