// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Crypto
import CryptoExtras
import FoundationEssentials

/// What a person or a machine holds to open a store of secrets.
package enum StoreKeyText: Sendable, Hashable {
    /// 32 random bytes.
    case bytes([UInt8])
    case passphrase(String)

    /// Reads a key as it is handed over, in base64; nil for anything but 32 bytes.
    static func key(_ text: String) -> StoreKeyText? {
        guard let bytes = Data(base64Encoded: text), bytes.count == 32 else { return nil }
        return .bytes(Array(bytes))
    }

    /// A fresh key, in base64.
    static func makeKey() -> String { Data(SystemRandomness().bytes(32)).base64EncodedString() }
}

/// How the key of a store is made from what somebody holds.
enum KeyDerivation: Hashable {
    /// By HKDF with SHA-256, so that one key opens several stores and no two are encrypted alike.
    case key
    case scrypt(rounds: Int, blockSize: Int, parallelism: Int)

    /// 128 MiB and a good part of a second: what one guess at a passphrase costs.
    static let passphrase = KeyDerivation.scrypt(rounds: 1 << 17, blockSize: 8, parallelism: 1)

    /// Nil for a text of the other sort, or costs that no store is made with.
    func key(from text: StoreKeyText, salt: [UInt8]) -> SymmetricKey? {
        switch (self, text) {
        case (.key, .bytes(let bytes)):
            return HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: bytes), salt: salt, info: Array("converge secrets".utf8),
                outputByteCount: 32)
        case (.scrypt(let rounds, let blockSize, let parallelism), .passphrase(let passphrase)):
            do {
                return try KDF.Scrypt.deriveKey(
                    from: Array(passphrase.utf8), salt: salt, outputByteCount: 32, rounds: rounds,
                    blockSize: blockSize, parallelism: parallelism)
            } catch {
                return nil
            }
        default: return nil
        }
    }

    var document: ObjectValue {
        switch self {
        case .key: ["by": "hkdf-sha256"]
        case .scrypt(let rounds, let blockSize, let parallelism):
            [
                "by": "scrypt", "rounds": .int(Int64(rounds)), "block_size": .int(Int64(blockSize)),
                "parallelism": .int(Int64(parallelism))
            ]
        }
    }

    /// Nil for what this version does not make, and for costs that would take the machine's memory.
    init?(_ document: ObjectValue) {
        switch document["by"]?.string {
        case "hkdf-sha256": self = .key
        case "scrypt":
            guard let rounds = document["rounds"]?.int, let blockSize = document["block_size"]?.int,
                let parallelism = document["parallelism"]?.int, (1024...(1 << 20)).contains(rounds),
                rounds & (rounds - 1) == 0, (1...8).contains(blockSize), (1...4).contains(parallelism)
            else { return nil }
            self = .scrypt(rounds: Int(rounds), blockSize: Int(blockSize), parallelism: Int(parallelism))
        default: return nil
        }
    }
}
