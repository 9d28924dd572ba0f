// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import RecipeRuntime
import Shell

/// Plan and apply, from the lease to the report: the one path of `apply`, `destroy`, a saved plan, and a run that
/// needs its resources first.
struct ApplyFlow: Sendable {
    let engine: Engine
    let interruption: Interruption
    let parallelism: Int
    let onEvent: @Sendable (ExecutionEvent) -> Void
    /// Told how far the reading of the platforms is.
    let onRefresh: @Sendable (RefreshProgress) -> Void

    enum Outcome: Sendable {
        /// Nothing had to change; the notes tell what was only recorded.
        case nothing(Plan, notes: [String])
        case applied(Plan, Applier.Report)
        /// A later phase did not begin, and why; with what was applied before.
        case appliedInPart(Plan, Applier.Report, why: Diagnostics)
        /// The person said no.
        case declined(Plan)
    }

    var surroundings: ExecutionSurroundings {
        engine.surroundings(interruption: interruption, parallelism: parallelism, onEvent: onEvent)
    }

    /// A plan without a lease, for looking at. One that is made offline contacts nothing.
    func preview(_ program: Program, selection: PlanSelection = .everything) async throws -> Preview {
        let recorded = try await engine.snapshot(environment: program.environment, module: program.module)
            .reached(by: program)
        let snapshot =
            selection.isOffline || selection.isRefreshOnly
            ? recorded
            : try await Adopter(store: engine.ledger, surroundings: surroundings).adopting(program, in: recorded)
        let observations = try await observations(of: recorded, selection)
        let fingerprints = try await fingerprints(of: snapshot)
        let phased = try PhasedPlan(program, snapshot, observations, selection, fingerprints: fingerprints)
        var plan = try await costed(try await estimated(phased.plan), phased.program, snapshot)
        plan.recordings = QuietChanges(plan, snapshot, fingerprints: fingerprints).notes
        let open = try await engine.ledger.openOperations(environment: program.environment)
            .filter { $0.identity.module == program.module }
        return Preview(plan: plan, snapshot: snapshot, observations: observations, openOperations: open)
    }

    /// The plan with what is known of how long it takes.
    private func estimated(_ plan: Plan) async throws(Diagnostic) -> Plan {
        guard plan.changes.contains(where: { $0.action.isEffect }) else { return plan }
        var plan = plan
        let history = try await engine.ledger.effectDurations(environment: plan.environment)
        plan.estimate = PlanEstimate(plan, history, parallelism: parallelism)
        return plan
    }

    private func observations(
        of snapshot: LedgerSnapshot, _ selection: PlanSelection
    ) async throws(Diagnostic) -> [Address: Observation] {
        if selection.isOffline { return [:] }
        return try await Refresher(surroundings: surroundings).observations(of: snapshot, onProgress: onRefresh)
    }

    /// The plan with what it costs.
    ///
    /// - Throws: What the environment's budget says against it.
    private func costed(
        _ plan: Plan, _ program: Program, _ snapshot: LedgerSnapshot
    ) async throws(Diagnostic) -> Plan {
        var plan = plan
        let cost = try await engine.cost(of: plan, program: program, from: snapshot)
        if let refusal = cost.refusal { throw refusal }
        plan.cost = cost
        return plan
    }

    struct Preview: Sendable {
        let plan: Plan
        let snapshot: LedgerSnapshot
        let observations: [Address: Observation]
        /// Interrupted operations, which an apply settles first.
        let openOperations: [OperationRecord]
    }

