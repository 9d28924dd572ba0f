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
    /// What lookups found.
    let lookups: LookupResults
    /// True where everything that can be looked up in time was: what is not found then would be looked up too late.
    let hasLookedUp: Bool
    /// True while what must be looked up is gathered.
    var isCollecting = false
    /// The files beside the recipe.
    let files: RecipeFiles
    /// What nobody has looked for yet, with the place that asks for it.
    private(set) var wanted: [Lookup: SourcePlace] = [:]

    init(
        library: ContractLibrary, connections: Connections, lookups: LookupResults = [:], hasLookedUp: Bool = false,
        files: RecipeFiles = .none
    ) {
        self.library = library
        self.connections = connections
        self.lookups = lookups
        self.hasLookedUp = hasLookedUp
        self.files = files
    }

    func resource(_ address: Address) -> ResourceInstance? { byAddress[address] }

    func want(_ lookup: Lookup, at place: SourcePlace) { if wanted[lookup] == nil { wanted[lookup] = place } }

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
