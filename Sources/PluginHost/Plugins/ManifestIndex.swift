// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Where the parts of a manifest stand in its file.
///
/// The file is one JSON object whose first line holds all that every command needs, and this index; behind it come the
/// lists of a large plugin, of which a command needs a few elements. Whoever edits the file by hand makes another length
/// of it: then the index does not count, and the whole is read.
struct ManifestIndex {
    let kinds: ManifestKinds
    let texts: ManifestTexts
    let priceTables: ManifestTexts
    let exportTables: ManifestTexts

    /// - Parameters:
    ///   - value: The index as it stands in the first line.
    ///   - body: Where what comes behind that line begins.
    init?(_ value: Value, _ file: ManifestFile, body: Int) {
        guard let index = value.object, index["length"]?.int == Int64(file.size - body),
            let kinds = Self.parts("resourceKinds", of: index, file, body),
            let texts = Self.parts("texts", of: index, file, body),
            let prices = Self.parts("priceTables", of: index, file, body),
            let exports = Self.parts("exportTables", of: index, file, body)
        else { return nil }
        self.kinds = ManifestKinds(
            kinds.map(\.part), sensitive: Set(kinds.filter { !$0.marks.isEmpty }.map(\.part.name)))
        self.texts = ManifestTexts(texts.map(\.part), texts.map { $0.marks.compactMap { TextDeclaration(words: $0) } })
        priceTables = ManifestTexts(prices.map(\.part), prices.map { _ in [] })
        exportTables = ManifestTexts(exports.map(\.part), exports.map { _ in [] })
    }

    private static func parts(
        _ key: String, of index: ObjectValue, _ file: ManifestFile, _ body: Int
    ) -> [(part: ManifestPart, marks: [String])]? {
        let places = 1...Int64(max(1, file.size))
        guard let list = index[key]?.object, let start = list["at"]?.int, places.contains(start),
            let items = list["parts"]?.list
        else { return nil }
        var parts: [(part: ManifestPart, marks: [String])] = []
        parts.reserveCapacity(items.count)
        var offset = body + Int(start)
        for item in items {
            guard let item = item.list, item.count >= 2, let name = item[0].string, let length = item[1].int,
                places.contains(length), offset + Int(length) < file.size
            else { return nil }
            parts.append(
                (
                    ManifestPart(name: name, file: file, offset: offset, length: Int(length)),
                    item.dropFirst(2).compactMap(\.string)
                ))
            // A comma stands between two.
            offset += Int(length) + 1
        }
        return parts
    }
}

/// A manifest's text in the making: lists behind the first line, and where their elements stand.
struct ManifestBody {
    private(set) var text = ""
    private var lists = ObjectValue()

    /// - Parameter elements: With their names, and what else the index says of them.
    mutating func add(_ key: String, _ elements: [(name: String, marks: [String], value: Value)]) {
        text += ",\(Value.string(key).json()):["
        let start = text.utf8.count
        var parts: [Value] = []
        for (offset, element) in elements.enumerated() {
            let json = element.value.json()
            text += (offset == 0 ? "" : ",") + json
            parts.append(
                .list([.string(element.name), .int(Int64(json.utf8.count))] + element.marks.map { .string($0) }))
        }
        text += "]"
        lists[key] = ["at": .int(Int64(start)), "parts": .list(parts)]
    }

    /// The index, once all is added and the text ended.
    mutating func end() -> Value {
        text += "}\n"
        lists["length"] = .int(Int64(text.utf8.count))
        return .object(lists)
    }
}