    /// Plans under the apply lease and, if `decide` agrees, applies.
    ///
    /// - Parameters:
    ///   - expected: A saved plan that must still be the right one.
    ///   - selection: What is wanted of the plan.
    ///   - only: The resources that may change; nil for all.
    ///   - texts: What the program was made from, kept with the run.
    ///   - isRename: Asked of what looks like one thing under another name; true keeps it.
    ///   - decide: Shown the plan; true applies it.
    func apply(
        _ program: Program, purpose: RunRecord.Purpose, recipe: String?, settings: ObjectValue, texts: RecipeTexts?,
        wait: Duration, expected: (file: PlanFile, digest: String)? = nil, selection: PlanSelection = .everything,
        only: Set<Address>? = nil,
        isRename: @escaping @Sendable (LikelyRename) async throws(Diagnostic) -> Bool = { _ in false },
        decide: @escaping @Sendable (Plan) async throws(Diagnostic) -> Bool
    ) async throws -> Outcome {
        let surroundings = surroundings
        let ledger = engine.ledger
        let problems = ProblemBox()
        let wish = Wish(
            program: program, purpose: purpose, recipe: recipe, settings: settings, texts: texts, expected: expected,
            only: only, isRename: isRename, decide: decide)
        let selected = expected?.file.plan.selection ?? selection
        do {
            return try await engine.whileHoldingEnvironment(program.environment, wait: wait, until: interruption) {
                (lease) throws(Diagnostic) -> Outcome in
                _ = try await Settler(store: ledger, surroundings: surroundings)
                    .settleAll(environment: program.environment, under: lease)
                var done: (plan: Plan, report: Applier.Report)?
                var number = 1
                var selection = selected
                if !selection.replace.isEmpty { selection.replaced = try await replacedBefore(program) }
                while true {
                    let outcome: Outcome
                    do throws(Diagnostic) {
                        outcome = try await phase(number, wish, selection, lease, problems)
                    } catch {
                        guard let done else { throw error }
                        return .appliedInPart(
                            done.plan, done.report, why: problems.value ?? Diagnostics([error.afterPhases]))
                    }
                    guard case .applied(let plan, let report) = outcome else {
                        guard let done else { return outcome }
                        guard case .declined = outcome else { return .applied(done.plan, done.report) }
                        return .appliedInPart(
                            done.plan, done.report,
                            why: Diagnostics([Diagnostic(.notConfirmed, "declined; \(Diagnostic.earlierPhasesStay)")]))
                    }
                    let total =
                        done.map { ($0.plan.followed(by: plan), $0.report.followed(by: report)) } ?? (plan, report)
                    let isWhole = report.failures.isEmpty && report.left.isEmpty && report.run.status == .succeeded
                    if plan.deferrals.isEmpty || !isWhole || only != nil { return .applied(total.0, total.1) }
                    done = total
                    number += 1
                    selection.checksNames = false
                    selection.replaced.formUnion(
                        plan.changes.filter { $0.action == .replace || $0.action == .create }.map(\.address))
                }
            }
        } catch let diagnostic {
            if let all = problems.value { throw all }
            throw diagnostic
        }
    }

    /// What the module's newest apply has made anew, where it did not come to its end: the same command goes on with it.
    private func replacedBefore(_ program: Program) async throws(Diagnostic) -> Set<Address> {
        let newest = try await engine.ledger.versions(
            environment: program.environment, module: program.module, limit: 1
        ).first
        guard let newest, newest.purpose == .apply, newest.status != .succeeded else { return [] }
        func successor(_ address: Address) -> Address { Address(String(address.text.prefix { $0 != "~" })) }
        let rows = try await engine.ledger.snapshot(environment: program.environment, module: program.module).records
        // An old one that is still there is one whose successor was made.
        var replaced = Set(rows.keys.filter { $0.text.contains("~") }.map(successor))
        // What was made and not there before was no replacement; asked for again it is one. Of what was deleted, whatever
        // is there now came later, also where nobody knew of it when the process ended.
        for operation in try await engine.ledger.operations(run: newest.id)
        where operation.status == .succeeded && operation.effect.isDeletion {
            replaced.insert(successor(operation.identity.address))
        }
        return replaced
    }

    /// What is asked of an apply.
    private struct Wish: Sendable {
        let program: Program
        let purpose: RunRecord.Purpose
        let recipe: String?
        let settings: ObjectValue
        let texts: RecipeTexts?
        let expected: (file: PlanFile, digest: String)?
        let only: Set<Address>?
        let isRename: @Sendable (LikelyRename) async throws(Diagnostic) -> Bool
        let decide: @Sendable (Plan) async throws(Diagnostic) -> Bool
    }

