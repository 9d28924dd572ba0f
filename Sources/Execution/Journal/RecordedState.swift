// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// The resources of an environment as the journal says they were at one version.
package struct RecordedState: Sendable {
    package struct Resource: Sendable, Hashable {
        /// Nil where it was recorded before kinds were kept.
        package var kind: String?
        package var inputs: ObjectValue
        package var outputs: ObjectValue

        package init(kind: String?, inputs: ObjectValue, outputs: ObjectValue) {
            self.kind = kind
            self.inputs = inputs
            self.outputs = outputs
        }
    }

    package private(set) var resources: [ResourceIdentity: Resource] = [:]

    /// - Parameter operations: Those on resources that succeeded, in their order.
    package init(_ operations: [OperationRecord]) {
        for operation in operations { take(operation) }
    }

    package init(resources: [(ResourceIdentity, Resource)]) {
        self.resources = Dictionary(resources, uniquingKeysWith: { first, _ in first })
    }

    private mutating func take(_ operation: OperationRecord) {
        let identity = operation.identity
        switch operation.effect {
        case .resource(.delete, _), .forget: resources[identity] = nil
        case .adopt(let kind):
            resources[identity] = Resource(kind: kind, inputs: operation.inputs, outputs: operation.outputs)
        case .resource(_, let kind):
            resources[identity] = Resource(
                kind: kind ?? resources[identity]?.kind, inputs: operation.inputs, outputs: operation.outputs)
        case .move(let former):
            var earlier = identity
            earlier.address = former
            resources[identity] = resources.removeValue(forKey: earlier)
        case .step: break
        }
    }
}
