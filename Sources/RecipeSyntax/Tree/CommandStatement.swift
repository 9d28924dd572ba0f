// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A verb and the words behind it: `run recommend { date: 2026-11-01 } --wait &`.
package struct CommandStatement: Sendable, Hashable {
    /// A verb of the shell, a plugin's dotted verb, or `?`.
    package var verb: DottedName
    package var arguments: [CommandArgument]
    /// Ends with `&`.
    package var isBackground: Bool
    package var range: SourceRange
}

/// One argument of a command.
package enum CommandArgument: Sendable, Hashable {
    /// A path, an address, a number: text as it stands, also `-x` and what follows `--`.
    case word(PlainText)
    /// `--name` or `--name=value`; the name's text is without the hyphens, its range with them.
    case flag(Name, CommandValue?)
    /// `name=value` without blanks.
    case pair(Name, CommandValue)
    case string(StringLiteral)
    case object(ObjectExpression)
    /// The rest of the line (`sql select …`).
    case template(StringLiteral)

    package var range: SourceRange {
        switch self {
        case .word(let word): word.range
        case .flag(let name, let value): value.map { name.range.union($0.range) } ?? name.range
        case .pair(let name, let value): name.range.union(value.range)
        case .string(let string), .template(let string): string.range
        case .object(let object): object.range
        }
    }
}

/// What stands behind the `=` of a flag or pair.
package enum CommandValue: Sendable, Hashable {
    /// May be empty: `--name=`.
    case word(PlainText)
    case string(StringLiteral)
    case object(ObjectExpression)

    package var range: SourceRange {
        switch self {
        case .word(let word): word.range
        case .string(let string): string.range
        case .object(let object): object.range
        }
    }
}