    /// One phase: what can be decided now is planned, asked for and applied.
    private func phase(
        _ number: Int, _ wish: Wish, _ selection: PlanSelection, _ lease: Lease, _ problems: ProblemBox
    ) async throws(Diagnostic) -> Outcome {
        let (environment, module, ledger) = (wish.program.environment, wish.program.module, engine.ledger)
        let recorded = try await engine.snapshot(environment: environment, module: module).reached(by: wish.program)
        let observations = try await observations(of: recorded, selection)
        let fingerprints = try await fingerprints(of: recorded)
        let snapshot: LedgerSnapshot
        let first: PhasedPlan
        do throws(Diagnostics) {
            snapshot = try await completed(recorded, wish, selection)
            first = try PhasedPlan(
                wish.program, snapshot, observations, selection, fingerprints: fingerprints)
            if wish.only == nil, let stuck = first.stuck { throw stuck }
        } catch {
            problems.set(error)
            throw error.all.first ?? Diagnostic(.planStale, "the plan cannot be made")
        }
        var phased = first
        let renamed = try await renamed(first.plan, wish)
        if !renamed.isEmpty {
            var selection = selection
            selection.renamed = renamed
            do throws(Diagnostics) {
                phased = try PhasedPlan(
                    wish.program, snapshot, observations, selection, fingerprints: fingerprints)
            } catch {
                problems.set(error)
                throw error.all.first ?? Diagnostic(.planStale, "the plan cannot be made")
            }
        }
        let program = phased.program
        var plan = phased.plan
        plan.phase = number
        if let only = wish.only { plan = plan.limited(to: only) }
        plan = try await costed(try await estimated(plan), program, snapshot)
        if let expected = wish.expected, number == 1 {
            if let begun = try await ledger.consumption(ofPlan: expected.digest) {
                try await engine.checkGoesOn(expected.file, begun, with: plan, of: program)
            } else {
                try await engine.check(expected.file, against: plan, of: program, snapshot, observations)
                try await ledger.consumePlan(digest: expected.digest, at: surroundings.clock.now())
            }
        }
        let quiet = QuietChanges(plan, snapshot, fingerprints: fingerprints)
        plan.recordings = quiet.notes
        let agreed = plan
        guard try await wish.decide(agreed) else { return .declined(agreed) }
        let isWhole = wish.only == nil && !selection.isPartial && !selection.isRefreshOnly
        let books = CompositeRows(
            program, records: snapshot.records, recorded: snapshot.records, now: surroundings.clock.now())
        if plan.isEmpty, quiet.isEmpty, !isWhole || books.entries.isEmpty {
            return .nothing(plan, notes: [])
        }
        let run = RunRecord(
            id: "", purpose: wish.purpose, environment: environment, module: module, recipe: wish.recipe,
            settings: wish.settings, parameters: program.parameters,
            basis: try await engine.basis(wish.texts, of: program), actor: surroundings.actor,
            started: surroundings.clock.now())
        let report = try await Applier(store: ledger, surroundings: surroundings)
            .apply(plan, of: program, from: snapshot, fingerprints: fingerprints, as: run, under: lease)
        return plan.isEmpty ? .nothing(plan, notes: quiet.notes + quiet.metWishes) : .applied(plan, report)
    }

    /// What stands for the present texts of the secrets in recorded inputs.
    private func fingerprints(of snapshot: LedgerSnapshot) async throws(Diagnostic) -> [String: String] {
        let secrets = snapshot.records.values.reduce(into: Set<SecretReference>()) { $0.formUnion($1.inputs.secrets) }
        return secrets.isEmpty ? [:] : try await surroundings.fingerprints.fingerprints(of: secrets, isRecorded: false)
    }

    /// What is recorded, with what the plan takes over besides.
    private func completed(
        _ recorded: LedgerSnapshot, _ wish: Wish, _ selection: PlanSelection
    ) async throws(Diagnostics) -> LedgerSnapshot {
        if selection.isRefreshOnly { return recorded }
        let adopted = try await Adopter(store: engine.ledger, surroundings: surroundings)
            .adopting(wish.program, in: recorded)
        if wish.purpose != .rollback { return adopted }
        return try await ForgottenThings(store: engine.ledger, surroundings: surroundings)
            .takingBack(wish.program, in: adopted)
    }

    /// What is kept under another name, as a person says.
    private func renamed(_ plan: Plan, _ wish: Wish) async throws(Diagnostic) -> [Address: Address] {
        if wish.only != nil || wish.expected != nil { return [:] }
        var renamed: [Address: Address] = [:]
        for rename in plan.renames where try await wish.isRename(rename) {
            renamed.merge(rename.moves) { first, _ in first }
        }
        return renamed
    }
}

extension Plan {
    /// Both phases as one plan, for telling what was done.
    fileprivate func followed(by next: Plan) -> Plan {
        var whole = next
        let later = Set(next.changes.filter { $0.action != .unchanged }.map(\.address))
        let earlier = changes.filter { $0.action != .unchanged && !later.contains($0.address) }
        let told = Set(earlier.map(\.address))
        whole.changes = earlier + next.changes.filter { !told.contains($0.address) }
        return whole
    }
}

extension Applier.Report {
    fileprivate func followed(by next: Applier.Report) -> Applier.Report {
        var whole = next
        whole.done.merge(done) { $0 + $1 }
        return whole
    }
}

/// Carries all of several problems past a border that lets one through.
private final class ProblemBox: Sendable {
    private let stored = Locked<Diagnostics?>(nil)
    var value: Diagnostics? { stored.value }
    func set(_ problems: Diagnostics) { stored.value = problems }
}

extension Diagnostic {
    fileprivate static let earlierPhasesStay = "what was applied before stays, and nothing else was changed"

    /// What stopped a later phase: not all is as it was.
    fileprivate var afterPhases: Diagnostic {
        guard code == .applyInterrupted else { return self }
        return Diagnostic(code, "stopped at the question; \(Self.earlierPhasesStay)", help: help)
    }
}

extension OperationRecord.Effect {
    fileprivate var isDeletion: Bool { if case .resource(.delete, _) = self { true } else { false } }
}
