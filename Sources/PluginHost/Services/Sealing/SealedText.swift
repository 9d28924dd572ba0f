// SPDX-License-Identifier: Apache-2.0
import Crypto
import FoundationEssentials

/// Bytes encrypted by AES-256-GCM, as a text: the key's id, a dot, and nonce, cipher text and tag in base64.
///
/// The nonce is made from the key and the bytes, so that equal bytes under one key give one text: what is sealed can be
/// compared without opening it. The length tells no more than a multiple of 32.
enum SealedText {
    private static let block = 32
    private static let subject = Array("converge sealed value 1".utf8)

    /// Nil where the library refuses, which it does for texts beyond its limits.
    static func seal(_ bytes: [UInt8], _ key: SealingKeys.Key) -> String? {
        // One byte ends the content, zeros fill the block.
        var padded = bytes + [1]
        padded += [UInt8](repeating: 0, count: (block - padded.count % block) % block)
        let code = HMAC<SHA256>.authenticationCode(for: padded, using: part("nonce", of: key))
        do {
            let nonce = try AES.GCM.Nonce(data: Array(code.prefix(12)))
            let box = try AES.GCM.seal(padded, using: part("content", of: key), nonce: nonce, authenticating: subject)
            return box.combined.map { key.id + "." + $0.base64EncodedString() }
        } catch {
            return nil
        }
    }

    /// The id of the key that opens the text; nil for what is no sealed text.
    static func keyID(of text: String) -> String? {
        guard let dot = text.firstIndex(of: ".") else { return nil }
        return String(text[..<dot])
    }

    /// Nil for a text that was changed, or that another key has sealed.
    static func open(_ text: String, _ key: SealingKeys.Key) -> [UInt8]? {
        guard keyID(of: text) == key.id, let combined = Data(base64Encoded: String(text.dropFirst(key.id.count + 1)))
        else { return nil }
        do {
            let box = try AES.GCM.SealedBox(combined: combined)
            let padded = try AES.GCM.open(box, using: part("content", of: key), authenticating: subject)
            guard let end = padded.lastIndex(of: 1), padded[padded.index(after: end)...].allSatisfy({ $0 == 0 }) else {
                return nil
            }
            return Array(padded[..<end])
        } catch {
            return nil
        }
    }

    /// One key for each use, so that none tells of another.
    private static func part(_ use: String, of key: SealingKeys.Key) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key.bytes), info: Array("converge ledger \(use)".utf8),
            outputByteCount: 32)
    }
}
