// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A path into a value as tables write it: `a.b`, `a[0]`, `a[]` (all, flattened), `a[name=value]` (the first whose
/// name has that value, which may be a `$path` itself), `@` for the whole; `|tail` for what stands behind the last slash
/// or colon.
struct ValuePath: Sendable {
    private enum Part: Sendable {
        case key(String)
        case index(Int)
        case each
        case first(name: String, value: String)
        case tail
    }

    private let parts: [Part]

    init(_ text: String) {
        var parts: [Part] = []
        var rest = Substring(text)
        if rest.first == "@" {
            rest.removeFirst()
            if rest.first == "." { rest.removeFirst() }
        }
        while let character = rest.first {
            switch character {
            case ".": rest.removeFirst()
            case "|":
                rest = ""
                parts.append(.tail)
            case "[":
                let inside = rest.dropFirst().prefix { $0 != "]" }
                rest = rest[inside.endIndex...].dropFirst()
                if inside.isEmpty {
                    parts.append(.each)
                } else if let index = Int(inside) {
                    parts.append(.index(index))
                } else if let equals = inside.firstIndex(of: "=") {
                    parts.append(
                        .first(
                            name: String(inside[..<equals]), value: String(inside[inside.index(after: equals)...])))
                } else {
                    parts.append(.key(String(inside)))
                }
            default:
                let key = rest.prefix { $0 != "." && $0 != "[" && $0 != "|" }
                parts.append(.key(String(key)))
                rest = rest[key.endIndex...]
            }
        }
        self.parts = parts
    }

    /// What is there; nil where the way ends before.
    func pick(from value: Value, _ scope: Scope = Scope()) -> Value? {
        pick(from: value, parts[...], scope)
    }

    private func pick(from value: Value, _ parts: ArraySlice<Part>, _ scope: Scope) -> Value? {
        guard let part = parts.first else {
            if value.isNull { return nil }
            return value
        }
        let rest = parts.dropFirst()
        switch part {
        case .key(let key): return value.object?[key].flatMap { pick(from: $0, rest, scope) }
        case .index(let index):
            guard let items = value.list else { return nil }
            let place = index < 0 ? items.count + index : index
            guard items.indices.contains(place) else { return nil }
            return pick(from: items[place], rest, scope)
        case .tail: return pick(from: value.tail, rest, scope)
        case .each:
            guard let items = value.list else { return nil }
            let found = items.compactMap { pick(from: $0, rest, scope) }
            return .list(found.flatMap { $0.list ?? [$0] })
        case .first(let name, let text):
            guard let items = value.list else { return nil }
            let wanted = text.hasPrefix("$") ? scope.value(of: String(text.dropFirst())) : .string(text)
            guard let wanted else { return nil }
            let key = ValuePath(name)
            let found = items.first { item in key.pick(from: item, scope).map { $0.isSameText(as: wanted) } ?? false }
            return found.flatMap { pick(from: $0, rest, scope) }
        }
    }

    /// The object with a value put at the path; objects and lists on the way are made where they are missing.
    func put(_ new: Value, into object: ObjectValue) -> ObjectValue {
        put(new, into: .object(object), parts[...]).object ?? object
    }

    private func put(_ new: Value, into value: Value, _ parts: ArraySlice<Part>) -> Value {
        guard let part = parts.first else { return new }
        switch part {
        case .key(let key):
            var object = value.object ?? [:]
            object[key] = put(new, into: object[key] ?? .null, parts.dropFirst())
            return .object(object)
        case .index(let index):
            var items = value.list ?? []
            while items.count <= index { items.append(.null) }
            items[index] = put(new, into: items[index], parts.dropFirst())
            return .list(items)
        case .each, .first, .tail: return value
        }
    }

    /// The first name of the path; nil for the whole.
    var head: String? {
        guard case .key(let key)? = parts.first else { return nil }
        return key
    }
}

extension Value {
    /// What stands behind the last slash, or where there is none behind the last colon.
    var tail: Value {
        switch self {
        case .string(let text):
            let separator: Character = text.contains("/") ? "/" : ":"
            return .string(
                text.split(separator: separator, omittingEmptySubsequences: false).last.map(String.init) ?? text)
        case .list(let items): return .list(items.map(\.tail))
        default: return self
        }
    }

    /// True where AWS would write both the same way.
    func isSameText(as other: Value) -> Bool { self == other || (plainText != nil && plainText == other.plainText) }

    /// The value as text where it is a plain one.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .float(let number):
            number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
        default: nil
        }
    }
}
