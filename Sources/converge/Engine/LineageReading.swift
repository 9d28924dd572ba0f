// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

/// Puts together what comes of what in an environment: from the rows of the ledger, from what the newest run of each
/// workflow read and wrote, and from what a recipe declares.
struct LineageReading {
    private(set) var graph = LineageGraph()
    private let kinds: KnownKinds
    /// The capability that a part belongs to, by module and address.
    private var wholes: [String: [Address: Address]] = [:]
    /// What serves models, by module.
    private var hosts: [String: Set<Address>] = [:]

    init(kinds: KnownKinds) { self.kinds = kinds }

    // MARK: The ledger

    mutating func take(_ records: [ResourceRecord]) {
        for record in records {
            for child in record.composite?.children ?? [] {
                wholes[record.identity.module, default: [:]][child] = record.identity.address
            }
        }
        for record in records {
            let module = record.identity.module
            let node = resource(record.identity.address, of: module)
            let isWhole = node.name == record.identity.address.text
            graph.add(node, LineageGraph.Detail(kind: isWhole ? record.kind : ""))
            let facets = record.composite?.facets ?? kinds[record.kind]?.facets ?? []
            if facets.contains("ModelHost") { hosts[module, default: []].insert(Address(node.name)) }
            if record.composite == nil {
                for other in record.dependencies { graph.connect(resource(other, of: module), to: node) }
            }
            if case .reference(let model)? = record.outputs["model"], model.type == "Model" {
                graph.connect(LineageGraph.Node(.model, module: module, name: model.name), to: node)
            }
        }
    }

    /// What the steps of a run read and wrote.
    mutating func take(_ run: RunRecord, _ operations: [OperationRecord]) {
        for operation in operations {
            guard case .step(let kind) = operation.effect else { continue }
            let module = operation.identity.module
            let step = LineageGraph.Node(.step, module: module, name: operation.identity.address.text)
            graph.add(step, LineageGraph.Detail(kind: kind, workflow: run.workflow, run: run.id))
            for read in operation.reads { graph.connect(node(read, of: module), to: step) }
            var written: Set<LineageGraph.Node> = []
            for write in operation.writes {
                let node = node(write, of: module)
                graph.connect(step, to: node)
                written.insert(node)
                if let holder = write.resource { written.insert(resource(holder, of: module)) }
            }
            uses(operation.inputs, by: step, except: written)
        }
    }

    // MARK: A recipe

    mutating func take(_ program: Program) {
        let module = program.module
        for node in program.resources {
            if case .composite(let form) = node.form {
                for child in form.children { wholes[module, default: [:]][child] = node.address }
            }
        }
        for node in program.resources {
            let own = resource(node.address, of: module)
            graph.add(own, LineageGraph.Detail(kind: own.name == node.address.text ? node.kindName : ""))
            for other in node.dependencies { graph.connect(resource(other, of: module), to: own) }
        }
        for workflow in program.workflows { take(workflow, of: program) }
    }

    private mutating func take(_ workflow: WorkflowNode, of program: Program) {
        let steps: [StepNode]
        do {
            let parameters = try program.evaluation.parameters(
                of: workflow.name, arguments: [:], now: Timestamp.ofSystem())
            steps = try program.evaluation.expansion(
                of: workflow.name, parameters: parameters, in: WorkflowState(resources: ResourceState())
            ).steps
        } catch {
            // Its steps are only known with the parameters of a run, which tells of them.
            return
        }
        func node(_ address: Address) -> LineageGraph.Node {
            LineageGraph.Node(.step, module: program.module, name: "\(workflow.name).\(address)")
        }
        for step in steps {
            let own = node(step.address)
            let isRecorded = graph.details[own]?.run != nil
            graph.add(own, LineageGraph.Detail(kind: step.kind.name, workflow: workflow.name))
            for other in step.reads + step.needs where !graph.areLinked(node(other), own) {
                graph.connect(node(other), to: own)
            }
            if !isRecorded { uses(step.inputs, by: own, except: []) }
        }
    }

    // MARK: Nodes

    private mutating func uses(
        _ inputs: ObjectValue, by step: LineageGraph.Node, except written: Set<LineageGraph.Node>
    ) {
        for entry in inputs {
            for reference in entry.value.references where reference.name.isEmpty {
                guard let address = reference.resource else { continue }
                let used = resource(address, of: step.module)
                if !written.contains(used) { graph.connect(used, to: step) }
            }
        }
    }

    /// The resource, or the capability of which it is a part.
    private func resource(_ address: Address, of module: String) -> LineageGraph.Node {
        var whole = address
        while let next = wholes[module]?[whole], next != whole { whole = next }
        return LineageGraph.Node(.resource, module: module, name: whole.text)
    }

    private mutating func node(_ reference: Reference, of module: String) -> LineageGraph.Node {
        let holder = reference.resource.map { resource($0, of: module) }
        switch reference.type {
        case "Table":
            let table = LineageGraph.Node(
                .table, module: module, name: (holder.map { $0.name + "." } ?? "") + reference.name)
            if let holder { graph.connect(holder, to: table) }
            return table
        case "Model":
            // A version in service is the endpoint's.
            if let holder, hosts[module]?.contains(Address(holder.name)) ?? false { return holder }
            return LineageGraph.Node(.model, module: module, name: reference.name)
        case "Artifact": return LineageGraph.Node(.file, module: "", name: reference.name)
        default:
            if let holder, reference.name.isEmpty { return holder }
            return LineageGraph.Node(.file, module: "", name: reference.name)
        }
    }
}

extension Value {
    /// The references in it, on whatever level.
    fileprivate var references: [Reference] {
        switch self {
        case .reference(let reference): [reference]
        case .list(let items): items.flatMap(\.references)
        case .object(let object): object.flatMap { $0.value.references }
        case .template(let template):
            template.parts.flatMap { part -> [Reference] in
                if case .hole(let value) = part { value.references } else { [] }
            }
        default: []
        }
    }
}
