// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import PlanningFixtures

/// What must hold of the remote and of what is recorded of it.
struct SimulationInvariants {
    let remote: SimulatedRemote
    let disk: SimulatedDisk

    /// After a crash, a failure or a success.
    func check(_ when: String) {
        let content = disk.content
        let things = remote.things
        let open = Set(content.open.map(\.token))
        let recorded = Set(content.natives.compactMap { $0.outputs["id"]?.string })
        for thing in things where !recorded.contains(thing.id) && !open.contains(thing.madeBy) {
            violation("\(when): \(thing.id) is there and nobody knows of it")
        }
        let byID = Dictionary(things.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for row in content.natives.sorted(by: { $0.identity.address < $1.identity.address })
        where row.status == .ready {
            let address = row.identity.address
            guard let thing = row.outputs["id"]?.string.flatMap({ byID[$0] }) else {
                violation("\(when): \(address) is recorded as ready and not there")
                continue
            }
            if !thing.isWhole { violation("\(when): \(address) is recorded as ready and half-made") }
            if thing.outputs != row.outputs { violation("\(when): the outputs of \(address) are not recorded") }
        }
        for (token, count) in remote.creations where count > 1 {
            violation("\(when): \(token) made \(count) things")
        }
    }

    /// After a command that ended well.
    func checkSettled(_ when: String) {
        let content = disk.content
        if !content.open.isEmpty { violation("\(when): operations are still open") }
        for row in content.rows.values where row.status != .ready {
            violation("\(when): \(row.identity.address) is still \(row.status)")
        }
        if content.natives.count != remote.things.count {
            violation("\(when): \(content.natives.count) things are recorded and \(remote.things.count) are there")
        }
    }

    /// What is there, by the ids of things.
    var texts: [String: String] {
        Dictionary(
            remote.things.compactMap { thing in thing.inputs["text"]?.string.map { (thing.id, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Nothing was made that a policy denies by what was known before.
    ///
    /// - Parameter before: The texts before the command.
    func checkPolicies(of module: SimulatedModule, before: [String: String], _ when: String) {
        let content = disk.content
        let byToken = Dictionary(
            content.operations.map { ($0.token, $0.identity.address) }, uniquingKeysWith: { first, _ in first })
        let byID = Dictionary(
            content.natives.compactMap { row in row.outputs["id"]?.string.map { ($0, row.identity.address) } },
            uniquingKeysWith: { first, _ in first })
        for thing in remote.things where thing.isWhole {
            guard let address = byID[thing.id] ?? byToken[thing.madeBy], let text = thing.inputs["text"]?.string,
                let resource = module.resources.first(where: { module.address(of: $0) == address })
            else { continue }
            if before[thing.id] != text, SimulatedPolicies(module).isDenied(text, resource) {
                violation("\(when): \(address) is \(text), which a policy denies")
            }
        }
    }

    /// Composites are recorded as their parts are.
    func checkComposites(of module: SimulatedModule, _ when: String) {
        let content = disk.content
        let state = ResourceState(
            Dictionary(
                content.natives.map { ($0.identity.address, $0.inputs.merging($0.outputs)) },
                uniquingKeysWith: { first, _ in first }))
        var left = content.rows.filter { $0.value.composite != nil }
        let program = module.program(in: state)
        for node in program.resources {
            guard case .composite(let form) = node.form else { continue }
            let row = left.first { $0.key.address == node.address }
            if let row { left[row.key] = nil }
            do {
                let outputs = try program.evaluation.outputs(of: node.address, in: state)
                let parameters = try program.evaluation.parameters(of: node.address, in: state)
                if row?.value.outputs != outputs || row?.value.inputs != parameters || row?.value.composite != form {
                    violation("\(when): \(node.address) is not recorded as its parts are")
                }
            } catch {
                violation("\(when): \(node.address): \(error)")
            }
        }
        for name in left.keys.map(\.address.text).sorted() {
            violation("\(when): the composite \(name) is still recorded")
        }
    }

    /// - Parameter things: The ids of what was protected before a command.
    func checkKept(_ things: Set<String>, _ when: String) {
        let there = Set(remote.things.map(\.id))
        for id in things.subtracting(there).sorted() { violation("\(when): the protected \(id) is gone") }
    }

    /// The ids of things that must outlive a command.
    func protected(by program: Program) -> Set<String> {
        Set(
            disk.content.rows.values.compactMap { row in
                // The old self of what is made anew first has no declaration of its own.
                let address = row.identity.address
                let node = program.resources.first { $0.address == address || $0.formerly.contains(address) }
                guard node?.protection ?? row.isProtected else { return nil }
                return row.outputs["id"]?.string
            }
        ).intersection(remote.things.map(\.id))
    }

    /// Everything that is there and recorded, in words in which ids do not occur.
    var state: [String] {
        let content = disk.content
        let rows = content.natives.sorted { $0.identity.address < $1.identity.address }
        let things = Dictionary(remote.things.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let names = rows.compactMap { row in row.outputs["id"]?.string.map { ($0, "<\(row.identity.address)>") } }
        return rows.map { row in
            let thing = row.outputs["id"]?.string.flatMap { things[$0] }
            var text = "\(row.identity.address) \(row.status)\(row.isProtected ? " protected" : "")"
            text += " needs \(row.dependencies.map(\.text).sorted()) \(Value.object(row.inputs).literal)"
            text += " \(Value.object(row.outputs).literal) there: \(Value.object(thing?.inputs ?? [:]).literal)"
            for (id, name) in names { text = text.replacing(id, with: name) }
            return text
        }
    }

    private func violation(_ text: String) { remote.trace.violation(text) }
}
