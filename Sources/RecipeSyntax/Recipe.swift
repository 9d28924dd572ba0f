// SPDX-License-Identifier: Apache-2.0

/// The doors of this room: text to tree, tree to text.
package enum Recipe {
    /// Which rules a text follows.
    package enum Mode: Sendable, Hashable {
        /// Declarations, then commands; a line goes on when the next begins with an operator or a dot.
        case file
        /// Declarations, commands and expressions alternate; a statement ends at the line's end outside brackets.
        case prompt
    }

    /// The verbs that every shell has, in the order of the language reference. At a statement's start they win over
    /// names.
    package static let verbs = [
        "check", "plan", "apply", "destroy", "refresh", "drift", "rollback", "diff", "audit", "forget", "adopt", "run",
        "runs", "show",
        "logs", "cancel", "resume", "approve", "signal", "explain", "mapping", "compare", "graph", "lineage", "impact",
        "cost",
        "sql", "open", "save", "load", "fmt", "undo", "redo", "history", "help", "environment", "plugins",
        "secret", "ledger", "export", "quit"
    ]

    /// The words with which a declaration begins.
    package static let statementWords = StatementWord.allCases.map(\.rawValue) + ["for", "if"]

    /// The words that are no names.
    package static let reservedWords = [
        "and", "or", "not", "in", "if", "then", "else", "for", "null", "true", "false", "lookup"
    ]

    /// How deep brackets, blocks, strings and prefixes may nest.
    package static let deepestNesting = 64

    /// How many operators or postfixes may follow one another.
    package static let longestChain = 256
}
