// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The patch operations that bring fields to what they shall be, for services that change things by such.
struct PatchOperations: Sendable {
    private let update: UpdateEntry
    private let inputs: ObjectValue
    private let prior: ObjectValue

    init(_ update: UpdateEntry, _ inputs: ObjectValue, _ prior: ObjectValue) {
        self.update = update
        self.inputs = inputs
        self.prior = prior
    }

    func operations(for fields: [FieldEntry]) -> [Value] {
        fields.flatMap { field -> [Value] in
            let name = field.schema.name
            let (before, after) = (prior[name] ?? .null, inputs[name] ?? .null)
            switch update.patch[name] {
            case .string(let path): return operations(field, before, after, at: path)
            case .object(let parts):
                return parts.flatMap { part -> [Value] in
                    guard let path = part.value.string else { return [] }
                    let place = ValuePath(part.key)
                    return operations(
                        field, place.pick(from: before) ?? .null, place.pick(from: after) ?? .null, at: path)
                }
            default: return []
            }
        }
    }

    private func operations(_ field: FieldEntry, _ before: Value, _ after: Value, at path: String) -> [Value] {
        if before == after { return [] }
        if field.isJSON { return [after.isNull ? remove(path) : replace(path, field.encoded(after))] }
        if let new = after.object ?? (after.isNull ? before.object.map { _ in ObjectValue() } : nil) {
            let old = before.object ?? [:]
            let removed = old.keys.filter { new[$0] == nil }.map { remove(path + "/" + Self.escaped($0)) }
            let set = new.filter { old[$0.key] != $0.value }
                .map { replace(path + "/" + Self.escaped($0.key), $0.value) }
            return removed + set
        }
        if let new = after.list ?? (after.isNull ? before.list.map { _ in [] } : nil) {
            let old = before.list ?? []
            let removed = old.filter { !new.contains($0) }.compactMap(\.plainText)
            let added = new.filter { !old.contains($0) }.compactMap(\.plainText)
            return removed.map { remove(path + "/" + Self.escaped($0)) }
                + added.map { .object(["op": "add", "path": .string(path + "/" + Self.escaped($0))]) }
        }
        return [after.isNull ? remove(path) : replace(path, after)]
    }

    private func remove(_ path: String) -> Value { .object(["op": "remove", "path": .string(path)]) }

    private func replace(_ path: String, _ value: Value) -> Value {
        .object(["op": "replace", "path": .string(path), "value": .string(value.plainText ?? value.plainJSON)])
    }

    /// A key as a part of a path.
    private static func escaped(_ key: String) -> String {
        key.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
