// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Holds what AWS tells of a field against what was recorded of it.
///
/// AWS adds defaults inside objects, orders lists anew and writes documents in other forms. A value that means the
/// same is told as it was recorded, so that only what differs in meaning is drift.
enum Sameness {
    /// What the field is now, in the words of the record where the meaning is the same.
    static func told(_ recorded: Value, now: Value, _ field: FieldEntry) -> Value {
        if recorded == now { return recorded }
        switch field.sameness {
        case .policy: return canonical(recorded) == canonical(now) ? recorded : now
        case .json:
            let mine = recorded.string.flatMap { Value.documentText($0) } ?? recorded
            return mine == now ? recorded : recorded.string == nil ? now : .string(now.plainJSON)
        case .anyCase:
            return recorded.string?.lowercased() == now.string?.lowercased() ? recorded : now
        case .given: return given(recorded, now)
        case .dot:
            let told = projected(dotless(recorded), dotless(now), Order(isFree: false, names: []), isMap: isMap(field))
            return told == dotless(recorded) ? recorded : now
        case .tail: return recorded.tail == now.tail ? recorded : now
        case .prefix:
            guard let mine = recorded.string, let theirs = now.string else { return now }
            return theirs.hasPrefix(mine) ? recorded : now
        case .subset:
            guard let mine = recorded.list, let theirs = now.list else { return now }
            return mine.allSatisfy { theirs.contains($0) } ? recorded : now
        case .set: return projected(recorded, now, Order(isFree: true, names: []), isMap: isMap(field))
        case .exact:
            return projected(recorded, now, Order(isFree: false, names: field.unordered), isMap: isMap(field))
        }
    }

    private static func given(_ recorded: Value, _ now: Value) -> Value {
        let order = Order(isFree: false, names: [])
        guard let mine = recorded.object, let theirs = now.object else {
            return projected(recorded, now, order, isMap: false)
        }
        return projected(.object(mine), .object(theirs.filter { mine[$0.key] != nil }), order, isMap: false)
    }

    /// Texts as names of hosts mean them: without a dot at the end, in small letters, the star as itself.
    private static func dotless(_ value: Value) -> Value {
        switch value {
        case .string(let text):
            let plain = text.lowercased().replacing("\\052", with: "*")
            return .string(plain.hasSuffix(".") ? String(plain.dropLast()) : plain)
        case .list(let items): return .list(items.map { dotless($0) })
        case .object(let object): return .object(object.mapValues { dotless($0) })
        default: return value
        }
    }

    /// Which lists have no order: all, or those of some names.
    private struct Order {
        var isFree: Bool
        var names: [String]

        func below(_ name: String) -> Order { Order(isFree: isFree || names.contains(name), names: names) }
    }

    private static func isMap(_ field: FieldEntry) -> Bool {
        if case .map = field.schema.type.unwrapped { true } else { false }
    }

    /// The present value on the keys that the record gives: what a recipe leaves out of an object is AWS's business.
    private static func projected(
        _ recorded: Value, _ now: Value, _ order: Order, isMap: Bool
    ) -> Value {
        switch (recorded, now) {
        case (.object(let mine), .object(let theirs)):
            if isMap, mine.keys.sorted() != theirs.keys.sorted() { return now }
            var result = ObjectValue()
            for entry in mine {
                if let value = theirs[entry.key] {
                    result[entry.key] = projected(entry.value, value, order.below(entry.key), isMap: false)
                } else if entry.value.isEmptyForAWS {
                    result[entry.key] = entry.value
                }
            }
            return .object(result)
        case (.list(let mine), .list(let theirs)) where mine.count == theirs.count:
            if order.isFree, let ordered = matched(mine, theirs, order) { return .list(ordered) }
            return .list(zip(mine, theirs).map { projected($0, $1, order, isMap: false) })
        default: return recorded.isSameText(as: now) ? recorded : now
        }
    }

    /// The present elements in the order of the record, where each is one of it.
    private static func matched(_ mine: [Value], _ theirs: [Value], _ order: Order) -> [Value]? {
        var left = theirs
        for item in mine {
            guard let place = left.firstIndex(where: { projected(item, $0, order, isMap: false) == item }) else {
                return nil
            }
            left.remove(at: place)
        }
        return mine
    }

    /// A policy document in one form: lists of one for single values, lists in order, keys in order.
    private static func canonical(_ value: Value) -> Value {
        switch value {
        case .object(let object):
            return .object(
                ObjectValue(object.sorted { $0.key < $1.key }.map { ($0.key, canonical($0.value)) }))
        case .list(let items):
            let parts = items.map { canonical($0) }
            if parts.count == 1, let only = parts.first { return only }
            return .list(parts.sorted { $0.plainJSON < $1.plainJSON })
        default: return value.plainText.map { .string($0) } ?? value
        }
    }
}

extension Value {
    /// True for what AWS leaves out of its answers.
    fileprivate var isEmptyForAWS: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .string(let text): text.isEmpty
        case .list(let items): items.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }
}
