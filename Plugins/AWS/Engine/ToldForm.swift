// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The form in which AWS keeps a value that recipes write in another one.
struct ToldForm: Sendable {
    /// True where AWS takes and tells an object as JSON text.
    let isJSON: Bool
    /// The names of key and value where AWS keeps a map as a list of objects.
    let pairs: PairNames?
    /// The member of the objects that AWS keeps in the place of a list's texts.
    let wrap: String?
    /// What stands between texts where AWS keeps a list as one text.
    let join: String?
    /// What AWS leaves away at the beginning.
    let prefix: String?
    /// What the values that AWS tells mean.
    let meanings: ObjectValue
    /// True where AWS takes the text in base64.
    let isEncoded: Bool

    init(_ table: TableReader) throws(CallError) {
        isJSON = try table.flag("json")
        pairs = try PairNames(table)
        wrap = try table.optionalText("wrap")
        join = try table.optionalText("join")
        prefix = try table.optionalText("prefix")
        meanings = try table.object("reads_as")
        isEncoded = try table.optionalText("encode") == "base64"
    }

    /// True where AWS takes values as they are written.
    var isPlain: Bool { !isJSON && !isEncoded && pairs == nil && wrap == nil && join == nil }

    /// A value as AWS takes it.
    func encoded(_ value: Value) -> Value {
        if isJSON { return value.string == nil && !value.isNull ? .string(value.plainJSON) : value }
        if let pairs, let map = value.object {
            return .list(map.map { .object([pairs.key: .string($0.key), pairs.value: $0.value]) })
        }
        if let items = value.list {
            if let wrap { return .list(items.map { .object([wrap: $0]) }) }
            if let join { return .string(items.compactMap(\.plainText).joined(separator: join)) }
        }
        if isEncoded, let text = value.string { return .string(WireText.base64(Array(text.utf8))) }
        return value
    }

    /// What AWS tells, as recipes write it.
    func decoded(_ value: Value, as type: ValueType) -> Value {
        if let meaning = value.plainText.flatMap({ meanings[$0] }) { return meaning }
        if isJSON, let text = value.string { return text.isEmpty ? .null : Value.documentText(text) ?? value }
        if let items = value.list {
            if let pairs {
                var map = ObjectValue()
                for item in items {
                    guard let key = item.object?[pairs.key]?.plainText else { continue }
                    map[key] = item.object?[pairs.value] ?? ""
                }
                return Value.object(map).coerced(to: type)
            }
            if let wrap { return .list(items.compactMap { $0.object?[wrap] }) }
        }
        if let text = value.string {
            if let join {
                let parts = text.split(separator: join).map { Value.string(String($0)) }
                return .list(parts)
            }
            if let prefix, !text.hasPrefix(prefix) { return .string(prefix + text) }
            if isEncoded, let bytes = WireText.bytes(base64: text) {
                return .string(String(decoding: bytes, as: UTF8.self))
            }
        }
        return value.coerced(to: type)
    }
}
