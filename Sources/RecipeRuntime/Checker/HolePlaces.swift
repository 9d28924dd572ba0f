// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Follows the literal parts of a text, to refuse a `${ }` where no writing keeps a value a value.
struct HolePlaces {
    private enum Form {
        case shell(ShellLexer)
        case sql(SQLLexer)
        /// Nothing is refused, or nothing can be told before the text is whole.
        case any
    }

    private var form: Form

    init(_ type: RecipeType) {
        form =
            switch type {
            case .shell: .shell(ShellLexer())
            case .sql: .sql(SQLLexer())
            default: .any
            }
    }

    /// What is wrong with a value that stands here.
    var refusal: (message: String, help: String)? {
        switch form {
        case .shell(let lexer):
            guard case .refused(let place) = lexer.place else { return nil }
            return (ShellText.refusal(place), ShellText.wayOut)
        case .sql(let lexer): return lexer.refusal.map { (SQLDialect.refusal($0), SQLDialect.wayOut) }
        case .any: return nil
        }
    }

    mutating func read(_ text: String) {
        switch form {
        case .shell(var lexer):
            lexer.read(text)
            form = .shell(lexer)
        case .sql(var lexer):
            lexer.read(text)
            form = .sql(lexer)
        case .any: break
        }
    }

    /// - Parameter isSpliced: The value is text of the same type, whose quotes are seen only when it is there.
    mutating func passHole(isSpliced: Bool) {
        switch form {
        case .shell(var lexer):
            lexer.passValue()
            form = .shell(lexer)
        case .sql: if isSpliced { form = .any }
        case .any: break
        }
    }
}
