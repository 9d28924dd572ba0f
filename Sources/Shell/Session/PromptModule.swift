// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The module that the prompt edits: declarations in the order in which they were given.
package final class PromptModule: Sendable {
    /// Where its text is kept.
    package enum Home: Sendable, Hashable {
        /// The project's own, under the name `@scratch`.
        case scratch
        /// A recipe file, by its path.
        case file(String)
    }

    private struct Content {
        var home: Home
        var declarations: [String]
        /// For `undo`: earlier lists, the newest last; and for `redo` those taken back.
        var past: [[String]] = []
        var future: [[String]] = []
    }

    private let content: Mutex<Content>

    package init(home: Home, declarations: [String]) {
        content = Mutex(Content(home: home, declarations: declarations))
    }

    package var home: Home { content.withLock { $0.home } }

    package var declarations: [String] { content.withLock { $0.declarations } }

    /// The module's whole text.
    package var text: String { Self.text(of: declarations) }

    package static func text(of declarations: [String]) -> String {
        declarations.isEmpty ? "" : declarations.joined(separator: "\n") + "\n"
    }

    /// Replaces the declarations, so that `undo` brings the present ones back.
    package func replace(_ declarations: [String]) {
        content.withLock { content in
            content.past.append(content.declarations)
            content.future = []
            content.declarations = declarations
        }
    }

    /// Another home, with the text that is there; `undo` does not reach behind it.
    package func move(to home: Home, declarations: [String]) {
        content.withLock { $0 = Content(home: home, declarations: declarations) }
    }

    /// Takes the last change back.
    ///
    /// - Returns: The declarations that are gone again; nil where there is nothing to take back.
    package func undo() -> [String]? {
        content.withLock { content in
            guard let before = content.past.popLast() else { return nil }
            let present = content.declarations
            content.future.append(present)
            content.declarations = before
            return present.filter { !before.contains($0) }
        }
    }

    /// Does again what was taken back; nil where there is nothing.
    package func redo() -> [String]? {
        content.withLock { content in
            guard let after = content.future.popLast() else { return nil }
            let present = content.declarations
            content.past.append(present)
            content.declarations = after
            return after.filter { !present.contains($0) }
        }
    }
}
