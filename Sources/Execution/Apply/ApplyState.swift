// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Synchronization

/// What an apply knows while it goes on: which changes wait for which, and every resource's latest row.
final class ApplyState: Sendable {
    struct Result: Sendable {
        var done: [PlannedAction: Int]
        var failures: [Diagnostic]
        /// What failed, or does not hold what a policy ensures.
        var failed: [Address]
        var left: [Address]
        var outputs: ObjectValue
    }

    /// What a rule was broken with leave for.
    private struct Exempt: Hashable {
        let policy: String
        let resource: Address
    }

    private struct Content {
        var waitingFor: [Address: Int] = [:]
        var ready: [PlannedChange] = []
        /// Changes that wait for another one only because a rule looks at what that makes known, by that one.
        var held: [Address: [PlannedChange]] = [:]
        var open: Set<Address>
        var records: [Address: ResourceRecord]
        var resources = ResourceState()
        var done: [PlannedAction: Int] = [:]
        var failures: [Diagnostic] = []
        var failed: Set<Address> = []
        var exempt: Set<Exempt> = []
        /// Exemptions that came into use and were not taken yet.
        var exemptions: [PolicyFinding] = []
        /// Findings that the plan or the apply has told.
        var told: Set<PolicyFinding>
        var lost: Diagnostic?

        mutating func takeUse(of finding: PolicyFinding) {
            if exempt.insert(Exempt(policy: finding.policy, resource: finding.resource)).inserted {
                exemptions.append(finding)
            }
        }

        /// Makes a row the latest of its address.
        mutating func take(_ address: Address, _ row: ResourceRecord?) {
            records[address] = row
            resources.values[address] = row.map { $0.inputs.merging($0.outputs) }
        }
    }

    let program: Program
    private let changes: [Address: PlannedChange]
    private let graph: DependencyGraph
    private let owners: [Address: [ResourceNode]]
    private let ignored: [Address: IgnoredFields]
    /// Where what is replaced is kept until it goes.
    private let formerAddresses: [Address: Address]
    private let identity: (environment: String, module: String)
    private let content: Mutex<Content>

