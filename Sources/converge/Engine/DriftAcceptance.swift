// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import RecipeRuntime
import RecipeSyntax
import Shell

/// What `drift --accept` does: the recipe says what is there from then on, and so does the ledger.
struct DriftAcceptance {
    let workspace: Workspace
    let flow: ApplyFlow
    let change: ChangeOptions
    let isJSON: Bool
    let only: [String]

    /// - Returns: True where nothing is left of what was to be accepted.
    func run(_ program: Program) async throws -> Bool {
        let origin = try recipe()
        try workspace.beginChange()
        try checkIsPresent(origin)
        let (ledger, kinds) = (workspace.engine.ledger, workspace.kinds)
        let problems = Locked<(any Error)?>(nil)
        let isWhole = try await workspace.watching {
            try await workspace.engine.whileHoldingEnvironment(
                program.environment, wait: try change.waitDuration(), until: workspace.interruption
            ) { (lease) throws(Diagnostic) -> Bool in
                _ = try await Settler(store: ledger, surroundings: flow.surroundings)
                    .settleAll(environment: program.environment, under: lease)
                let snapshot = try await ledger.snapshot(environment: program.environment, module: program.module)
                    .reached(by: program)
                let observations = try await Refresher(surroundings: flow.surroundings)
                    .observations(of: snapshot, onProgress: flow.onRefresh)
                let report = DriftReport(snapshot: snapshot, observations: observations, kinds: kinds)
                let items = try chosen(report)
                let edit: DriftEdit
                do {
                    edit = try self.edit(items, origin, snapshot, observations)
                } catch let problem as Diagnostic {
                    throw problem
                } catch {
                    problems.value = error
                    throw Diagnostic(.recipeNotEdited, "the edited recipe cannot be checked")
                }
                tell(edit, origin, report)
                if !edit.taken.isEmpty, try await isWanted(origin) {
                    try write(edit.text, of: origin)
                    let entries =
                        report.accepted(edit.accepted(items), at: flow.surroundings.clock.now())
                        + composites(edit, snapshot)
                    let line = report.line(
                        "drift", "accepted", edit.taken.map(\.address), of: program, flow.surroundings)
                    try await ledger.append(entries + [.audit(line)], under: lease)
                    if !isJSON {
                        workspace.output.print(
                            edit.left.isEmpty
                                ? "Written. The ledger says what is there."
                                : "Written, and recorded. What is left as it is, `drift` goes on to show.")
                    }
                }
                return edit.left.isEmpty
            }
        }
        if let problem = problems.value { throw problem }
        return isWhole
    }

    /// The recipe whose text is edited.
    private func recipe() throws(Diagnostic) -> RecipeOrigin {
        if let origin = workspace.origin, origin.path != nil || prompt(of: origin) != nil { return origin }
        throw Diagnostic(
            .recipeNotEdited, "`drift --accept` edits a recipe's file, and one from standard input has none",
            help: ["keep the recipe in a file: drift FILE --accept"])
    }

    /// The module at the prompt where that is the one whose text is edited.
    private func prompt(of origin: RecipeOrigin) -> PromptModule? {
        guard workspace.invocation.isAtPrompt, let prompt = workspace.invocation.prompt else { return nil }
        if let path = origin.path { return workspace.invocation.isEditing(path) ? prompt : nil }
        return origin.module == RecipeOrigin.scratchModule && prompt.home == .scratch ? prompt : nil
    }

    /// Refuses a text that another prompt has changed since it was read.
    private func checkIsPresent(_ origin: RecipeOrigin) throws(Diagnostic) {
        guard let prompt = prompt(of: origin), Array(prompt.text.text.utf8) != origin.source.utf8 else { return }
        throw Diagnostic(.recipeNotEdited, "the module at the prompt was changed meanwhile", help: ["try again"])
    }

    private func write(_ text: String, of origin: RecipeOrigin) throws(Diagnostic) {
        if let prompt = prompt(of: origin) {
            let module = ModuleText(text)
            try ScratchKeeper(project: workspace.engine.project).save(module, home: prompt.home)
            // `undo` brings the text before back.
            prompt.replace(module)
        } else if let path = origin.path {
            try TextFile.write(text, to: path)
        }
    }

    private func name(of origin: RecipeOrigin) -> String {
        prompt(of: origin) == nil ? origin.source.name : "the module at the prompt"
    }

    /// The edit that the recipe is checked with. A declaration of what is gone stays where another one reads it.
    private func edit(
        _ items: [DriftReport.Item], _ origin: RecipeOrigin, _ snapshot: LedgerSnapshot,
        _ observations: [Address: Observation]
    ) throws -> DriftEdit {
        var things = DriftEdit.Things(
            recorded: Set(snapshot.records.values.filter { $0.composite == nil }.map(\.identity.address)),
            gone: Set(observations.filter { if case .gone = $0.value { true } else { false } }.map(\.key)))
        while true {
            let edit = DriftEdit(items, of: things, in: origin.source)
            do {
                try check(edit, origin, edit.accepted(items), snapshot, observations)
                return edit
            } catch let problems as Diagnostics {
                let known = things.kept.count
                for address in edit.removed {
                    let name = String(address.text.prefix { $0 != "[" })
                    guard
                        let problem = problems.all.first(where: {
                            $0.code == .unknownName && $0.message.contains("'\(name)'")
                        })
                    else { continue }
                    things.kept[name] = Self.reader(of: name, problem, in: origin)
                }
                if things.kept.count == known { throw problems }
            }
        }
    }

