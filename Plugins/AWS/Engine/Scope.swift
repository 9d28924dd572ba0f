// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The names that the values of a table may read: a thing's fields and outputs, the account, the answer of a call.
struct Scope: Sendable {
    private var layers: [ObjectValue]

    init(_ layers: ObjectValue...) { self.layers = layers }

    /// The scope with names that hide those of before.
    func adding(_ names: ObjectValue) -> Scope {
        var scope = self
        scope.layers.insert(names, at: 0)
        return scope
    }

    /// What a path means here; nil where it leads nowhere.
    func value(of text: String) -> Value? {
        let choices = text.split(separator: "??")
        if choices.count > 1 {
            return choices.lazy.compactMap { value(of: $0.trimmingSpaces) }.first
        }
        let path = ValuePath(text)
        guard let head = path.head else { return nil }
        for layer in layers {
            if let value = layer[head], !value.isNull { return path.pick(from: .object([head: value]), self) }
        }
        return nil
    }

    /// A value of a table with its `$path` and `${path}` filled in. A path that leads nowhere leaves its part out; so
    /// is a list or an object of which nothing is left, or nothing but constants.
    func expand(_ value: Value) -> Value? {
        switch value {
        case .string(let text):
            if text.hasPrefix("$"), !text.hasPrefix("${") {
                let value = self.value(of: String(text.dropFirst()))
                // No difference is nothing to send.
                let isDifference = Self.differences.contains { text.hasPrefix($0) }
                if isDifference && value?.isEmptyCollection == true { return nil }
                return value
            }
            return text.contains("${") ? expandText(text).map { .string($0) } : value
        case .list(let items):
            let filled = items.compactMap { expand($0) }
            if filled.isEmpty && !items.isEmpty { return nil }
            return .list(filled)
        case .object(let object):
            let filled = expand(object)
            let read = object.filter { !Self.names(in: $0.value).isEmpty }
            // What is constant in an object says nothing without what it goes with.
            if !read.isEmpty, read.allSatisfy({ filled[$0.key] == nil }) { return nil }
            if filled.isEmpty && !object.isEmpty { return nil }
            return .object(filled)
        default: return value
        }
    }

    /// The fields that a call's parameters place themselves: `$name`, `$name.part` and `$added.name`, not as part of a
    /// text.
    static func fields(placedBy value: Value) -> Set<String> {
        switch value {
        case .string(let text):
            guard text.hasPrefix("$"), !text.hasPrefix("${") else { return [] }
            let parts = text.dropFirst().split { ".[|".contains($0) }.map(String.init)
            guard let head = parts.first, !["removed", "removed_keys", "prior"].contains(head) else { return [] }
            return head == "added" ? Set(parts.dropFirst().prefix(1)) : [head]
        case .list(let items): return items.reduce(into: []) { $0.formUnion(fields(placedBy: $1)) }
        case .object(let object): return object.reduce(into: []) { $0.formUnion(fields(placedBy: $1.value)) }
        default: return []
        }
    }

    func expand(_ object: ObjectValue) -> ObjectValue {
        ObjectValue(object.compactMap { entry in expand(entry.value).map { (entry.key, $0) } })
    }

    /// The first names of all paths in a value of a table.
    static func names(in value: Value) -> Set<String> {
        switch value {
        case .string(let text):
            if text.hasPrefix("$"), !text.hasPrefix("${") {
                return Set([ValuePath(String(text.dropFirst())).head].compactMap(\.self))
            }
            var names: Set<String> = []
            var rest = Substring(text)
            while let start = rest.firstRange(of: "${") {
                let inside = rest[start.upperBound...].prefix { $0 != "}" }
                for choice in inside.split(separator: "??") {
                    if let head = ValuePath(choice.trimmingSpaces).head { names.insert(head) }
                }
                rest = rest[inside.endIndex...].dropFirst()
            }
            return names
        case .list(let items): return items.reduce(into: []) { $0.formUnion(names(in: $1)) }
        case .object(let object): return object.reduce(into: []) { $0.formUnion(names(in: $1.value)) }
        default: return []
        }
    }

    private static let differences = ["$added.", "$removed.", "$removed_keys."]

    private func expandText(_ text: String) -> String? {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            let inside = rest[start.upperBound...].prefix { $0 != "}" }
            guard let part = value(of: String(inside))?.plainText else { return nil }
            result += part
            rest = rest[inside.endIndex...].dropFirst()
        }
        return result + rest
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

extension Value {
    fileprivate var isEmptyCollection: Bool { list?.isEmpty ?? object?.isEmpty ?? false }
}
