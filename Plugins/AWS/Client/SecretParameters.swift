// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Puts the text of secrets into parameters, as a body needs them. The host masks each text from then on.
struct SecretParameters {
    let secrets: any SecretKeeper

    func revealed(_ object: ObjectValue, _ call: AWSCall) async throws(AWSFailure) -> ObjectValue {
        guard object.contains(where: { $0.value.contains(Self.holdsText) }) else { return object }
        var result = object
        for entry in object { result[entry.key] = try await revealed(entry.value, call) }
        return result
    }

    private static func holdsText(_ value: Value) -> Bool {
        switch value {
        case .secret, .template: true
        default: false
        }
    }

    private func revealed(_ value: Value, _ call: AWSCall) async throws(AWSFailure) -> Value {
        switch value {
        case .secret, .template:
            do throws(CallError) { return .string(try await secrets.text(of: value)) } catch {
                throw call.failure(.transport(error))
            }
        case .list(let items):
            var result: [Value] = []
            for item in items { result.append(try await revealed(item, call)) }
            return .list(result)
        case .object(let object): return .object(try await revealed(object, call))
        default: return value
        }
    }
}
