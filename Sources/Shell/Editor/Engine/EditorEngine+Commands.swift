// SPDX-License-Identifier: Apache-2.0

extension EditorEngine {
    /// Runs one of the editor's own commands.
    func perform(_ command: EditorCommand) {
        if command != .suspend { expectsContinue = false }
        switch command {
        case .accept: enter()
        case .newline: insertLineBreak()
        case .abandon: abandon()
        case .deleteOrLeave: deleteOrLeave()
        case .suspend: suspend()
        case .clearScreen: clearScreen()
        case .escape: escapeMenu()
        case .left: move { $0.previousCluster }
        case .right: if !acceptHint(wordOnly: false) { move { $0.nextCluster } }
        case .wordLeft: move { $0.wordStart() }
        case .wordRight: if !acceptHint(wordOnly: true) { move { $0.wordEnd() } }
        case .lineStart: move { $0.lineStart }
        case .lineEnd: if !acceptHint(wordOnly: false) { move { $0.lineEnd } }
        case .up: up()
        case .down: down()
        case .entryUp: entryUp()
        case .entryDown: entryDown()
        case .rubOut: edit { $0.remove(to: $0.previousCluster) }
        case .delete: edit { $0.remove(to: $0.nextCluster) }
        case .killToLineEnd: kill { $0.lineEnd == $0.cursor ? $0.nextCluster : $0.lineEnd }
        case .killToLineStart: kill { $0.lineStart == $0.cursor ? $0.previousCluster : $0.lineStart }
        case .killWord: kill { $0.wordEnd() }
        case .killWordBack: kill { $0.wordStart() }
        case .killBlankWordBack: kill { $0.wordStart(.blankSeparated) }
        case .yank: yank()
        case .yankOlder: yankOlder()
        case .undo: replaceText(undoHistory.undo(line.buffer))
        case .redo: replaceText(undoHistory.redo(line.buffer))
        case .paste: edit { $0.insert(pastedText) }
        case .quote: quote()
        case .complete: complete()
        case .completeBack: completeBack()
        case .search: searchHistory()
        case .editOutside: editOutside()
        }
    }

    private func move(_ target: (TextBuffer) -> Int) {
        var buffer = line.buffer
        buffer.moveCursor(to: target(buffer))
        line.apply(buffer)
    }

    func edit(_ kind: Edit = .own, _ change: (inout TextBuffer) -> Void) {
        var buffer = line.buffer
        change(&buffer)
        line.apply(buffer)
        lastEdit = kind
    }

    private func kill(_ target: (TextBuffer) -> Int) {
        edit(.kill) { buffer in
            let end = target(buffer)
            let isBefore = end < buffer.cursor
            killRing.keep(buffer.remove(to: end), joining: previousEdit == .kill, before: isBefore)
        }
    }

    private func yank() {
        guard let text = killRing.current else { return ring() }
        edit(.yank) { buffer in
            let start = buffer.cursor
            buffer.insert(text)
            yanked = start..<buffer.cursor
        }
    }

    private func yankOlder() {
        guard previousEdit == .yank, let yanked else { return ring() }
        killRing.rotate()
        edit(.yank) { buffer in
            buffer.replace(yanked, with: killRing.current ?? "")
            self.yanked = yanked.lowerBound..<buffer.cursor
        }
    }

    private func replaceText(_ text: TextBuffer?) {
        guard let text else { return ring() }
        line.apply(text)
        lastEdit = .undo
    }

    /// Inserts the next key as a character, whatever it would do otherwise.
    private func quote() {
        guard case .scalar(let scalar)? = nextKey(), scalar.value != 0 else { return ring() }
        edit { $0.insert(scalar == "\r" ? "\n" : String(scalar)) }
    }

    private func acceptHint(wordOnly: Bool) -> Bool {
        let buffer = line.buffer
        let rest = hint(for: buffer)
        guard !rest.isEmpty else { return false }
        var whole = TextBuffer(buffer.text + rest, cursor: buffer.cursor)
        if wordOnly { whole = TextBuffer(Array(whole.scalars[..<whole.wordEnd()])) }
        line.apply(TextBuffer(whole.scalars))
        lastEdit = .own
        return true
    }

    private func deleteOrLeave() {
        let buffer = line.buffer
        if buffer.isEmpty {
            paintForGood()
            outcome = .endOfInput
        } else {
            edit { $0.remove(to: $0.nextCluster) }
        }
    }
}