    /// Says who reads what is gone.
    private static func reader(of name: String, _ problem: Diagnostic, in origin: RecipeOrigin) -> String {
        guard let excerpt = problem.labels.first?.place.excerpt.trimmed, !excerpt.isEmpty else {
            return "something reads it"
        }
        return "`\(excerpt)` of \(origin.source.name) reads it"
    }

    /// What is recorded of things as a whole whose declarations are taken out: they are there by their parts alone.
    private func composites(_ edit: DriftEdit, _ snapshot: LedgerSnapshot) -> [JournalEntry] {
        snapshot.records.values.filter { record in
            record.composite != nil
                && edit.removed.contains {
                    record.identity.address == $0 || record.identity.address.text.hasPrefix("\($0)/")
                }
        }.map { .resource(.remove($0.identity)) }
    }

    private func chosen(_ report: DriftReport) throws(Diagnostic) -> [DriftReport.Item] {
        let addresses = report.items.map(\.record.identity.address)
        for name in only where !addresses.contains(where: { $0.isMeant(by: name) }) {
            throw Diagnostic(
                .nothingToAccept, "nothing of the address '\(name)' has drifted",
                help: NearestName.find(name, in: addresses.map(\.text)).map { ["did you mean '\($0)'?"] }
                    ?? ["drift    shows what has"])
        }
        if only.isEmpty { return report.items }
        return report.items.filter { item in only.contains { item.record.identity.address.isMeant(by: $0) } }
    }

    /// Holds the edited recipe to what is there: it must say just that.
    private func check(
        _ edit: DriftEdit, _ origin: RecipeOrigin, _ accepted: [DriftReport.Item], _ snapshot: LedgerSnapshot,
        _ observations: [Address: Observation]
    ) throws {
        guard !edit.taken.isEmpty,
            let edited = try workspace.program(
                of: RecipeOrigin(
                    source: SourceText(name: origin.source.name, edit.text), path: origin.path, module: origin.module,
                    folder: origin.folder))
        else { return }
        let state = PhasedPlan.known(snapshot, observations)
        for item in accepted {
            guard case .found(let inputs, _, _) = item.observation else { continue }
            let address = item.record.identity.address
            let declared = try edited.evaluation.inputs(of: address, in: state)
            let fields = edited.resource(address)?.kindSchema?.fields ?? []
            let rest = FieldComparison.differences(from: inputs, to: declared, fields: fields)
                .filter { difference in item.fields.contains { $0.path == difference.path } }
            if let first = rest.first {
                throw Diagnostic(
                    .recipeNotEdited, "the edited recipe would not say what is there: `\(first.path)` of \(address)",
                    help: ["edit \(origin.source.name) by hand, so that `plan` changes nothing"])
            }
        }
    }

    private func isWanted(_ origin: RecipeOrigin) async throws(Diagnostic) -> Bool {
        if change.yes || workspace.invocation.isConfirmed { return true }
        let question = Question(output: workspace.output, interruption: workspace.interruption)
        guard try await question.confirm("Write this to \(name(of: origin))?") else {
            throw Diagnostic(.notConfirmed, "declined; nothing was changed")
        }
        return true
    }

    private func tell(_ edit: DriftEdit, _ origin: RecipeOrigin, _ report: DriftReport) {
        let output = workspace.output
        if isJSON {
            var document = report.document
            document["accepted"] = .list(
                edit.taken.map { taken in
                    .object([
                        "address": .string(taken.address.text), "path": .string(taken.difference?.path ?? ""),
                        "value": taken.difference?.after ?? .null
                    ])
                })
            document["left"] = .list(
                edit.left.map { left in
                    .object([
                        "address": .string(left.address.text), "path": .string(left.path),
                        "reason": .string(left.reason)
                    ])
                })
            output.print(document: document)
            return
        }
        if report.isEmpty { return output.print(report.text(output.style), terminator: "") }
        let renderer = output.style
        if !edit.taken.isEmpty { output.print(renderer(.heading, "Edits of \(name(of: origin))")) }
        for line in edit.taken.isEmpty ? [] : edit.lines() {
            let number = line.number.map(String.init) ?? ""
            let column = String(repeating: " ", count: max(0, 4 - number.count)) + number
            output.print(
                column + (line.isNew ? renderer(.added, " + \(line.text)") : renderer(.removed, " - \(line.text)")))
        }
        if edit.left.isEmpty { return }
        output.print(renderer(.heading, "Left as it is"))
        for left in edit.left {
            output.print("  \(left.address)\(left.path.isEmpty ? "" : ".\(left.path)"): \(left.reason)")
        }
    }
}

extension DriftEdit {
    /// The differences that the recipe says now: of some things all, of others some.
    func accepted(_ items: [DriftReport.Item]) -> [DriftReport.Item] {
        let left = Set(left.map(\.address))
        let taken = Dictionary(grouping: taken, by: \.address)
        return items.compactMap { item in
            let address = item.record.identity.address
            if !left.contains(address) { return item }
            return item.part(Set((taken[address] ?? []).compactMap { $0.difference?.path }))
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
