// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// An expanded program: what its evaluation looks things up in.
///
/// Filled while it is built, by one thread, and only read afterwards (`@unchecked` says no more than this).
final class ProgramInstance: @unchecked Sendable {
    let library: ContractLibrary
    let connections: Connections
    var root: ModuleInstance?
    private var byAddress: [Address: ResourceInstance] = [:]
    init(library: ContractLibrary, connections: Connections) {
        self.library = library
        self.connections = connections
    }

    func resource(_ address: Address) -> ResourceInstance? { byAddress[address] }

    func add(_ instance: ResourceInstance) { byAddress[instance.address] = instance }

    /// The native resources that a value refers to.
    func natives(in value: Value, into found: inout Set<Address>) {
        switch value {
        case .reference(let reference):
            if let address = reference.resource, let instance = resource(address) { found.formUnion(instance.natives) }
        case .list(let items): for item in items { natives(in: item, into: &found) }
        case .object(let object): for entry in object { natives(in: entry.value, into: &found) }
        case .template(let template):
            for part in template.parts { if case .hole(let hole) = part { natives(in: hole, into: &found) } }
        default: break
        }
    }
}
