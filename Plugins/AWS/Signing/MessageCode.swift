// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// HMAC-SHA256 with keys that are bytes, made from the lent hash (RFC 2104).
struct MessageCode {
    let hashing: any Hashing
    private static let block = 64

    func code(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var key = key.count > Self.block ? hashing.sha256(key) : key
        key += [UInt8](repeating: 0, count: Swift.max(0, Self.block - key.count))
        let inner = hashing.sha256(key.map { $0 ^ 0x36 } + message)
        return hashing.sha256(key.map { $0 ^ 0x5C } + inner)
    }

    func code(_ message: String, key: [UInt8]) -> [UInt8] { code(Array(message.utf8), key: key) }
}
