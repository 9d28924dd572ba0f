// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A capability that another mapping, or another version of its mapping, fulfils than before.
package struct MappingChange: Sendable, Hashable {
    /// What fulfils it.
    package struct Mapping: Sendable, Hashable {
        package let provider: String
        package let service: String
        package let version: Int

        init(_ form: CompositeForm) {
            (provider, service, version) = (form.provider, form.service, form.mappingVersion)
        }
    }

    package let address: Address
    package let capability: String
    package let former: Mapping
    package let new: Mapping

    /// Nil where what was recorded goes on.
    init?(_ node: ResourceNode, _ records: [Address: ResourceRecord]) {
        guard case .composite(let form) = node.form,
            let recorded = ([node.address] + node.formerly).lazy.compactMap({ records[$0]?.composite }).first
        else { return nil }
        (former, new) = (Mapping(recorded), Mapping(form))
        if former == new { return nil }
        (address, capability) = (node.address, form.capability)
    }
}
