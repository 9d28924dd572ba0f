// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Synchronization

/// What an apply knows while it goes on: which changes wait for which, and every resource's latest row.
final class ApplyState: Sendable {
    struct Result: Sendable {
        var done: [PlannedAction: Int]
        var failures: [Diagnostic]
        var left: [Address]
        var outputs: ObjectValue
    }

    private struct Content {
        var waitingFor: [Address: Int] = [:]
        var ready: [PlannedChange] = []
        var open: Set<Address>
        var records: [Address: ResourceRecord]
        var resources = ResourceState()
        var done: [PlannedAction: Int] = [:]
        var failures: [Diagnostic] = []
        var lost: Diagnostic?

        /// Makes a row the latest of its address.
        mutating func take(_ address: Address, _ row: ResourceRecord?) {
            records[address] = row
            resources.values[address] = row.map { $0.inputs.merging($0.outputs) }
        }
    }

    let program: Program
    private let changes: [Address: PlannedChange]
    private let graph: DependencyGraph
    private let identity: (environment: String, module: String)
    private let content: Mutex<Content>

    init(plan: Plan, work: [PlannedChange], program: Program, snapshot: LedgerSnapshot) {
        self.program = program
        identity = (plan.environment, plan.module)
        changes = Dictionary(work.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        graph = DependencyGraph(work.map { ($0.address, $0.dependencies) })
        var content = Content(open: Set(work.map(\.address)), records: snapshot.records)
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
        for change in work {
            let count = graph.dependencies(of: change.address).count
            content.waitingFor[change.address] = count
            if count == 0 { content.ready.append(change) }
        }
        self.content = Mutex(content)
    }

    /// Changes that wait for nothing more, each once.
    func takeReady() -> [PlannedChange] {
        content.withLock { content in
            if content.lost != nil { return [] }
            defer { content.ready.removeAll(keepingCapacity: true) }
            return content.ready
        }
    }

    /// The only change that waits for this one, where it waits for nothing else; it is not given to anybody else.
    ///
    /// The row counts from now on; `end` follows once it is written.
    func takeFollower(of change: PlannedChange, _ row: ResourceRecord?) -> PlannedChange? {
        let dependants = graph.dependants(of: change.address)
        guard dependants.count == 1, let dependant = dependants.first, let next = changes[dependant] else { return nil }
        return content.withLock { content in
            guard content.lost == nil, content.waitingFor[dependant] == 1 else { return nil }
            content.waitingFor[dependant] = 0
            content.take(change.address, row)
            return next
        }
    }

    func end(_ change: PlannedChange, _ outcome: ResourceOperation.Outcome) {
        content.withLock { content in
            switch outcome {
            case .done(let row), .unwritten(let row, _):
                content.open.remove(change.address)
                content.done[change.action, default: 0] += 1
                content.take(change.address, row)
                for dependant in graph.dependants(of: change.address) {
                    let left = (content.waitingFor[dependant] ?? 1) - 1
                    content.waitingFor[dependant] = left
                    if left == 0, let next = changes[dependant] { content.ready.append(next) }
                }
            case .stopped: break
            case .failed(let diagnostic), .lost(let diagnostic):
                content.open.remove(change.address)
                content.failures.append(diagnostic)
            }
        }
    }

    /// Ends the apply early: the ledger cannot be written.
    func stop(with diagnostic: Diagnostic) { content.withLock { $0.lost = $0.lost ?? diagnostic } }

    var lost: Diagnostic? { content.withLock { $0.lost } }

    func record(_ address: Address) -> ResourceRecord? { content.withLock { $0.records[address] } }

    /// The row that a change asks for, its inputs evaluated with what is known now.
    func newRow(_ change: PlannedChange, _ now: Timestamp) throws(Diagnostic) -> ResourceRecord {
        let resources = content.withLock { $0.resources }
        let inputs: ObjectValue
        do {
            inputs = try program.evaluation.inputs(of: change.address, in: resources)
        } catch {
            throw error.all.first ?? Diagnostic(.callInvalid, "the inputs of \(change.address) cannot be evaluated")
        }
        return ResourceRecord(
            identity: ResourceIdentity(
                environment: identity.environment, module: identity.module, address: change.address),
            kind: change.kind, schemaVersion: change.schemaVersion, provider: change.provider, status: .creating,
            inputs: inputs, outputs: [:], dependencies: change.dependencies, isProtected: change.isProtected,
            changed: now)
    }

    /// The row of a composite whose children are all there; nil where its outputs cannot be evaluated yet.
    func compositeRow(_ node: ResourceNode, _ form: CompositeForm, _ now: Timestamp) -> ResourceRecord? {
        let resources = content.withLock { $0.resources }
        do {
            let outputs = try program.evaluation.outputs(of: node.address, in: resources)
            let parameters = try program.evaluation.parameters(of: node.address, in: resources)
            return ResourceRecord(
                identity: ResourceIdentity(
                    environment: identity.environment, module: identity.module, address: node.address),
                kind: form.capability, schemaVersion: form.mappingVersion,
                provider: program.providers.first { $0.alias == form.provider }
                    ?? ProviderUse(alias: form.provider, plugin: form.provider),
                status: .ready, inputs: parameters, outputs: outputs, dependencies: form.children,
                isProtected: node.isProtected, composite: form, changed: now)
        } catch {
            return nil
        }
    }

    func result() -> Result {
        content.withLock { content in
            var outputs: ObjectValue = [:]
            do throws(Diagnostics) {
                outputs = try program.evaluation.outputs(in: content.resources)
            } catch {
                content.failures += error.all
            }
            return Result(
                done: content.done, failures: content.failures, left: content.open.sorted(), outputs: outputs)
        }
    }
}
