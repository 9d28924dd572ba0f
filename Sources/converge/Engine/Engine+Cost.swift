// SPDX-License-Identifier: Apache-2.0
import CSystemCalls
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import RecipeRuntime

extension Engine {
    /// The prices of kinds, by the tables of every plugin that name one of them.
    ///
    /// - Throws: A diagnostic for a table that cannot be read: what is missing from it would be missing from estimates.
    private func priceBook(of kinds: Set<String>) throws(Diagnostic) -> PriceBook {
        var tables: [PriceTable] = []
        for plugin in catalog.plugins { tables += try Self.priceTables(of: plugin.manifest, naming: kinds) }
        return PriceBook(tables)
    }

    /// - Parameter kinds: Nil for all tables.
    private static func priceTables(
        of manifest: PluginManifest, naming kinds: Set<String>? = nil
    ) throws(Diagnostic) -> [PriceTable] {
        var tables: [PriceTable] = []
        for table in try manifest.priceTables.all() where kinds.map({ names(table, $0) }) ?? true {
            do throws(TableFault) {
                tables.append(try PriceTable(json: table.text))
            } catch {
                throw Diagnostic(
                    .priceTableUnreadable,
                    "the price table \(table.path) of the plugin '\(manifest.name)' cannot be read",
                    notes: [error.reason], help: ["mend the table and build the plugin again"])
            }
        }
        return tables
    }

    /// Whether a table names one of the kinds: a plugin of a large platform has dozens, of which a plan needs a few.
    private static func names(_ table: PluginText, _ kinds: Set<String>) -> Bool {
        var text = table.text
        return text.withUTF8 { bytes in
            kinds.contains { kind in
                var name = "\"\(kind)\""
                return name.withUTF8 { csc_contains(bytes.baseAddress, bytes.count, $0.baseAddress, $0.count) != 0 }
            }
        }
    }

    /// Holds a plugin's own prices to their form, and their expressions to the fields of its kinds.
    static func checkPrices(of manifest: PluginManifest) throws {
        let tables = try priceTables(of: manifest)
        let own = Vocabulary([
            VocabularyPlugin(name: manifest.name, resourceKinds: VocabularyKinds(manifest.resourceKinds))
        ])
        let problems = PriceEvaluation(own, PriceBook(tables)).problems(of: manifest.resourceKinds.names)
        if !problems.isEmpty { throw Diagnostics(problems) }
    }

    /// Estimates costs of things of some kinds by the prices of every plugin.
    func costEstimator(of kinds: some Sequence<String>) throws(Diagnostic) -> CostEstimator {
        CostEstimator(
            prices: try prices(of: Set(kinds)) { (kinds) throws(Diagnostic) in
                PriceEvaluation(vocabulary, try priceBook(of: kinds))
            })
    }

    private func costEstimator(
        of plan: Plan, _ snapshot: LedgerSnapshot, _ others: [ResourceRecord] = []
    ) throws(Diagnostic) -> CostEstimator {
        try costEstimator(
            of: plan.changes.map(\.kind) + snapshot.records.values.map(\.kind) + others.map(\.kind))
    }

    /// What a program costs beside what is recorded of it, whatever the budget says. No platform is asked.
    func costReport(_ program: Program) async throws -> CostReport {
        let snapshot = try await ledger.snapshot(environment: program.environment, module: program.module)
        let phased = try PhasedPlan(program, snapshot, [:])
        return try costEstimator(of: phased.plan, snapshot).report(phased.plan, phased.program, snapshot)
    }

    /// What a plan costs, held against the environment's budget.
    func cost(of plan: Plan, program: Program, from snapshot: LedgerSnapshot) async throws(Diagnostic) -> PlanCost {
        let budget: Budget?
        do { budget = try environmentDefinition().budget } catch let problem as Diagnostic { throw problem } catch {
            // What else is wrong with the project's file was told before there was a plan.
            budget = nil
        }
        var others: [ResourceRecord] = []
        if budget != nil {
            others = try await ledger.records(environment: plan.environment)
                .filter { $0.identity.module != plan.module && $0.status != .forgotten }
        }
        let estimator = try costEstimator(of: plan, snapshot, others)
        return PlanCost(
            report: estimator.report(plan, program, snapshot), elsewhere: estimator.report(others), budget: budget,
            environment: plan.environment)
    }
}

