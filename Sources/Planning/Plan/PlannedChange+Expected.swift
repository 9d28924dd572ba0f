// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension PlannedChange {
    /// The inputs and outputs of the resource as readers see them before the change is done: what it will make
    /// anew is unknown.
    ///
    /// - Parameter outputs: As they were last recorded or observed.
    package func expected(_ kind: ResourceKindSchema, outputs: ObjectValue) -> ObjectValue {
        var value = inputs
        let isNew = action == .create || action == .replace
        for output in kind.outputs {
            if let expected = output.expected {
                value[output.name] = expected
            } else if isNew || (action == .update && output.change == .updates) {
                value[output.name] = .unknown(UnknownValue(origin: "\(address).\(output.name)"))
            } else {
                value[output.name] = outputs[output.name] ?? .null
            }
        }
        return value
    }
}
