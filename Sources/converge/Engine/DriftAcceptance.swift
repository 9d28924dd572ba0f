// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
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
        let (ledger, kinds) = (workspace.engine.ledger, try workspace.kinds())
        let problems = Locked<(any Error)?>(nil)
        let isWhole = try await workspace.watching {
            try await workspace.engine.whileHoldingEnvironment(
                program.environment, wait: try change.waitDuration(), until: workspace.interruption
            ) { (lease) throws(Diagnostic) -> Bool in
                _ = try await Settler(store: ledger, surroundings: flow.surroundings)
                    .settleAll(environment: program.environment, under: lease)
                let snapshot = try await ledger.snapshot(environment: program.environment, module: program.module)
                let observations = try await Refresher(surroundings: flow.surroundings)
                    .observations(of: snapshot, onProgress: flow.onRefresh)
                let report = DriftReport(snapshot: snapshot, observations: observations, kinds: kinds)
                let items = try chosen(report)
                let edit = DriftEdit(items, in: origin.source)
                let accepted = items.filter { item in
                    !edit.left.contains { $0.address == item.record.identity.address }
                }
                do { try check(edit, origin, accepted, snapshot, observations) } catch let problem as Diagnostic {
                    throw problem
                } catch {
                    problems.value = error
                    throw Diagnostic(.recipeNotEdited, "the edited recipe cannot be checked")
                }
                tell(edit, origin, report)
                if !edit.taken.isEmpty, try await isWanted(origin) {
                    guard let path = origin.path else { return false }
                    try TextFile.write(edit.text, to: path)
                    let entries = report.accepted(accepted, at: flow.surroundings.clock.now())
                    if !entries.isEmpty { try await ledger.append(entries, under: lease) }
                    if !isJSON { workspace.output.print("Written. The ledger says what is there.") }
                }
                return edit.left.isEmpty
            }
        }
        if let problem = problems.value { throw problem }
        return isWhole
    }

    /// The recipe whose text is edited.
    private func recipe() throws(Diagnostic) -> RecipeOrigin {
        if let origin = workspace.origin, let path = origin.path, !workspace.invocation.isEditing(path) {
            return origin
        }
        throw Diagnostic(
            .recipeNotEdited, "`drift --accept` edits a recipe's file, and this module is edited at the prompt",
            help: ["drift    shows what differs; enter the declaration as it is to be"])
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
        guard try await question.confirm("Write this to \(origin.source.name)?") else {
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
                        "address": .string(taken.address.text), "path": .string(taken.difference.path),
                        "value": taken.difference.after ?? .null
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
        if !edit.taken.isEmpty { output.print(renderer(.heading, "Edits of \(origin.source.name)")) }
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
