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
}
