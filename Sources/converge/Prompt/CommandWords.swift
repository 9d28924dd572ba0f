// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A command of the language as the words that a verb's parser takes.
enum CommandWords {
    static func words(of command: CommandStatement, in source: SourceText) -> [String] {
        if command.verb.text == "sql" {
            let rest = SourceRange(Int(command.verb.range.upper), Int(command.range.upper))
            return ["sql"] + QueryLine.words(source.text(of: rest))
        }
        return [command.verb.text]
            + command.arguments.map { argument in
                switch argument {
                case .word(let word): word.text
                case .flag(let name, nil): "--\(name.text)"
                case .flag(let name, let value?): "--\(name.text)=\(text(of: value, in: source))"
                case .pair(let name, let value): "\(name.text)=\(text(of: value, in: source))"
                case .string(let string), .template(let string): text(of: string, in: source)
                case .object(let object): source.text(of: object.range)
                }
            }
    }

    private static func text(of value: CommandValue, in source: SourceText) -> String {
        switch value {
        case .word(let word): word.text
        case .string(let string): text(of: string, in: source)
        case .object(let object): source.text(of: object.range)
        }
    }

    /// A string's text; one with holes stays as it is written, for the verb to evaluate.
    private static func text(of string: StringLiteral, in source: SourceText) -> String {
        string.plainText ?? source.text(of: string.range)
    }
}
