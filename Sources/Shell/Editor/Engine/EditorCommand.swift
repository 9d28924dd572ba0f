// SPDX-License-Identifier: Apache-2.0
import CEditLine

/// The editor's own commands, by the names under which libedit knows them, so that `~/.editrc` can bind them too.
enum EditorCommand: String, CaseIterable {
    case accept = "converge-accept"
    case newline = "converge-newline"
    case abandon = "converge-abandon"
    case deleteOrLeave = "converge-delete-or-leave"
    case suspend = "converge-suspend"
    case clearScreen = "converge-clear-screen"
    case escape = "converge-escape"
    case left = "converge-left"
    case right = "converge-right"
    case wordLeft = "converge-word-left"
    case wordRight = "converge-word-right"
    case lineStart = "converge-line-start"
    case lineEnd = "converge-line-end"
    case up = "converge-up"
    case down = "converge-down"
    case entryUp = "converge-entry-up"
    case entryDown = "converge-entry-down"
    case rubOut = "converge-rub-out"
    case delete = "converge-delete"
    case killToLineEnd = "converge-kill-to-line-end"
    case killToLineStart = "converge-kill-to-line-start"
    case killWord = "converge-kill-word"
    case killWordBack = "converge-kill-word-back"
    case killBlankWordBack = "converge-kill-blank-word-back"
    case yank = "converge-yank"
    case yankOlder = "converge-yank-older"
    case undo = "converge-undo"
    case redo = "converge-redo"
    case paste = "converge-paste"
    case quote = "converge-quote"
    case complete = "converge-complete"
    case completeBack = "converge-complete-back"
    case search = "converge-search"
    case editOutside = "converge-edit-outside"

    /// The C function that libedit calls for the command; each needs one of its own, for it gets no context.
    var function: ce_command {
        switch self {
        case .accept: { EditorEngine.run(.accept, $0, $1) }
        case .newline: { EditorEngine.run(.newline, $0, $1) }
        case .abandon: { EditorEngine.run(.abandon, $0, $1) }
        case .deleteOrLeave: { EditorEngine.run(.deleteOrLeave, $0, $1) }
        case .suspend: { EditorEngine.run(.suspend, $0, $1) }
        case .clearScreen: { EditorEngine.run(.clearScreen, $0, $1) }
        case .escape: { EditorEngine.run(.escape, $0, $1) }
        case .left: { EditorEngine.run(.left, $0, $1) }
        case .right: { EditorEngine.run(.right, $0, $1) }
        case .wordLeft: { EditorEngine.run(.wordLeft, $0, $1) }
        case .wordRight: { EditorEngine.run(.wordRight, $0, $1) }
        case .lineStart: { EditorEngine.run(.lineStart, $0, $1) }
        case .lineEnd: { EditorEngine.run(.lineEnd, $0, $1) }
        case .up: { EditorEngine.run(.up, $0, $1) }
        case .down: { EditorEngine.run(.down, $0, $1) }
        case .entryUp: { EditorEngine.run(.entryUp, $0, $1) }
        case .entryDown: { EditorEngine.run(.entryDown, $0, $1) }
        case .rubOut: { EditorEngine.run(.rubOut, $0, $1) }
        case .delete: { EditorEngine.run(.delete, $0, $1) }
        case .killToLineEnd: { EditorEngine.run(.killToLineEnd, $0, $1) }
        case .killToLineStart: { EditorEngine.run(.killToLineStart, $0, $1) }
        case .killWord: { EditorEngine.run(.killWord, $0, $1) }
        case .killWordBack: { EditorEngine.run(.killWordBack, $0, $1) }
        case .killBlankWordBack: { EditorEngine.run(.killBlankWordBack, $0, $1) }
        case .yank: { EditorEngine.run(.yank, $0, $1) }
        case .yankOlder: { EditorEngine.run(.yankOlder, $0, $1) }
        case .undo: { EditorEngine.run(.undo, $0, $1) }
        case .redo: { EditorEngine.run(.redo, $0, $1) }
        case .paste: { EditorEngine.run(.paste, $0, $1) }
        case .quote: { EditorEngine.run(.quote, $0, $1) }
        case .complete: { EditorEngine.run(.complete, $0, $1) }
        case .completeBack: { EditorEngine.run(.completeBack, $0, $1) }
        case .search: { EditorEngine.run(.search, $0, $1) }
        case .editOutside: { EditorEngine.run(.editOutside, $0, $1) }
        }
    }
}
