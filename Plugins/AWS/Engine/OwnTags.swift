// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The tags by which Converge finds again what it made; they are never shown as a thing's own.
enum OwnTags {
    static let prefix = "converge:"
    static let token = "converge:token"

    /// The tags of a thing that is being made.
    static func of(_ identity: ResourceIdentity?, _ context: CallContext) -> ObjectValue {
        var tags: ObjectValue = [:]
        if let identity {
            tags["converge:environment"] = .string(identity.environment)
            tags["converge:address"] = .string(Self.plain("\(identity.module)/\(identity.address)"))
        }
        tags[token] = .string(context.token.text)
        return tags
    }

    /// The text in the characters that every service takes in tags, 256 at most.
    private static func plain(_ text: String) -> String {
        let allowed = text.map { character -> Character in
            let isPlain = character.isASCII && (character.isLetter || character.isNumber)
            return isPlain || "_.:/=+-@ ".contains(character) ? character : "."
        }
        return String(allowed.prefix(256))
    }
}
