// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Crypto

/// The content of a project's store of secrets: names and times in clear, each text encrypted by AES-256-GCM.
///
/// A seal over everything shows what was changed, taken out, put in or exchanged by somebody without the key.
struct SecretStoreFile {
    struct Entry: Hashable {
        let name: String
        let time: Timestamp
        let box: [UInt8]
    }

    enum Fault: Error, Hashable {
        /// No store at all, or one that was cut off.
        case unreadable(String)
        /// Of a newer Converge.
        case newer(Int64)
        /// The key fits and the content does not.
        case changed
        case wrongKey
    }

    static let version: Int64 = 1

    let derivation: KeyDerivation
    /// Random; salts the key and binds each text to this store.
    let salt: [UInt8]
    /// An empty box that only the right key opens.
    private let proof: [UInt8]
    private(set) var entries: [Entry] = []
    private var seal: [UInt8] = []

    /// An empty store.
    init(derivation: KeyDerivation, salt: [UInt8], key: SymmetricKey) throws(Fault) {
        self.derivation = derivation
        self.salt = salt
        proof = try Self.box([], about: ["proof"], salt, key)
        try renewSeal(key)
    }

    // MARK: Texts

    /// Refuses a key that is not this store's, and a content that is not what was written with it.
    func check(_ key: SymmetricKey) throws(Fault) {
        guard Self.open(proof, about: ["proof"], salt, key) != nil else { throw .wrongKey }
        guard Self.open(seal, about: content, salt, key) != nil else { throw .changed }
    }

    /// Nil where there is no secret of that name.
    func text(of name: String, _ key: SymmetricKey) throws(Fault) -> String? {
        guard let entry = entries.first(where: { $0.name == name }) else { return nil }
        guard let bytes = Self.open(entry.box, about: Self.subject(entry.name, entry.time), salt, key),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw .changed }
        return text
    }

    mutating func set(_ name: String, to text: String, at time: Timestamp, _ key: SymmetricKey) throws(Fault) {
        let box = try Self.box(Array(text.utf8), about: Self.subject(name, time), salt, key)
        entries.removeAll { $0.name == name }
        entries.append(Entry(name: name, time: time, box: box))
        entries.sort { $0.name < $1.name }
        try renewSeal(key)
    }

    mutating func remove(_ name: String, _ key: SymmetricKey) throws(Fault) {
        entries.removeAll { $0.name == name }
        try renewSeal(key)
    }

    // MARK: Encryption

    private static func subject(_ name: String, _ time: Timestamp) -> [String] {
        ["secret", name, String(time.nanoseconds)]
    }

    private var content: [String] {
        ["seal", Value.object(derivation.document).json(), Hex.text(proof)]
            + entries.flatMap { [$0.name, String($0.time.nanoseconds), Hex.text($0.box)] }
    }

    private mutating func renewSeal(_ key: SymmetricKey) throws(Fault) {
        seal = try Self.box([], about: content, salt, key)
    }

    /// What a box is bound to: it opens under nothing else.
    private static func binding(_ subject: [String], _ salt: [UInt8]) -> [UInt8] {
        let parts = ["converge secrets", String(version), Hex.text(salt)] + subject
        return Array(Value.list(parts.map { .string($0) }).json().utf8)
    }

    private static func box(
        _ bytes: [UInt8], about subject: [String], _ salt: [UInt8], _ key: SymmetricKey
    ) throws(Fault) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(bytes, using: key, authenticating: binding(subject, salt))
            return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw .unreadable("the text cannot be encrypted")
        }
    }

    private static func open(
        _ box: [UInt8], about subject: [String], _ salt: [UInt8], _ key: SymmetricKey
    ) -> [UInt8]? {
        do {
            let sealed = try AES.GCM.SealedBox(combined: box)
            return Array(try AES.GCM.open(sealed, using: key, authenticating: binding(subject, salt)))
        } catch {
            return nil
        }
    }
}

// MARK: The file

extension SecretStoreFile {
    var encoded: [UInt8] {
        let document: ObjectValue = [
            "converge_secrets": .int(Self.version), "key": .object(derivation.document),
            "salt": .string(Hex.text(salt)),
            "proof": .string(Hex.text(proof)),
            "secrets": .list(
                entries.map { entry in
                    .object([
                        "name": .string(entry.name), "set": .string(entry.time.description),
                        "box": .string(Hex.text(entry.box))
                    ])
                }), "seal": .string(Hex.text(seal))
        ]
        return Array((Value.object(document).indentedJSON() + "\n").utf8)
    }

    init(decoding bytes: [UInt8]) throws(Fault) {
        let document: ObjectValue
        do {
            document = try Value(json: bytes).object ?? [:]
        } catch {
            throw .unreadable(bytes.isEmpty ? "it is empty" : "it ends too early, or is no JSON")
        }
        guard let version = document["converge_secrets"]?.int else { throw .unreadable("it is no store of secrets") }
        if version > Self.version { throw .newer(version) }
        guard version == Self.version, let derivation = KeyDerivation(document["key"]?.object ?? [:]),
            let salt = Self.bytes(document["salt"]), salt.count == 16, let proof = Self.bytes(document["proof"]),
            let seal = Self.bytes(document["seal"]), let list = document["secrets"]?.list
        else { throw .unreadable("parts of it are missing") }
        self.derivation = derivation
        self.salt = salt
        self.proof = proof
        self.seal = seal
        for item in list {
            guard let name = item.object?["name"]?.string, let box = Self.bytes(item.object?["box"]),
                let time = item.object?["set"]?.string.flatMap({ Timestamp($0) })
            else { throw .unreadable("parts of it are missing") }
            entries.append(Entry(name: name, time: time, box: box))
        }
    }

    private static func bytes(_ value: Value?) -> [UInt8]? { value?.string.flatMap(Hex.bytes) }
}
