// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

extension StepNode {
    /// The outputs that another step gives for this one: those that both have, of the same type.
    func outputs(_ other: StepNode, _ given: ObjectValue) -> ObjectValue {
        var outputs = ObjectValue()
        for schema in kind.outputs {
            guard let same = other.kind.outputs.first(where: { $0.name == schema.name }), same.type == schema.type,
                let value = given[schema.name]
            else { continue }
            outputs[schema.name] = value
        }
        return outputs
    }
}
