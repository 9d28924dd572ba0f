// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Crypto

/// Digests and signatures, with keys that stay here.
struct LentHashing: Hashing {
    let vault: SecretVault

    func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    func hmacSHA256(_ bytes: [UInt8], key: Value) async throws(CallError) -> [UInt8] {
        let text = try await vault.text(of: key)
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: Array(text.utf8)))
        return Array(code)
    }

    func sha256() -> any DigestInProgress { RunningDigest() }

    func digest(ofPath path: String) async throws(CallError) -> String {
        try await BlockingWork.run { (flag) throws(CallError) in try TreeDigest.of(path, flag).digest }
    }
}

private final class RunningDigest: DigestInProgress {
    private var hash = SHA256()

    func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

    func finish() -> String { Hex.text(hash.finalize()) }
}
