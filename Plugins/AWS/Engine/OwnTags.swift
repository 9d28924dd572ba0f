// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The tags by which Converge finds again what it made; they are never shown as a thing's own.
enum OwnTags {
    static let prefix = "converge:"
    static let token = "converge:token"

    /// The tags of a thing that is being made.
    static func of(_ identity: ResourceIdentity?, _ context: CallContext) -> ObjectValue {
        var tags = identity.map { names(of: $0) } ?? [:]
        tags[token] = .string(context.token.text)
        return tags
    }

    /// True where the tags are of something that was made under the same address.
    static func areOf(_ identity: ResourceIdentity?, _ tags: ObjectValue) -> Bool {
        guard let identity else { return false }
        return names(of: identity).allSatisfy { tags[$0.key] == $0.value }
    }

    /// For which resource Converge made the thing; nil for one that somebody else made.
    static func owner(_ tags: ObjectValue) -> String? {
        guard let address = tags["converge:address"]?.string else { return nil }
        return address + (tags["converge:environment"]?.string.map { " of the environment \($0)" } ?? "")
    }

    private static func names(of identity: ResourceIdentity) -> ObjectValue {
        [
            "converge:environment": .string(identity.environment),
            "converge:address": .string(Self.plain("\(identity.module)/\(identity.address)"))
        ]
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
