// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Program {
    /// Where a resource is declared by whoever wrote the recipe: for the child of a capability, where the capability is.
    ///
    /// - Parameter field: What of it is looked for; the declaration stands in where the field is left out.
    /// - Returns: Nil for what is not declared any more.
    package func place(of field: String?, in address: Address) -> SourcePlace? {
        guard let declared = resource(address) else { return nil }
        return field.flatMap { declared.fieldPlaces[$0] } ?? declared.place
    }
}
