// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How the name of a thing is made where its recipe gives none: of environment, module and address, and of the token of
/// the operation that makes the thing, so that a repeat makes the same name and the next thing of the address another one.
struct MadeName: Sendable, Equatable {
    private let longest: Int
    private let separator: Character
    private let prefix: String

    /// How much of the token ends a name: its end, since what is made at the same time has the same beginning.
    private static let digits = 8

    /// - Parameter isName: What counts where the table says nothing: true for a text that names its thing.
    init?(_ table: TableReader, isName: Bool) throws(CallError) {
        switch table.value("made") {
        case nil, .null: if !isName { return nil }
        case .bool(let isMade): if !isMade { return nil }
        case .object: break
        default: throw table.wrong("made", "a Bool, or an object with longest, separator and prefix")
        }
        let rule = table.value("made")?.object ?? [:]
        longest = rule["longest"]?.int.map { Int(clamping: $0) } ?? 63
        separator = rule["separator"]?.string?.first ?? "-"
        prefix = rule["prefix"]?.string ?? ""
    }

    func text(_ identity: ResourceIdentity?, _ token: OperationToken) -> String {
        let room = max(1, longest - prefix.utf8.count - Self.digits - 1)
        var words = ""
        for character in (identity?.description ?? "").lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                words.append(character)
            } else if let last = words.last, last != separator {
                words.append(separator)
            }
        }
        // Several services want a letter first.
        if words.first?.isLetter != true { words = "x" + words }
        words = String(words.prefix(room))
        while words.last == separator { words.removeLast() }
        return prefix + words + String(separator) + token.text.suffix(Self.digits)
    }
}

extension AWSThing {
    /// The fields with the names that were made for those that the recipe leaves out.
    func named(_ inputs: ObjectValue, _ outputs: ObjectValue) -> ObjectValue {
        var named = inputs
        for name in entry.madeNames where (inputs[name] ?? .null).isNull {
            if let made = outputs[name], !made.isNull { named[name] = made }
        }
        return named
    }

    /// The fields of a thing that is being made, with the names that are made for it.
    func naming(_ inputs: ObjectValue) -> ObjectValue {
        var named = inputs
        for field in entry.fields where (inputs[field.schema.name] ?? .null).isNull {
            if let made = field.made { named[field.schema.name] = .string(made.text(identity, context.token)) }
        }
        return named
    }

    /// Fields as they were seen, without the names that the recipe leaves out.
    func unnamed(_ seen: ObjectValue, as recorded: ObjectValue) -> ObjectValue {
        var inputs = seen
        for name in entry.madeNames where (recorded[name] ?? .null).isNull { inputs[name] = .null }
        return inputs
    }
}
