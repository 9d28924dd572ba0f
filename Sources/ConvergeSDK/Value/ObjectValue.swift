// SPDX-License-Identifier: Apache-2.0

/// An object that keeps the order of its keys.
///
/// Two objects are equal when they hold the same keys with the same values, in whatever order. Reading a key costs a
/// hash look-up in objects of more than eight entries and a short scan in smaller ones.
public struct ObjectValue: Sendable, ExpressibleByDictionaryLiteral {
    public struct Entry: Sendable, Hashable {
        public let key: String
        public var value: Value

        public init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    public private(set) var entries: [Entry]
    private var index: [String: Int]

    private static let indexedFrom = 8

    public init() {
        entries = []
        index = [:]
    }

    /// Of keys that repeat the last one counts.
    public init(_ pairs: some Sequence<(String, Value)>) {
        self.init()
        for (key, value) in pairs { self[key] = value }
    }

    public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }

    public var count: Int { entries.count }
    public var isEmpty: Bool { entries.isEmpty }
    public var keys: [String] { entries.map(\.key) }
    public var values: [Value] { entries.map(\.value) }

    private func position(of key: String) -> Int? {
        if entries.count > Self.indexedFrom { return index[key] }
        return entries.firstIndex { $0.key == key }
    }

    /// The value of a key; setting nil removes the key, setting a new key puts it last.
    public subscript(key: String) -> Value? {
        get { position(of: key).map { entries[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): entries[position].value = value
            case (let position?, nil):
                entries.remove(at: position)
                rebuildIndex()
            case (nil, let value?):
                entries.append(Entry(key: key, value: value))
                if entries.count == Self.indexedFrom + 1 {
                    rebuildIndex()
                } else if entries.count > Self.indexedFrom {
                    index[key] = entries.count - 1
                }
            case (nil, nil): break
            }
        }
    }

    private mutating func rebuildIndex() {
        index.removeAll(keepingCapacity: true)
        guard entries.count > Self.indexedFrom else { return }
        for (offset, entry) in entries.enumerated() { index[entry.key] = offset }
    }

    /// The object with each value changed and the keys as they are.
    public func mapValues<Failure: Error>(_ change: (Value) throws(Failure) -> Value) throws(Failure) -> ObjectValue {
        var result = self
        for offset in entries.indices { result.entries[offset].value = try change(entries[offset].value) }
        return result
    }

    /// The entries for which the test holds.
    public func filter(_ holds: (Entry) -> Bool) -> ObjectValue {
        ObjectValue(entries.filter(holds).map { ($0.key, $0.value) })
    }

    /// This object with the other's entries added; where both have a key the other's value counts.
    public func merging(_ other: ObjectValue) -> ObjectValue {
        var result = self
        for entry in other.entries { result[entry.key] = entry.value }
        return result
    }
}

extension ObjectValue: Sequence {
    public func makeIterator() -> IndexingIterator<[Entry]> { entries.makeIterator() }
}

extension ObjectValue: Hashable {
    public static func == (left: ObjectValue, right: ObjectValue) -> Bool {
        guard left.count == right.count else { return false }
        return left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        var combined = 0
        for entry in entries { combined ^= entry.hashValue }
        hasher.combine(combined)
    }
}
