// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Why the content of a row cannot be what was written.
struct RowDamage: Error {
    /// The table and the row's name in it.
    var row: String
    var reason: String
}

/// Values as the text of a column: JSON of the exact form.
enum ColumnText {
    /// A text that is not what the column holds.
    struct Misfit: Error {
        var reason: String
    }

    static func value(_ text: String) throws(Misfit) -> Value {
        do { return try Value(json: text) } catch { throw Misfit(reason: "\(error.reason) (byte \(error.offset))") }
    }

    static func write(_ object: ObjectValue) -> String { object.isEmpty ? "{}" : Value.object(object).json(.exact) }

    static func write(_ list: [Value]) -> String? { list.isEmpty ? nil : Value.list(list).json(.exact) }

    static func object(_ text: String) throws(Misfit) -> ObjectValue {
        if text == "{}" { return [:] }
        guard let object = try value(text).object else { throw Misfit(reason: "an object should be here") }
        return object
    }

    static func list(_ text: String?) throws(Misfit) -> [Value] {
        guard let text else { return [] }
        guard let list = try value(text).list else { throw Misfit(reason: "a list should be here") }
        return list
    }

    static func strings(_ value: Value?) -> [String] { value?.list?.compactMap(\.string) ?? [] }

    static func references(_ text: String?) throws(Misfit) -> [Reference] { try list(text).compactMap(\.reference) }
}
