// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A statement of a policy, or a right that a mapping hands out, wherever it stands in a thing.
struct PolicyStatement {
    let isAllowing: Bool
    let actions: [String]
    let resources: [String]
    let principal: Value
    let condition: Value

    /// All statements below a value: IAM's, and those that `access` has.
    static func all(in value: Value) -> [PolicyStatement] {
        switch value {
        case .list(let items): return items.flatMap(all)
        case .object(let object):
            if let statement = PolicyStatement(object) { return [statement] }
            return object.flatMap { all(in: $0.value) }
        // Policies that AWS takes as text; patterns of log filters begin so, too, and are no JSON.
        case .string(let text) where text.hasPrefix("{"):
            guard let parsed = try? Value(json: text), case .object = parsed else { return [] }
            return all(in: parsed)
        default: return []
        }
    }

    private init?(_ object: ObjectValue) {
        if let action = object["Action"], let effect = object["Effect"]?.string {
            (isAllowing, actions, resources) = (effect == "Allow", Self.texts(action), Self.texts(object["Resource"]))
        } else if let action = object["actions"], let given = object["resources"] {
            (isAllowing, actions, resources) = (true, Self.texts(action), Self.texts(given))
        } else {
            return nil
        }
        principal = object["Principal"] ?? .null
        condition = object["Condition"] ?? .null
    }

    /// What is known of a text or a list of texts; parts that only apply will know are left out.
    private static func texts(_ value: Value?) -> [String] {
        switch value {
        case .string(let text): [text]
        case .list(let items): items.flatMap { texts($0) }
        default: []
        }
    }
}

extension Value {
    /// What stands at a path of keys.
    func at(_ path: String...) -> Value? { at(path) }

    func at(_ path: [String]) -> Value? {
        path.reduce(Optional(self)) { value, key in value?.object?[key] }
    }
}
