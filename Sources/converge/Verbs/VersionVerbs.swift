// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import Shell

struct HistoryVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Lists the versions of a module or of all: what each apply changed, when, and who gave it.")

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @Option(help: "How many versions.") var limit = 20

    func run() async throws {
        let workspace = try Workspace(recipe, shared, needsRecipe: false)
        try await workspace.checkEnvironment()
        let ledger = workspace.engine.ledger
        let runs = try await NewestEntries(limit: limit) { limit in
            try await ledger.versions(environment: workspace.environment, module: workspace.module, limit: limit)
        }
        var versions: [(run: RunRecord, effects: [ResourceEffect: Int])] = []
        for run in runs.entries {
            versions.append(
                (try await workspace.engine.withPresentStatus(run), try await ledger.effects(ofRun: run.id)))
        }
        if shared.json {
            workspace.output.print(document: [
                "versions": .list(
                    versions.map { version in
                        .object(
                            RecordDocuments.object(version.run).merging([
                                "actor": .string(version.run.actor),
                                "changes": .object(
                                    ObjectValue(
                                        ResourceEffect.all.map { effect in
                                            (effect.rawValue, .int(Int64(version.effects[effect] ?? 0)))
                                        })),
                                "can_be_returned_to": .bool(version.run.basis != nil)
                            ]))
                    }), "more": .bool(runs.isMore)
            ])
            return
        }
        if versions.isEmpty {
            workspace.output.print("Nothing was applied yet.")
            return
        }
        let rows = versions.map { version in
            [
                version.run.id, version.run.module, version.run.status.rawValue, version.run.started.shown,
                version.run.actor, Self.counts(version.effects)
            ]
        }
        workspace.output.print(
            TableRenderer(style: workspace.output.style, width: workspace.output.width)
                .text(["VERSION", "MODULE", "STATUS", "STARTED", "WHO", "CHANGES"], rows)
                + runs.more("versions", workspace.output.style), terminator: "")
    }

    private static func counts(_ effects: [ResourceEffect: Int]) -> String {
        let said = ResourceEffect.all.compactMap { effect in effects[effect].map { "\($0) \(effect.done)" } }
        return said.isEmpty ? "none" : said.joined(separator: ", ")
    }
}

struct DiffVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows what differs between two versions, or a version and now; ends with 2 where something does.")

    @Argument(help: "The earlier version, such as apply-3.") var from: String
    @Argument(help: "The later version; left out: now.") var to: String?
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        let ledger = workspace.engine.ledger
        let first = try await workspace.version(from)
        let last: RunRecord?
        if let to { last = try await workspace.version(to) } else { last = nil }
        if let last, last.environment != first.environment {
            throw Diagnostic(
                .versionsApart,
                "\(first.id) is a version of environment \(first.environment) and \(last.id) of \(last.environment)",
                help: ["environment compare \(first.environment) \(last.environment)"])
        }
        let before = RecordedState(
            try await ledger.resourceHistory(environment: first.environment, through: first.id))
        let after = RecordedState(
            try await ledger.resourceHistory(environment: first.environment, through: last?.id))
        let between = try await ledger.resourceHistory(environment: first.environment, through: last?.id)
            .filter { $0.isAfter(first) }
        let difference = StateDifference(
            from: before, to: after, moves: LaterMoves(between), kinds: workspace.kinds)
        if shared.json {
            workspace.output.print(document: difference.document)
        } else {
            let words = "between \(first.id) and \(last?.id ?? "now")"
            workspace.output.print(
                difference.isEmpty ? "Nothing differs \(words).\n" : difference.text(workspace.output.style),
                terminator: "")
        }
        if !difference.isEmpty { throw ExitCode.differences }
    }
}

