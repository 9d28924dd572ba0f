// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Why a table of a plugin is none.
package struct TableFault: Error, Hashable {
    /// Without a full stop.
    package let reason: String
}

/// A JSON object of a table that a plugin ships, read key by key.
struct TableObject {
    private let object: ObjectValue
    private let place: String

    init(json text: String) throws(TableFault) {
        let read: Value
        do throws(JSONError) {
            read = try Value(json: Array(text.utf8))
        } catch {
            throw TableFault(reason: "it stops to be JSON at byte \(error.offset): \(error.reason)")
        }
        guard let object = read.object else { throw TableFault(reason: "it should be an object") }
        self.init(object, "")
    }

    private init(_ object: ObjectValue, _ place: String) {
        self.object = object
        self.place = place
    }

    func fault(_ key: String, _ wanted: String) -> TableFault {
        TableFault(reason: "\(place)\(key) should be \(wanted)")
    }

    /// A key that is misspelled would be a line that is not seen.
    func refuseOthers(than keys: [String]) throws(TableFault) {
        guard let key = object.keys.first(where: { !keys.contains($0) }) else { return }
        throw TableFault(reason: "\(place)\(key) means nothing here; known are \(keys.joined(separator: ", "))")
    }

    func text(_ key: String) throws(TableFault) -> String {
        guard let text = object[key]?.string, !text.isEmpty else { throw fault(key, "a text") }
        return text
    }

    func optional(_ key: String) throws(TableFault) -> String? {
        object[key] == nil ? nil : try text(key)
    }

    /// The objects of a list.
    func list(_ key: String) throws(TableFault) -> [TableObject] {
        guard let list = object[key]?.list else { throw fault(key, "a list") }
        var items: [TableObject] = []
        for (position, item) in list.enumerated() {
            guard let line = item.object else { throw fault(key, "a list of objects") }
            items.append(TableObject(line, "\(place)\(key)[\(position)]."))
        }
        return items
    }

    /// The objects of an object; none where the key is missing.
    func objects(_ key: String) throws(TableFault) -> [(key: String, value: TableObject)] {
        guard let value = object[key] else { return [] }
        guard let inner = value.object else { throw fault(key, "an object") }
        var items: [(key: String, value: TableObject)] = []
        for entry in inner {
            guard let item = entry.value.object else { throw fault(key, "an object of objects") }
            items.append((entry.key, TableObject(item, "\(place)\(key).\(entry.key).")))
        }
        return items
    }

    /// The texts of an object; none where the key is missing.
    func texts(_ key: String) throws(TableFault) -> [(key: String, value: String)] {
        guard let value = object[key] else { return [] }
        guard let inner = value.object else { throw fault(key, "an object") }
        var items: [(key: String, value: String)] = []
        for entry in inner {
            guard let text = entry.value.string else { throw fault("\(key).\(entry.key)", "a text") }
            items.append((entry.key, text))
        }
        return items
    }
}
