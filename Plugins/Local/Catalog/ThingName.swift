// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The names of things: what a folder, a file and an address may all be called.
enum ThingName {
    private static let longest = 63

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// The name as it is where it can be one.
    static func checked(_ name: String) throws(CallError) -> String {
        guard let first = name.utf8.first, first != UInt8(ascii: "-"), name.utf8.count <= longest,
            name.utf8.allSatisfy(isAllowed)
        else {
            throw CallError(
                .invalid, "'\(name)' cannot be a name on the local platform",
                notes: ["a name has 1 to \(longest) lower-case letters, digits, '-' or '_' and does not begin with '-'"]
            )
        }
        return name
    }

    /// The name of a thing whose recipe gives none: readable, cut, and unique by the beginning of a digest.
    static func standard(for identity: ResourceIdentity, digest: String) -> String {
        var text = ""
        for byte in identity.description.lowercased().utf8 {
            if isAllowed(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else if let last = text.last, last != "-" {
                text += "-"
            }
        }
        while text.hasPrefix("-") { text.removeFirst() }
        let readable = text.prefix(longest - 16)
        return readable + (readable.hasSuffix("-") || readable.isEmpty ? "" : "-") + digest.prefix(8)
    }
}
