// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The module that the prompt edits, and the texts that it had before.
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
        var text: ModuleText
        /// For `undo`: earlier texts, the newest last; and for `redo` those taken back.
        var past: [ModuleText] = []
        var future: [ModuleText] = []
    }

    private let content: Mutex<Content>

    package init(home: Home, text: ModuleText) {
        content = Mutex(Content(home: home, text: text))
    }

    package var home: Home { content.withLock { $0.home } }

    package var text: ModuleText { content.withLock { $0.text } }

    /// Replaces the text, so that `undo` brings the present one back.
    package func replace(_ text: ModuleText) {
        content.withLock { content in
            content.past.append(content.text)
            content.future = []
            content.text = text
        }
    }

    /// Another home, with the text that is there; `undo` does not reach behind it.
    package func move(to home: Home, text: ModuleText) {
        content.withLock { $0 = Content(home: home, text: text) }
    }

    /// Another home for the same text; what was done can still be undone.
    package func stay(in home: Home) { content.withLock { $0.home = home } }

    /// Takes the last change back; of the scratch module at the start of a visit, its last declaration.
    ///
    /// - Returns: False where there is nothing to take back.
    package func undo() -> Bool {
        content.withLock { content in
            let isOwn = content.home == .scratch && content.past.isEmpty
            guard let before = isOwn ? content.text.removingLast() : content.past.popLast() else { return false }
            content.future.append(content.text)
            content.text = before
            return true
        }
    }

    /// Does again what was taken back.
    ///
    /// - Returns: False where there is nothing.
    package func redo() -> Bool {
        content.withLock { content in
            guard let after = content.future.popLast() else { return false }
            content.past.append(content.text)
            content.text = after
            return true
        }
    }
}
