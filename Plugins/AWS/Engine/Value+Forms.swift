// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Value {
    /// JSON text of the value that any reader of JSON takes.
    var plainJSON: String { json(.plain) }

    /// The content of a JSON text; nil where it is none.
    static func documentText(_ text: String) -> Value? {
        if let value = json(text) { return value }
        // Some services escape a text that is JSON already.
        return json("\"\(text)\"")?.string.flatMap { json($0) }
    }

    private static func json(_ text: String) -> Value? {
        do throws(JSONError) { return try Value(foreignJSON: text.utf8) } catch { return nil }
    }

    /// The value in the form of a type, where AWS keeps it in another: numbers and truth as text.
    func coerced(to type: ValueType) -> Value {
        switch (type.unwrapped, self) {
        case (.int, .string(let text)): Int64(text).map { .int($0) } ?? self
        case (.int, .float(let number)) where number == number.rounded() && abs(number) < 9e15: .int(Int64(number))
        case (.float, .int(let number)): .float(Double(number))
        case (.float, .string(let text)): Double(text).map { .float($0) } ?? self
        case (.bool, .string(let text)):
            text.lowercased() == "true" ? true : text.lowercased() == "false" ? false : self
        case (.string, .int), (.string, .float), (.string, .bool): plainText.map { .string($0) } ?? self
        case (.list(let element), .list(let items)): .list(items.map { $0.coerced(to: element) })
        case (.map(let element), .object(let object)): .object(object.mapValues { $0.coerced(to: element) })
        default: self
        }
    }
}
