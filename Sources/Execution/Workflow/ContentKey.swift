// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// The key under which a step's result may be found again: its kind and version, its inputs and sources by content,
/// and where it stands.
enum ContentKey {
    /// - Parameter secrets: What stands for the present texts of the secrets among the inputs.
    static func make(
        of step: StepNode, identity: ResourceIdentity, sources: [String], secrets: [String: String],
        hashing: any Hashing
    ) async throws(CallError) -> String {
        var content: ObjectValue = [
            "kind": .string(step.kind.name), "version": .int(Int64(step.kind.version)),
            "identity": .string(identity.description), "plugin": step.executorPlugin.map { .string($0) } ?? .null,
            "inputs": .object(step.inputs)
        ]
        var digests: [Value] = []
        for path in sources.sorted() { digests.append(.string(try await hashing.digest(ofPath: path))) }
        content["sources"] = .list(digests)
        if !secrets.isEmpty {
            content["secrets"] = .list(secrets.sorted { $0.key < $1.key }.map { [.string($0.key), .string($0.value)] })
        }
        let digest = hashing.sha256()
        Array(Value.object(content).json(.exact).utf8).withUnsafeBytes { digest.update($0) }
        return digest.finish()
    }
}