/// Estimates of what plans and records cost.
struct CostEstimator {
    let prices: PriceEvaluation

    /// What recorded things cost.
    func report(_ records: [ResourceRecord]) -> CostReport {
        var capabilities: [String: CostItem.Capability] = [:]
        for record in records {
            guard let composite = record.composite else { continue }
            for child in composite.children {
                capabilities[record.identity.module + "\n" + child.text] = CostItem.Capability(
                    name: composite.capability, address: record.identity.address)
            }
        }
        return CostReport(
            records.filter { $0.composite == nil }
                .sorted { ($0.identity.module, $0.identity.address) < ($1.identity.module, $1.identity.address) }
                .map { record in
                    let cost = cost(record)
                    return CostItem(
                        module: record.identity.module, address: record.identity.address, kind: record.kind,
                        owner: record.owner, labels: Self.labels(record.inputs),
                        capability: capabilities[record.identity.module + "\n" + record.identity.address.text],
                        before: cost, after: cost)
                })
    }

    /// What the things of a module cost before and after a plan.
    func report(_ plan: Plan, _ program: Program, _ snapshot: LedgerSnapshot) -> CostReport {
        var capabilities: [Address: CostItem.Capability] = [:]
        for record in snapshot.records.values {
            for child in record.composite?.children ?? [] {
                capabilities[child] = record.composite.map {
                    CostItem.Capability(name: $0.capability, address: record.identity.address)
                }
            }
        }
        for node in program.resources {
            guard case .composite(let composite) = node.form else { continue }
            for child in composite.children {
                capabilities[child] = CostItem.Capability(name: composite.capability, address: node.address)
            }
        }
        let covered = Set(plan.changes.map { $0.movedFrom ?? $0.address })
        let left = report(snapshot.records.values.filter { !covered.contains($0.identity.address) }).items
        var items =
            left
            + plan.changes.filter { $0.successor == nil }.map { change -> CostItem in
                let record = snapshot.records[change.movedFrom ?? change.address]
                let before = change.adopted == nil ? record.map { cost($0) } : nil
                var after: ThingCost?
                if change.action == .unchanged, record?.inputs == change.inputs {
                    after = before
                } else if change.action != .delete, change.action != .refresh || change.outputs != nil {
                    after = prices.cost(
                        ofKind: change.kind, inputs: change.inputs, connection: change.provider.settings)
                }
                return CostItem(
                    module: plan.module, address: change.address, kind: change.kind,
                    owner: change.action == .delete ? record?.owner : change.owner,
                    labels: Self.labels(change.action == .delete ? record?.inputs ?? [:] : change.inputs),
                    capability: capabilities[change.address], before: before, after: after,
                    isChanged: change.action != .unchanged)
            }
        for deferral in plan.deferrals {
            let waiting = ThingCost([
                ChargeEstimate(charge: "", verdict: .unknown("decided in a later phase, by \(deferral.origin)"))
            ])
            items += deferral.names.map { name in
                CostItem(
                    module: plan.module, address: Address(name), kind: "(later)", before: nil, after: waiting)
            }
        }
        return CostReport(items)
    }

    private func cost(_ record: ResourceRecord) -> ThingCost {
        prices.cost(ofKind: record.kind, inputs: record.inputs, connection: record.provider.settings)
    }

    /// What a thing is labelled with, in the words of the contracts or of its platform.
    private static func labels(_ inputs: ObjectValue) -> ObjectValue {
        inputs["labels"]?.object ?? inputs["tags"]?.object ?? [:]
    }
}
