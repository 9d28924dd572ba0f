// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the kinds of one connection share: its folder and the lent services.
struct Platform: Sendable {
    /// Absolute.
    let folder: String
    let services: any HostServices

    /// The id of the thing that a token makes: always the same one, and nobody else's.
    func id(madeBy token: OperationToken) -> String {
        String(hexadecimal(services.hashing.sha256(Array(token.text.utf8))).prefix(20))
    }

    /// The name of a thing whose recipe gives none.
    func name(for identity: ResourceIdentity) -> String {
        let digest = services.hashing.sha256(Array(identity.description.utf8))
        return ThingName.standard(for: identity, digest: hexadecimal(digest))
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
