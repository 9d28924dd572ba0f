// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import Shell

struct ApproveVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Lets a run go on that waits for approval, or denies it.")

    @Argument(help: "The run, such as run-3.") var run: String
    @Argument(help: "The step that waits; left out where one does.") var step: String?
    @Flag(help: "Denies it: the step fails.") var deny = false
    @Option(help: "What to say with it.") var why: String?
    @Flag(help: "Only records it; `resume`, or the daemon, goes on with the run.") var later = false
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        let record = try await workspace.run(self.run).0
        let waits = try await workspace.engine.ledger.waits(run: record.id).filter { $0.isForApproval }
        let wait = try chosen(waits, of: record)
        let actor = LeaseHolder.current(command: "").user
        let people = wait.operation.inputs["by"]?.list?.compactMap(\.string) ?? []
        guard people.isEmpty || people.contains(actor) else {
            throw Diagnostic(
                .mayNotApprove, "\(actor) may not approve \(wait.step) of \(record.id)",
                notes: ["\(people.joined(separator: " or ")) may"], help: ["ask one of them for `approve \(record.id)`"]
            )
        }
        if let why {
            try await workspace.refuseSecrets(
                in: .string(why), "what is said with --why", of: record,
                help: ["say it without the secret: approve \(record.id) --why …"])
        }
        try await SignalGiving(workspace: workspace, shared: shared, change: change, isLater: later).give(
            .object(["approved": .bool(!deny), "why": why.map { .string($0) } ?? .null]),
            named: StepPause.approval(of: wait.step), to: record,
            by: actor, action: deny ? "deny" : "approve")
    }

    private func chosen(_ waits: [RunWait], of record: RunRecord) throws(Diagnostic) -> RunWait {
        if let step {
            if let found = waits.first(where: { $0.step == step }) { return found }
        } else if waits.count == 1, let only = waits.first {
            return only
        }
        throw Diagnostic(
            .nothingWaits,
            step.map { "\(record.id) waits for no approval of '\($0)'" }
                ?? (waits.isEmpty ? "\(record.id) waits for no approval" : "\(record.id) waits for several approvals"),
            help: waits.isEmpty
                ? ["show \(record.id)    tells how far it is"]
                : waits.map { "approve \(record.id) \(CommandText.word($0.step))    \($0.pause.text)" })
    }
}

struct SignalVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signal", abstract: "Gives a signal to a run that waits for it.")

    @Argument(help: "The run, such as run-3.") var run: String
    @Argument(help: "The signal's name.") var name: String
    @Argument(help: "What the waiting step gives on: a literal of the language, or text.") var value: String?
    @Flag(help: "Only records it; `resume`, or the daemon, goes on with the run.") var later = false
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        let record = try await workspace.run(self.run).0
        let waits = try await workspace.engine.ledger.waits(run: record.id).filter { !$0.isForApproval }
        let names = waits.compactMap(\.pause.signal)
        guard names.contains(name) else {
            throw Diagnostic(
                .nothingWaits, "\(record.id) waits for no signal '\(name)'",
                notes: names.isEmpty ? [] : ["it waits for \(names.joined(separator: ", "))"],
                help: ["show \(record.id)    tells how far it is"])
        }
        let value = try workspace.value(of: value)
        try await workspace.refuseSecrets(
            in: value, "the value of the signal", of: record,
            help: [
                "signal \(record.id) \(CommandText.word(name)) 'secret(\"NAME\")'    hands the secret on by its name"
            ])
        try await SignalGiving(workspace: workspace, shared: shared, change: change, isLater: later).give(
            value, named: name, to: record,
            by: LeaseHolder.current(command: "").user, action: "signal")
    }
}

extension Workspace {
    /// What a word of a command stands for: a literal of the language, else its text.
    ///
    /// - Throws: What is wrong with a word that begins as an object, a list or a string does, and is none.
    fileprivate func value(of word: String?) throws -> Value {
        guard let word else { return .null }
        do {
            return try engine.evaluate(TypedText(word), in: nil)
        } catch let problems as Diagnostics {
            let isLiteral = word.first { !$0.isWhitespace }.map { "{[\"".contains($0) } ?? false
            if isLiteral { throw problems }
            return .string(word)
        }
    }
}

/// Records a signal, and goes on with its run where nobody else does.
private struct SignalGiving: Sendable {
    let workspace: Workspace
    let shared: SharedOptions
    let change: ChangeOptions
    let isLater: Bool

    func give(
        _ value: Value, named name: String, to record: RunRecord, by actor: String, action: String
    ) async throws {
        let engine = workspace.engine
        let now = engine.services.clock.now()
        try await engine.ledger.give(
            StepSignal(value: value, by: actor, at: now), named: name, to: record.id,
            audit: AuditEntry(
                time: now, actor: actor, host: LeaseHolder.current(command: "").host, action: action,
                environment: record.environment, module: record.module, detail: "\(record.id): \(name)"))
        let root = try await workspace.run(engine.ledger.root(of: record).id).0
        let onward: Onward =
            isLater
            ? root.status == .running ? .underWay : .byHand : try await workspace.goOnIfWaiting(root, shared, change)
        if onward != .done { workspace.tell(root, onward, shared) }
    }
}
