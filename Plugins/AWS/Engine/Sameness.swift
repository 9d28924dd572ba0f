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
        case .dot: return dotless(recorded) == dotless(now) ? recorded : now
        case .tail: return tail(recorded) == tail(now) ? recorded : now
        case .set: return projected(recorded, now, isSet: true, isMap: isMap(field))
        case .exact: return projected(recorded, now, isSet: false, isMap: isMap(field))
        }
    }

    private static func given(_ recorded: Value, _ now: Value) -> Value {
        guard let mine = recorded.object, let theirs = now.object else {
            return projected(recorded, now, isSet: false, isMap: false)
        }
        return projected(.object(mine), .object(theirs.filter { mine[$0.key] != nil }), isSet: false, isMap: false)
    }

    private static func dotless(_ value: Value) -> String? {
        value.string.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
    }

    private static func tail(_ value: Value) -> Substring? { value.string?.split(separator: "/").last }

    private static func isMap(_ field: FieldEntry) -> Bool {
        if case .map = field.schema.type.unwrapped { true } else { false }
    }

    /// The present value on the keys that the record gives: what a recipe leaves out of an object is AWS's business.
    private static func projected(_ recorded: Value, _ now: Value, isSet: Bool, isMap: Bool) -> Value {
        switch (recorded, now) {
        case (.object(let mine), .object(let theirs)):
            if isMap, mine.keys.sorted() != theirs.keys.sorted() { return now }
            var result = ObjectValue()
            for entry in mine {
                if let value = theirs[entry.key] {
                    result[entry.key] = projected(entry.value, value, isSet: isSet, isMap: false)
                } else if entry.value.isEmptyForAWS {
                    result[entry.key] = entry.value
                }
            }
            return .object(result)
        case (.list(let mine), .list(let theirs)) where mine.count == theirs.count:
            if isSet, let ordered = matched(mine, theirs) { return .list(ordered) }
            return .list(zip(mine, theirs).map { projected($0, $1, isSet: isSet, isMap: false) })
        default: return recorded.isSameText(as: now) ? recorded : now
        }
    }

    /// The present elements in the order of the record, where each is one of it.
    private static func matched(_ mine: [Value], _ theirs: [Value]) -> [Value]? {
        var left = theirs
        for item in mine {
            guard let place = left.firstIndex(where: { projected(item, $0, isSet: true, isMap: false) == item }) else {
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