    init(plan: Plan, work: [PlannedChange], program: Program, snapshot: LedgerSnapshot) {
        self.program = program
        identity = (plan.environment, plan.module)
        changes = Dictionary(work.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        ignored = Dictionary(
            program.resources.filter { !$0.ignored.isEmpty }.map { ($0.address, IgnoredFields($0.ignored)) },
            uniquingKeysWith: { first, _ in first })
        formerAddresses = Dictionary(
            work.filter { !$0.goesFirst }.compactMap { change in change.successor.map { ($0, change.address) } },
            uniquingKeysWith: { first, _ in first })
        owners = program.policies.isEmpty ? [:] : Self.owners(program)
        graph = DependencyGraph(work.map { ($0.address, $0.dependencies + $0.after) })
        var content = Content(open: Set(work.map(\.address)), records: snapshot.records, told: Set(plan.policies))
        for finding in plan.policies where finding.isExempt && finding.verdict == .broken && finding.effect != .warn {
            content.takeUse(of: finding)
        }
        for change in plan.changes {
            if let former = change.movedFrom, var row = content.records.removeValue(forKey: former) {
                row.identity.address = change.address
                content.records[change.address] = row
            }
        }
        content.resources.values.reserveCapacity(content.records.count)
        for (address, record) in content.records where changes[address] == nil {
            content.resources.values[address] = record.inputs.merging(record.outputs)
        }
        let kinds = Dictionary(
            (owners.isEmpty ? [] : program.resources).compactMap { node in node.kindSchema.map { (node.address, $0) } },
            uniquingKeysWith: { first, _ in first })
        for change in work where change.action == .update && owners[change.address] != nil {
            // Its rules are judged before it is done, and look at what it keeps.
            guard let record = content.records[change.address],
                let kind = kinds[change.address]
            else { continue }
            content.resources.values[change.address] = change.expected(kind, outputs: record.outputs)
        }
        for change in work {
            let count = graph.dependencies(of: change.address).count
            content.waitingFor[change.address] = count
            if count == 0 { content.ready.append(change) }
        }
        self.content = Mutex(content)
    }

    /// Changes that wait for nothing more, each once.
    func takeReady() -> [PlannedChange] {
        let ready = content.withLock { content in
            if content.lost != nil { return [PlannedChange]() }
            defer { content.ready.removeAll(keepingCapacity: true) }
            return content.ready
        }
        return owners.isEmpty ? ready : ready.filter { !holds($0) }
    }

    /// Lets a part of a capability wait where a rule that may deny the capability looks at something that another change
    /// is still to make known.
    private func holds(_ change: PlannedChange) -> Bool {
        guard let owners = owners[change.address], owners.contains(where: \.isComposite) else { return false }
        let resources = content.withLock { $0.resources }
        for node in owners where node.isComposite {
            let findings: [PolicyFinding]
            do throws(Diagnostics) {
                findings = try program.evaluation.findings(on: node.address, at: .before, in: resources)
            } catch {
                // It is told when the change begins.
                return false
            }
            for finding in findings where finding.effect == .deny && !finding.isExempt {
                guard case .undecided(let origin) = finding.verdict else { continue }
                let isHeld = content.withLock { content in
                    let other = content.open.first { origin.hasPrefix($0.text + ".") }
                    guard let other, other != change.address, !waits(other, for: change.address, content.held) else {
                        return false
                    }
                    content.held[other, default: []].append(change)
                    return true
                }
                if isHeld { return true }
            }
        }
        return false
    }

    /// Whether a change comes after another one, whatever lies between.
    private func waits(_ change: Address, for other: Address, _ held: [Address: [PlannedChange]]) -> Bool {
        var (seen, left): (Set<Address>, [Address]) = ([], [change])
        while let next = left.popLast() {
            if next == other { return true }
            guard seen.insert(next).inserted else { continue }
            left += graph.dependencies(of: next)
            left += held.filter { $0.value.contains { $0.address == next } }.keys
        }
        return false
    }

    /// The only change that waits for this one, where it waits for nothing else; it is not given to anybody else.
    ///
    /// The row counts from now on; `end` follows once it is written.
    func takeFollower(of change: PlannedChange, _ row: ResourceRecord?) -> PlannedChange? {
        let dependants = graph.dependants(of: change.address)
        guard dependants.count == 1, let dependant = dependants.first, let next = changes[dependant],
            owners[dependant]?.contains(where: \.isComposite) != true
        else { return nil }
        return content.withLock { content in
            guard content.lost == nil, content.waitingFor[dependant] == 1 else { return nil }
            content.waitingFor[dependant] = 0
            content.take(change.recorded, row)
            return next
        }
    }

    func end(_ change: PlannedChange, _ outcome: ResourceOperation.Outcome) {
        content.withLock { content in
            switch outcome {
            case .done(let row), .unwritten(let row, _), .broken(let row, _):
                content.open.remove(change.address)
                content.done[change.action, default: 0] += 1
                content.take(change.recorded, row)
                if case .broken(_, let diagnostics) = outcome {
                    content.failures += diagnostics
                    content.failed.insert(change.address)
                    return
                }
                content.ready += content.held.removeValue(forKey: change.address) ?? []
                for dependant in graph.dependants(of: change.address) {
                    let left = (content.waitingFor[dependant] ?? 1) - 1
                    content.waitingFor[dependant] = left
                    if left == 0, let next = changes[dependant] { content.ready.append(next) }
                }
            case .stopped: break
            case .failed(let diagnostic), .lost(let diagnostic):
                content.open.remove(change.address)
                content.failed.insert(change.address)
                content.failures.append(diagnostic)
            }
        }
    }

    /// Ends the apply early: the ledger cannot be written.
    func stop(with diagnostic: Diagnostic) { content.withLock { $0.lost = $0.lost ?? diagnostic } }

    var lost: Diagnostic? { content.withLock { $0.lost } }

    var records: [Address: ResourceRecord] { content.withLock { $0.records } }

    func record(_ address: Address) -> ResourceRecord? { content.withLock { $0.records[address] } }

    /// The row that a change asks for, its inputs evaluated with what is known now.
    func newRow(_ change: PlannedChange, _ now: Timestamp) throws(Diagnostic) -> ResourceRecord {
        let resources = content.withLock { $0.resources }
        var inputs: ObjectValue
        do {
            inputs = try program.evaluation.inputs(of: change.address, in: resources)
            if change.action == .update, let ignored = ignored[change.address] {
                inputs = ignored.applied(to: inputs, keeping: change.inputs)
            }
        } catch {
            throw error.all.first ?? Diagnostic(.callInvalid, "the inputs of \(change.address) cannot be evaluated")
        }
        var row = ResourceRecord(
            identity: ResourceIdentity(
                environment: identity.environment, module: identity.module, address: change.address),
            kind: change.kind, schemaVersion: change.schemaVersion, provider: change.provider, status: .creating,
            inputs: inputs, outputs: [:], dependencies: change.dependencies, isProtected: change.isProtected,
            changed: now)
        (row.owner, row.ignored) = (change.owner, change.ignored)
        return row
    }

    /// Where the old thing is kept until it goes; nil where the plan takes none away.
    func formerAddress(of address: Address) -> Address? {
        formerAddresses[address]
    }

    func keep(_ former: ResourceRecord) { content.withLock { $0.records[former.identity.address] = former } }

    // MARK: Policies

    /// For each native resource what policies speak of: itself and the capabilities that it is a part of.
    private static func owners(_ program: Program) -> [Address: [ResourceNode]] {
        let kinds = Set(program.policies.map(\.kind))
        var owners: [Address: [ResourceNode]] = [:]
        for node in program.resources where kinds.contains(node.kindName) {
            guard case .composite(let composite) = node.form else {
                owners[node.address, default: []].append(node)
                continue
            }
            for child in composite.children { owners[child, default: []].append(node) }
        }
        return owners
    }

    /// What keeps a change from being begun: rules that deny it, and those that nobody can decide in time.
    func denials(of change: PlannedChange) throws(Diagnostics) -> [Diagnostic] {
        guard let owners = owners[change.address] else { return [] }
        return try diagnostics(owners, at: .before, in: content.withLock { $0.resources }) { $0.effect == .deny }
    }

    /// Warnings that could not be told when the plan was made, each once.
    func warnings(of change: PlannedChange) throws(Diagnostics) -> [PolicyFinding] {
        guard let owners = owners[change.address] else { return [] }
        let resources = content.withLock { $0.resources }
        var warnings: [PolicyFinding] = []
        for node in owners {
            for finding in try program.evaluation.findings(on: node.address, at: .before, in: resources)
            where finding.effect == .warn && finding.verdict == .broken && !finding.isExempt {
                if content.withLock({ $0.told.insert(finding).inserted }) { warnings.append(finding) }
            }
        }
        return warnings
    }

    /// What a change that was done leaves broken, of itself and of the capabilities that it completes.
    ///
    /// - Parameter row: As it is recorded now.
    func breaches(after change: PlannedChange, _ row: ResourceRecord?) throws(Diagnostics) -> [Diagnostic] {
        guard let row, let owners = owners[change.address] else { return [] }
        let (resources, complete) = content.withLock { content in
            content.take(change.address, row)
            return (content.resources, owners.filter { Self.isComplete($0, content.records) })
        }
        return try diagnostics(complete, at: .after, in: resources) { $0.verdict == .broken }
    }

    private static func isComplete(_ node: ResourceNode, _ records: [Address: ResourceRecord]) -> Bool {
        guard case .composite(let composite) = node.form else { return true }
        return composite.children.allSatisfy { records[$0]?.status == .ready }
    }

    private func diagnostics(
        _ nodes: [ResourceNode], at stage: PolicyStage, in resources: ResourceState,
        _ counts: (PolicyFinding) -> Bool
    ) throws(Diagnostics) -> [Diagnostic] {
        var refusals: [Diagnostic] = []
        for node in nodes {
            for finding in try program.evaluation.findings(on: node.address, at: stage, in: resources)
            where counts(finding) {
                if finding.isExempt {
                    if finding.verdict == .broken { content.withLock { $0.takeUse(of: finding) } }
                } else {
                    refusals.append(finding.diagnostic(at: node.place))
                }
            }
        }
        return refusals
    }

    /// The exemptions that came into use since they were asked for last, each once.
    func takeExemptions() -> [PolicyFinding] {
        content.withLock { content in
            defer { content.exemptions = [] }
            return content.exemptions
        }
    }

    func result() -> Result {
        content.withLock { content in
            var outputs: ObjectValue = [:]
            do throws(Diagnostics) {
                // What a later phase decides is not known yet.
                outputs = try program.evaluation.outputs(in: content.resources).filter { !$0.value.containsUnknown }
            } catch {
                content.failures += error.all
            }
            return Result(
                done: content.done, failures: content.failures, failed: content.failed.sorted(),
                left: content.open.sorted(), outputs: outputs)
        }
    }
}

extension ResourceNode {
    fileprivate var isComposite: Bool { if case .composite = form { true } else { false } }
}
