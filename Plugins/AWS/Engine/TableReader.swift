// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Reads an object of a table, and says where in the table something is wrong.
struct TableReader {
    let object: ObjectValue
    let place: String

    init(_ object: ObjectValue, place: String) {
        self.object = object
        self.place = place
    }

    func has(_ key: String) -> Bool { object[key] != nil }

    func value(_ key: String) -> Value? { object[key] }

    func text(_ key: String) throws(CallError) -> String {
        guard let text = object[key]?.string else { throw wrong(key, "a text") }
        return text
    }

    func optionalText(_ key: String) throws(CallError) -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let text = value.string else { throw wrong(key, "a text") }
        return text
    }

    func flag(_ key: String) throws(CallError) -> Bool {
        guard let value = object[key] else { return false }
        guard let flag = value.bool else { throw wrong(key, "true or false") }
        return flag
    }

    func texts(_ key: String) throws(CallError) -> [String] {
        guard let value = object[key], !value.isNull else { return [] }
        guard let items = value.list else { throw wrong(key, "a list of texts") }
        let texts = items.compactMap(\.string)
        guard texts.count == items.count else { throw wrong(key, "a list of texts") }
        return texts
    }

    func reader(_ key: String) throws(CallError) -> TableReader? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let inner = value.object else { throw wrong(key, "an object") }
        return TableReader(inner, place: "\(place).\(key)")
    }

    func readers(_ key: String) throws(CallError) -> [TableReader] {
        guard let value = object[key], !value.isNull else { return [] }
        guard let items = value.list else { throw wrong(key, "a list of objects") }
        var readers: [TableReader] = []
        for (position, item) in items.enumerated() {
            guard let inner = item.object else { throw wrong("\(key)[\(position)]", "an object") }
            readers.append(TableReader(inner, place: "\(place).\(key)[\(position)]"))
        }
        return readers
    }

    func object(_ key: String) throws(CallError) -> ObjectValue {
        guard let value = object[key], !value.isNull else { return [:] }
        guard let inner = value.object else { throw wrong(key, "an object") }
        return inner
    }

    /// Texts by name.
    func textMap(_ key: String) throws(CallError) -> [String: String] {
        var map: [String: String] = [:]
        for entry in try object(key) {
            guard let text = entry.value.string else { throw wrong("\(key).\(entry.key)", "a text") }
            map[entry.key] = text
        }
        return map
    }

    func wrong(_ key: String, _ expected: String) -> CallError {
        CallError(.failed, "the table entry \(place) needs \(expected) under '\(key)'")
    }
}
