// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Program {
    /// Where a resource is declared by whoever wrote the recipe: for the child of a capability, where the capability is.
    ///
    /// - Parameter field: What of it is looked for; the declaration stands in where the field is left out.
    /// - Returns: Nil for what is not declared any more.
    package func place(of field: String?, in address: Address) -> SourcePlace? {
        // A composite stands before its children, so the first is the one that the recipe declares.
        let declared = resources.first { node in
            if case .composite(let composite) = node.form, composite.children.contains(address) { return true }
            return node.address == address
        }
        guard let declared else { return nil }
        return field.flatMap { declared.fieldPlaces[$0] } ?? declared.place
    }
}
