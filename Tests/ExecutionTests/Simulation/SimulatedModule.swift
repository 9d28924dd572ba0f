// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures

/// A recipe of the simulator.
struct SimulatedModule: Sendable {
    struct Resource: Sendable {
        enum Text: Sendable {
            case literal(Int)
            /// An output of another resource, by its number.
            case output(String, of: Int)
        }

        /// Stays the same under whatever address.
        let number: Int
        /// Raised by each renaming.
        var renamings = 0
        var text: Text
        /// Create-only.
        var region = 0
        /// True where the remote lets only one thing have its name.
        let isNamed: Bool
        var isProtected = false
        /// True where a new one is made before the old one goes.
        var createsFirst = false
        /// Another resource that must be there first, by its number.
        var need: Int?
        /// True where it is made within what it needs, so that the remote lets that go only after it.
        var lodges = false
        /// The composite of which it is a part, by its number.
        var group: Int?
        /// Another resource whose stamp decides whether it is there, by its number.
        var condition: Int?
        /// True where policies do not count for it.
        var isExempt = false
        /// Where it was before, the newest first.
        var formerly: [Address] = []

        /// The other resources, by their numbers.
        var dependencies: [Int] {
            var numbers: [Int] = []
            if case .output(_, let other) = text { numbers.append(other) }
            if let need, !numbers.contains(need) { numbers.append(need) }
            return numbers
        }
    }

    struct Group: Sendable {
        let number: Int
        var renamings = 0
        var size = 0
        var formerly: [Address] = []

        var address: Address { SimulatedModule.name("g\(number)", renamings) }
    }

    var resources: [Resource] = []
    var groups: [Group] = []

    func address(of resource: Resource) -> Address {
        let own = Self.name("n\(resource.number)", resource.renamings)
        guard let group = groups.first(where: { $0.number == resource.group }) else { return own }
        return Address("\(group.address)/\(own)")
    }

    fileprivate static func name(_ name: String, _ renamings: Int) -> Address {
        Address(name + (renamings == 0 ? "" : "_\(renamings)"))
    }

    /// Changes names, and keeps what they were.
    mutating func rename(_ change: (inout SimulatedModule) -> Void) {
        let before = self
        change(&self)
        for index in resources.indices {
            guard let old = before.resources.first(where: { $0.number == resources[index].number }) else { continue }
            let (former, present) = (before.address(of: old), address(of: resources[index]))
            guard former != present else { continue }
            resources[index].formerly = ([former] + old.formerly).filter { $0 != present }
        }
    }

    // MARK: The program

    /// As it is before anything is known.
    var program: Program { program(in: ResourceState()) }

    func program(in state: ResourceState) -> Program {
        let addresses = Dictionary(
            resources.map { ($0.number, address(of: $0)) }, uniquingKeysWith: { first, _ in first })
        let present = present(in: state)
        let there = present.resources
        let deferrals = resources.compactMap { resource -> Deferral? in
            guard let other = resource.condition.flatMap({ addresses[$0] }),
                state.values[other]?["stamp"]?.string == nil
            else { return nil }
            let address = address(of: resource)
            return Deferral(
                subject: "'\(address)'", origin: "\(other).stamp", names: [address.text], place: NotesModule.place)
        }
        var notes = NotesModule(
            notes: there.map { resource in
                (
                    address: address(of: resource), needs: resource.dependencies.compactMap { addresses[$0] },
                    inputs: Self.inputs(resource, addresses)
                )
            })
        notes.composites = composites(there)
        notes.judge = SimulatedPolicies(present).judge
        if resources.contains(where: { $0.condition != nil }) { notes.decide = { self.program(in: $0) } }
        var program = notes.program(
            protected: Set(there.filter(\.isProtected).map(address(of:))),
            formerly: Dictionary(
                there.map { (address(of: $0), $0.formerly) }, uniquingKeysWith: { first, _ in first }),
            replacement: Dictionary(
                there.filter(\.createsFirst).map { (address(of: $0), .createFirst) },
                uniquingKeysWith: { first, _ in first }))
        program.deferrals = deferrals
        return program
    }

    /// The module without what is not wanted, or of which that cannot be told.
    func present(in state: ResourceState) -> SimulatedModule {
        let addresses = Dictionary(
            resources.map { ($0.number, address(of: $0)) }, uniquingKeysWith: { first, _ in first })
        var module = self
        module.resources = resources.filter { resource in
            guard let other = resource.condition.flatMap({ addresses[$0] }) else { return true }
            return state.values[other]?["stamp"]?.string.map(Self.isWanted) ?? false
        }
        return module
    }

    /// What the stamp of another resource says.
    private static func isWanted(_ stamp: String) -> Bool { (SimulatedPolicies.number(in: stamp) ?? 0) % 4 < 2 }

    private func composites(_ there: [Resource]) -> [NotesModule.Composite] {
        groups.compactMap { group in
            let children = there.filter { $0.group == group.number }.map(address(of:))
            guard let first = children.first else { return nil }
            return NotesModule.Composite(
                address: group.address, children: children, formerly: group.formerly,
                parameters: ["size": .int(Int64(group.size))],
                outputs: { state in
                    let unknown = Value.unknown(UnknownValue(origin: "\(first).stamp"))
                    return [
                        "stamp": state.values[first]?["stamp"] ?? unknown,
                        "ids": .list(children.map { state.values[$0]?["id"] ?? unknown })
                    ]
                })
        }
    }

    private static func inputs(_ resource: Resource, _ addresses: [Int: Address]) -> NotesModule.Inputs {
        let labels: ObjectValue =
            resource.isNamed ? ["name": .string("name-\(resource.number)-\(resource.region)")] : [:]
        return { state in
            let region = Self.region(of: resource, resource.need.flatMap { addresses[$0] }, state)
            let text: Value
            switch resource.text {
            case .literal(let number): text = .string("text-\(number)")
            case .output(let name, let other): text = addresses[other].flatMap { state.values[$0]?[name] } ?? .null
            }
            return ["text": text, "region": region, "labels": .object(labels)]
        }
    }

    private static func region(of resource: Resource, _ host: Address?, _ state: ResourceState) -> Value {
        let own = "region-\(resource.region)"
        guard resource.lodges, let host else { return .string(own) }
        switch state.values[host]?["id"] {
        case .string(let id)?: return .string(own + SimulatedRemote.within + id)
        case let unknown?: return unknown
        case nil: return .string(own)
        }
    }
}
