// SPDX-License-Identifier: Apache-2.0
import Glibc

extension EditorEngine {
    /// How long Tab waits for an answer before the line can be edited on without it, in milliseconds.
    private static let completionBudget: Int32 = 30

    /// Tab: asks what may stand here, or goes on in the menu that is open.
    func complete() {
        guard request.purpose == .statement else { return ring() }
        if let menu, !menu.isPending {
            moveInMenu(.next)
            // What typing has narrowed to one is meant.
            if menu.chosen == nil, menu.visibleItems.count == 1 { takeChosen() }
            return
        }
        let buffer = line.buffer
        completionRequest += 1
        let number = completionRequest
        completing?.cancel()
        // Owned by the engine: superseded by the next question, cancelled when the text changes or the line ends.
        completing = Task.detached { [language, mailbox] in
            let completion = await language.complete(buffer.text, at: buffer.utf8Cursor)
            if !Task.isCancelled { mailbox.post(.completion(completion, request: number)) }
        }
        menu = CompletionMenu(pendingAt: buffer)
        lastEdit = .completion
        known = buffer
        waitForCompletion()
    }

    private func waitForCompletion() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let start = now
        while menu?.isPending == true {
            let passed = (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1_000_000
            let left = Self.completionBudget - Int32(passed)
            guard left > 0, device.wait(forOnly: mailbox.wakeDescriptor, milliseconds: left) else { return }
            mailbox.acknowledge()
            handleMessages()
            clock_gettime(CLOCK_MONOTONIC, &now)
        }
    }

    /// Takes an answer in, unless the text went on in the meantime.
    func receive(_ completion: Completion, request number: Int) {
        guard number == completionRequest, let menu, menu.isPending, line.buffer == menu.original else { return }
        self.menu = nil
        guard !completion.items.isEmpty else { return ring() }
        let extended = CompletionMenu.extending(menu.original, with: completion)
        if completion.items.count > 1 || completion.total > 1 {
            var opened = CompletionMenu(completion, original: menu.original)
            // What was just inserted may leave fewer items than were offered.
            if extended != menu.original { _ = opened.narrow(to: extended) }
            self.menu = opened
        } else if extended == menu.original {
            ring()
        }
        apply(extended)
    }

    private func apply(_ buffer: TextBuffer) {
        line.apply(buffer)
        line.refresh()
        // An answer that comes late comes between two commands, and must not be taken for the next one's doing.
        if known != line.buffer {
            undoHistory.record(from: known, to: line.buffer)
            known = line.buffer
        }
    }

    func completeBack() {
        guard menu != nil else { return ring() }
        moveInMenu(.previous)
    }

    func moveInMenu(_ move: CompletionMenu.Move) {
        guard var menu, !menu.isPending else { return }
        menu.move(move)
        self.menu = menu
        apply(menu.applied(to: line.buffer))
    }

    /// Enter on a chosen item: it stays in the text, nothing runs.
    func takeChosen() {
        guard let menu else { return }
        apply(menu.applied(to: line.buffer, taking: true))
        closeMenu()
    }

    /// Escape: back to what was typed before Tab.
    func escapeMenu() {
        guard let menu else { return }
        closeMenu()
        apply(menu.original)
    }

    func closeMenu() {
        menu = nil
        completing?.cancel()
        completing = nil
    }

    /// The text or the cursor changed by something else than the menu.
    func narrowMenu(to buffer: TextBuffer) {
        guard var menu else { return }
        if menu.narrow(to: buffer) {
            self.menu = menu
        } else {
            closeMenu()
        }
    }
}
