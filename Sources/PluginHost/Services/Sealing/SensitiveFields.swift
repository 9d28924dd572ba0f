// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Which values of a kind are sealed, and how far inside them.
struct SensitiveFields: Sendable {
    private let fields: [FieldSchema]

    init(_ schemas: [FieldSchema]) { fields = schemas.filter(\.isSensitive) }

    var isEmpty: Bool { fields.isEmpty }

    /// The object with its sensitive values sealed.
    ///
    /// - Parameters:
    ///   - isRecorded: True where the object goes to the ledger.
    ///   - known: Secrets that the fields were given: one that a platform gives back as text is that secret.
    func sealed(
        _ object: ObjectValue, _ sealer: ValueSealer, isRecorded: Bool, known: ObjectValue = [:],
        text: @Sendable (SecretReference) async -> String? = { _ in nil }
    ) async throws(CallError) -> ObjectValue {
        var object = object
        for field in fields {
            guard let value = object[field.name], value != field.defaultValue else { continue }
            if let secret = known[field.name]?.secret, let clear = value.string, await text(secret) == clear {
                object[field.name] = .secret(secret)
            } else {
                object[field.name] = try await Self.sealed(value, field.type) { (value) throws(CallError) in
                    try await sealer.seal(value, isRecorded: isRecorded)
                }
            }
        }
        return object
    }

    /// Of lists and maps each element by itself, as recipes read them; a secret or what nobody knows yet as it is.
    private static func sealed(
        _ value: Value, _ type: ValueType, _ seal: (Value) async throws(CallError) -> Value
    ) async throws(CallError) -> Value {
        if value.isNull || value.containsUnknown || value.containsSecret { return value }
        switch (type, value) {
        case (.optional(let inner), _): return try await sealed(value, inner, seal)
        case (.list(let element), .list(let items)) where element.isText:
            var result: [Value] = []
            for item in items { result.append(try await sealed(item, element, seal)) }
            return .list(result)
        case (.map(let element), .object(let object)) where element.isText:
            var result = ObjectValue()
            for entry in object { result[entry.key] = try await sealed(entry.value, element, seal) }
            return .object(result)
        default: return try await seal(value)
        }
    }
}

extension ValueType {
    /// True for texts and what may be one or null.
    fileprivate var isText: Bool {
        switch self {
        case .string, .url: true
        case .optional(let inner): inner.isText
        default: false
        }
    }
}
