// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Crypto
import FoundationEssentials

/// The keys of a project's sensitive values, as they lie in a file outside of the ledger.
struct SealingKeys: Sendable, Hashable {
    struct Key: Sendable, Hashable {
        let bytes: [UInt8]
        /// Stands in front of what is sealed with it, so that a key that is missing can be named.
        let id: String

        /// Nil for anything but 32 bytes.
        init?(_ bytes: [UInt8]) {
            guard bytes.count == 32 else { return nil }
            self.bytes = bytes
            id = Hex.text(Array(SHA256.hash(data: bytes).prefix(4)))
        }
    }

    enum Fault: Error, Hashable {
        case unreadable
        case newer(Int64)
    }

    static let format: Int64 = 1

    /// What new values are sealed with.
    private(set) var newest: Key
    /// What earlier values are opened with, until all are sealed anew.
    private(set) var earlier: [Key]
    /// What fingerprints are made with; it stays the same for the life of the project, so that they can be compared
    /// whatever key they are sealed with.
    let fingerprints: [UInt8]

    private init(newest: Key, earlier: [Key], fingerprints: [UInt8]) {
        self.newest = newest
        self.earlier = earlier
        self.fingerprints = fingerprints
    }

    /// Fresh ones; nil where the machine has no randomness.
    static func made() -> SealingKeys? {
        let random = SystemRandomness()
        return Key(random.bytes(32)).map { SealingKeys(newest: $0, earlier: [], fingerprints: random.bytes(32)) }
    }

    var all: [Key] { [newest] + earlier }

    /// With another key in front of those that there are.
    func adding(_ key: Key) -> SealingKeys {
        SealingKeys(newest: key, earlier: all, fingerprints: fingerprints)
    }

    /// With the newest key alone.
    var withoutEarlier: SealingKeys { SealingKeys(newest: newest, earlier: [], fingerprints: fingerprints) }

    // MARK: The file

    var encoded: [UInt8] {
        let object: ObjectValue = [
            "format": .int(Self.format), "fingerprints": .string(Data(fingerprints).base64EncodedString()),
            "keys": .list(all.map { .string(Data($0.bytes).base64EncodedString()) })
        ]
        return Array((Value.object(object).indentedJSON(.exact) + "\n").utf8)
    }

    init(decoding bytes: [UInt8]) throws(Fault) {
        let value: Value
        do { value = try Value(foreignJSON: bytes) } catch { throw .unreadable }
        guard let object = value.object, let format = object["format"]?.int else { throw .unreadable }
        if format > Self.format { throw .newer(format) }
        let keys = (object["keys"]?.list ?? []).map { $0.string.flatMap(Self.bytes).flatMap { Key($0) } }
        guard let fingerprints = object["fingerprints"]?.string.flatMap(Self.bytes), fingerprints.count == 32,
            let first = keys.first, let newest = first, keys.allSatisfy({ $0 != nil })
        else { throw .unreadable }
        self.init(newest: newest, earlier: keys.dropFirst().compactMap { $0 }, fingerprints: fingerprints)
    }

    private static func bytes(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }
}
