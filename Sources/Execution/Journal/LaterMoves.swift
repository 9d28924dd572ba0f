// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Under which addresses the things of a version are recorded by now.
package struct LaterMoves: Sendable {
    private var now: [ResourceIdentity: ResourceIdentity] = [:]

    /// - Parameter operations: Those on resources that succeeded after the version, in their order.
    package init(_ operations: some Sequence<OperationRecord>) {
        var earlier: [ResourceIdentity: ResourceIdentity] = [:]
        for operation in operations {
            guard case .move(let address) = operation.effect else { continue }
            var former = operation.identity
            former.address = address
            earlier[operation.identity] = earlier.removeValue(forKey: former) ?? former
        }
        now = Dictionary(earlier.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    }

    /// Where it is recorded by now what a version had at an address; nil where it was never moved.
    package subscript(identity: ResourceIdentity) -> ResourceIdentity? { now[identity] }

    /// The addresses now of a module's things, by those that they had.
    package func addresses(module: String) -> [Address: Address] {
        Dictionary(
            now.filter { $0.key.module == module && $0.value.module == module }
                .map { ($0.key.address, $0.value.address) }, uniquingKeysWith: { first, _ in first })
    }
}
