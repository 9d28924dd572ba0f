// SPDX-License-Identifier: Apache-2.0

extension EditorEngine {
    func up() {
        if menu != nil { return moveInMenu(.previous) }
        if let above = line.buffer.lineAbove { return moveCursor(to: above) }
        entryUp()
    }

    func down() {
        if menu != nil { return moveInMenu(.next) }
        if let below = line.buffer.lineBelow { return moveCursor(to: below) }
        entryDown()
    }

    private func moveCursor(to position: Int) {
        var buffer = line.buffer
        buffer.moveCursor(to: position)
        line.apply(buffer)
    }

    /// One entry into the past, whatever row of the text the cursor is on.
    func entryUp() {
        if menu != nil { return moveInMenu(.previousPage) }
        guard request.purpose == .statement else { return ring() }
        history.load()
        var walk = walk ?? HistoryWalk(typed: line.buffer.text, position: history.count)
        guard let text = walk.back(in: history) else { return ring() }
        // On the first row, so that the next Up goes on into the past.
        let firstLine = text.unicodeScalars.prefix { $0 != "\n" }.count
        recall(TextBuffer(text, cursor: firstLine), walk)
    }

    /// One entry towards the present; from a fresh line, the one behind the last that was recalled and run.
    func entryDown() {
        if menu != nil { return moveInMenu(.nextPage) }
        guard request.purpose == .statement else { return ring() }
        let resumed = line.buffer.isEmpty ? resumePosition.map { HistoryWalk(typed: "", position: $0) } : nil
        guard var walk = walk ?? resumed, let text = walk.forward(in: history) else { return ring() }
        recall(TextBuffer(text), walk)
    }

    private func recall(_ buffer: TextBuffer, _ walk: HistoryWalk) {
        line.apply(buffer)
        self.walk = walk
        lastEdit = .history
    }

    /// Ctrl-R: a search of its own until a key chooses or gives up. The choice is placed in the line, never run.
    func searchHistory() {
        guard request.purpose == .statement else { return ring() }
        closeMenu()
        search = ReverseSearch(original: line.buffer)
        find()
        while search != nil {
            guard let key = nextKey() else {
                search = nil
                return
            }
            handleSearch(key)
        }
    }

    private func find() {
        guard let query = search?.query else { return }
        search?.show(history.search(query, atMost: 200))
    }

    private func handleSearch(_ key: TerminalKey) {
        switch key {
        case .scalar("\u{12}"), .special(.up), .scalar("\u{10}"): search?.older()
        case .scalar("\u{13}"), .special(.down), .scalar("\u{E}"): search?.newer()
        case .scalar("\u{7F}"), .scalar("\u{8}"):
            search?.deleteBackward()
            find()
        case .scalar("\u{15}"):
            search?.clear()
            find()
        case .scalar("\u{3}"), .scalar("\u{7}"), .special(.escape): search = nil
        case .scalar("\r"), .scalar("\n"), .scalar("\t"): place()
        case .paste(let bytes):
            search?.append(PastedText.text(bytes))
            find()
        case .scalar(let scalar) where scalar.value >= 0x20:
            search?.type(scalar)
            find()
        case .invalid: ring()
        default:
            place()
            keys.insert(key, at: 0)
        }
    }

    private func place() {
        if let preview = search?.preview { line.apply(preview) }
        search = nil
        lastEdit = .own
    }
}
