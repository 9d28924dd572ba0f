// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension SecretReference {
    /// Tells it from other secrets in a record.
    package var recordedName: String { ([source, name] + (version.map { [$0] } ?? [])).joined(separator: " ") }
}

extension Value {
    /// Every secret in the value.
    package var secrets: Set<SecretReference> {
        var found: Set<SecretReference> = []
        _ = contains { value in
            if case .secret(let secret) = value { found.insert(secret) }
            return false
        }
        return found
    }

    /// The value with another secret in the place of each.
    package func replacingSecrets(_ other: (SecretReference) -> SecretReference) -> Value {
        switch self {
        case .secret(let secret): return .secret(other(secret))
        case .list(let items): return .list(items.map { $0.replacingSecrets(other) })
        case .object(let object): return .object(object.replacingSecrets(other))
        case .template(let template):
            return .template(
                Template(
                    template.parts.map { part in
                        if case .hole(let value) = part { .hole(value.replacingSecrets(other)) } else { part }
                    }))
        case .reference(var reference):
            reference.attributes = reference.attributes.replacingSecrets(other)
            return .reference(reference)
        default: return self
        }
    }
}

extension ObjectValue {
    /// Every secret in the object's values.
    package var secrets: Set<SecretReference> { Value.object(self).secrets }

    /// The object with another secret in the place of each.
    package func replacingSecrets(_ other: (SecretReference) -> SecretReference) -> ObjectValue {
        mapValues { $0.replacingSecrets(other) }
    }
}
