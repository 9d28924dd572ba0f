// SPDX-License-Identifier: Apache-2.0

/// A secret as files and standard input hand it over.
package enum SecretText {
    package static let largest = 65_536

    /// Why bytes are no secret.
    package enum Refusal: Error, Hashable {
        case isEmpty
        case isNotText
        case isTooLarge
    }

    /// The text without one line end at its end.
    package static func read(_ bytes: [UInt8]) throws(Refusal) -> String {
        var bytes = bytes[...]
        if bytes.count > largest { throw .isTooLarge }
        if bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        if bytes.isEmpty { throw .isEmpty }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { throw .isNotText }
        return text
    }
}

extension SecretText.Refusal {
    /// Behind the name of where it was read.
    package var words: String {
        switch self {
        case .isEmpty: "is empty"
        case .isNotText: "is no text in UTF-8"
        case .isTooLarge: "is larger than \(SecretText.largest) bytes"
        }
    }
}