struct RollbackVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Returns a module to what an earlier version said, by an ordinary plan.",
        usage: "converge rollback [VERSION | FILE] [options]")

    @Argument(
        help: "The version, such as apply-3; or a recipe: the version before its newest one. At the prompt left out.")
    var target: String?
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions

    func validate() throws {
        if !shared.settings.isEmpty {
            throw ValidationError("A rollback takes the parameters' values of its version: leave --set out.")
        }
    }

    func run() async throws {
        let isVersion = target.flatMap { RunName($0) } != nil
        let near = try Workspace(RecipeArgument(isVersion ? nil : target), shared, needsRecipe: !isVersion)
        var version: RunRecord
        if isVersion, let target {
            version = try await near.version(target)
        } else {
            version = try await previous(near)
        }
        guard version.basis != nil || version.purpose == .destroy else {
            throw Diagnostic(
                .versionWithoutTexts, "what \(version.id) went by is not known any more",
                notes: ["it was applied before versions were kept"], help: ["history    lists the versions"])
        }
        version = try await asOfNow(version, near)
        let own = try await Workspace.recorded(version, shared, near: near)
        let program =
            version.purpose == .destroy
            ? Program.emptied(
                environment: version.environment, module: version.module, recipeFolder: own.origin?.folder ?? ".")
            : try await own.program()
        if !shared.json, !change.events { own.output.print("Back to \(version.id) of \(version.started.shown):") }
        var selection = PlanSelection.everything
        let later = try await near.engine.ledger.resourceHistory(environment: version.environment)
            .filter { $0.isAfter(version) }
        selection.renamed = LaterMoves(later).addresses(module: version.module)
        try await ApplyCommand(workspace: own, shared: shared, change: change, selection: selection)
            .run(program, purpose: .rollback, expected: nil)
        if !shared.json, own.recipeHasChanged {
            own.output.say("The recipe still says otherwise: the next `apply` would take it up again.")
        }
    }

    /// The version as one of the module that goes on with what its own had made.
    private func asOfNow(_ version: RunRecord, _ workspace: Workspace) async throws -> RunRecord {
        let ledger = workspace.engine.ledger
        let owner = try await ledger.owner(of: version)
        if owner == version.module { return version }
        var version = version
        version.module = owner
        let newest = try await ledger.versions(environment: version.environment, module: owner, limit: 1)
        version.recipe = newest.first?.recipe ?? version.recipe
        return version
    }

    private static let reach = 1000

    /// The version before the newest one of the module; where that is a rollback which did not come to its end, the one to
    /// which it was going.
    private func previous(_ workspace: Workspace) async throws -> RunRecord {
        let versions = try await workspace.engine.ledger.versions(
            environment: workspace.environment, module: workspace.module, limit: Self.reach)
        let earlier = versions.dropFirst()
        let found: RunRecord? =
            versions.first.flatMap { newest in
                let goesOn = newest.purpose == .rollback && newest.status != .succeeded
                // Phases and further attempts of the newest one are no others.
                return earlier.first { $0.hasWish(of: newest) == goesOn }
            }
        guard let found else {
            throw Diagnostic(
                .noSuchVersion, "there is no version before the newest one",
                help: ["history    lists the versions", "destroy    deletes everything that the module has made"])
        }
        return found
    }
}

extension RunRecord {
    /// True where it went by the same texts and values, to which both brought the module, or meant to.
    func hasWish(of other: RunRecord) -> Bool {
        basis == other.basis && (basis != nil || (purpose == .destroy) == (other.purpose == .destroy))
    }
}

extension OperationRecord {
    /// True where it is of a later run.
    fileprivate func isAfter(_ version: RunRecord) -> Bool {
        guard let own = RunName(run)?.number, let other = RunName(version.id)?.number else { return false }
        return own > other
    }
}

extension ResourceEffect {
    static let all: [ResourceEffect] = [.create, .update, .delete]

    fileprivate var done: String {
        switch self {
        case .create: "created"
        case .update: "updated"
        case .delete: "deleted"
        }
    }
}
