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

        var address: Address { address(after: renamings) }
        var formerly: [Address] { (0..<renamings).reversed().map(address(after:)) }

        /// The other resources, by their numbers.
        var dependencies: [Int] {
            var numbers: [Int] = []
            if case .output(_, let other) = text { numbers.append(other) }
            if let need, !numbers.contains(need) { numbers.append(need) }
            return numbers
        }

        private func address(after renamings: Int) -> Address {
            Address("n\(number)" + (renamings == 0 ? "" : "_\(renamings)"))
        }
    }

    var resources: [Resource] = []

    var program: Program {
        let addresses = Dictionary(
            resources.map { ($0.number, $0.address) }, uniquingKeysWith: { first, _ in first })
        let notes = resources.map { resource in
            (
                address: resource.address, needs: resource.dependencies.compactMap { addresses[$0] },
                inputs: Self.inputs(resource, addresses)
            )
        }
        return NotesModule(notes: notes).program(
            protected: Set(resources.filter(\.isProtected).map(\.address)),
            formerly: Dictionary(
                resources.map { ($0.address, $0.formerly) }, uniquingKeysWith: { first, _ in first }),
            replacement: Dictionary(
                resources.filter(\.createsFirst).map { ($0.address, .createFirst) },
                uniquingKeysWith: { first, _ in first }))
    }

    private static func inputs(_ resource: Resource, _ addresses: [Int: Address]) -> NotesModule.Inputs {
        let labels: ObjectValue =
            resource.isNamed ? ["name": .string("name-\(resource.number)-\(resource.region)")] : [:]
        let region = Value.string("region-\(resource.region)")
        return { state in
            let text: Value
            switch resource.text {
            case .literal(let number): text = .string("text-\(number)")
            case .output(let name, let other): text = addresses[other].flatMap { state.values[$0]?[name] } ?? .null
            }
            return ["text": text, "region": region, "labels": .object(labels)]
        }
    }
}
