// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What is wrong with a manifest, and where.
struct ManifestProblem: Error {
    let words: String
}

/// A JSON object of a manifest that is read key by key.
struct ManifestObject {
    private let object: ObjectValue
    /// Where in the manifest it stands, for messages.
    private let place: String
    private let types: TypeTexts

    /// Types that were read already: a manifest has thousands, of which few differ.
    private final class TypeTexts {
        var known: [String: ValueType] = [:]
    }

    init(_ object: ObjectValue) {
        self.init(object, place: "", TypeTexts())
    }

    private init(_ object: ObjectValue, place: String, _ types: TypeTexts) {
        self.object = object
        self.place = place
        self.types = types
    }

    subscript(key: String) -> Value? { object[key] }

    private func problem(_ key: String, _ wanted: String) -> ManifestProblem {
        ManifestProblem(words: "\(place)\(key) should be \(wanted)")
    }

    func text(_ key: String) throws(ManifestProblem) -> String {
        guard let text = object[key]?.string else { throw problem(key, "a text") }
        return text
    }

    /// Nil where the key is missing or null.
    func optionalText(_ key: String) throws(ManifestProblem) -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let text = value.string else { throw problem(key, "a text") }
        return text
    }

    /// The given number where the key is missing.
    func number(_ key: String, default fallback: Int) throws(ManifestProblem) -> Int {
        guard let value = object[key] else { return fallback }
        guard let number = value.int else { throw problem(key, "a whole number") }
        return Int(number)
    }

    /// False where the key is missing.
    func flag(_ key: String) throws(ManifestProblem) -> Bool {
        guard let value = object[key] else { return false }
        guard let flag = value.bool else { throw problem(key, "true or false") }
        return flag
    }

    /// Empty where the key is missing.
    func list(_ key: String) throws(ManifestProblem) -> [Value] {
        guard let value = object[key] else { return [] }
        guard let list = value.list else { throw problem(key, "a list") }
        return list
    }

    /// Empty where the key is missing.
    func texts(_ key: String) throws(ManifestProblem) -> [String] {
        var texts: [String] = []
        for item in try list(key) {
            guard let text = item.string else { throw problem(key, "a list of texts") }
            texts.append(text)
        }
        return texts
    }

    /// Nil where the key is missing or null.
    func object(_ key: String) throws(ManifestProblem) -> ManifestObject? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let object = value.object else { throw problem(key, "an object") }
        return ManifestObject(object, place: place + key + ".", types)
    }

    /// The objects of a list, each made into something; empty where the key is missing.
    func items<T>(
        _ key: String, _ make: (ManifestObject) throws(ManifestProblem) -> T
    ) throws(ManifestProblem) -> [T] {
        let values = try list(key)
        var items: [T] = []
        items.reserveCapacity(values.count)
        for (number, value) in values.enumerated() {
            guard let object = value.object else { throw problem(key, "a list of objects") }
            items.append(try make(ManifestObject(object, place: "\(place)\(key)[\(number)].", types)))
        }
        return items
    }

    /// A type as the language writes it.
    func type(_ key: String) throws(ManifestProblem) -> ValueType {
        let text = try text(key)
        if let known = types.known[text] { return known }
        guard let type = ValueType(text) else { throw problem(key, "a type, not '\(text)'") }
        types.known[text] = type
        return type
    }

    /// One of the words of an enumeration, or the given case where the key is missing.
    func word<T>(_ key: String, _ words: [(String, T)], default fallback: T) throws(ManifestProblem) -> T {
        guard let text = try optionalText(key) else { return fallback }
        guard let found = words.first(where: { $0.0 == text }) else {
            throw problem(key, "one of " + words.map(\.0).joined(separator: ", "))
        }
        return found.1
    }
}
