// SPDX-License-Identifier: Apache-2.0
import CEditLine

/// Reads statements line by line, from a pipe or from a terminal that knows no escape sequences.
final class PlainSource: StatementSource {
    private let mailbox: Mailbox
    private let device: TerminalDevice
    private let language: any EditorLanguage
    private let history: History
    /// Whether a person sits there: then there are prompts, and statements are remembered.
    private let hasPrompt: Bool
    private var lines = LineReader()
    private var isAtEnd = false
    /// What stands before the line that is typed.
    private var shownPrompt = ""
    private var splitter: StatementSplitter

    init(
        mailbox: Mailbox, device: TerminalDevice, language: any EditorLanguage, history: History, hasPrompt: Bool
    ) {
        self.mailbox = mailbox
        self.device = device
        self.language = language
        self.history = history
        self.hasPrompt = hasPrompt
        splitter = StatementSplitter(language: language)
    }

    func read(_ request: LineRequest) -> EditorEvent {
        if hasPrompt { mailbox.beginEditing() }
        return switch request.purpose {
        case .statement: readStatement(request)
        case .answer(let isHidden): readAnswer(request, isHidden: isHidden)
        }
    }

    private func readStatement(_ request: LineRequest) -> EditorEvent {
        splitter.discard()
        show(request.prompt)
        while true {
            switch nextLine(request) {
            case .text(let line):
                guard let statement = splitter.add(line) else {
                    let isInside = splitter.unfinished != nil
                    show(isInside ? FrameLayout.continuationPrompt(for: request.prompt) : request.prompt)
                    continue
                }
                if hasPrompt { history.record(statement.text, stored: language.historyText(of: statement.text)) }
                return .statements([statement])
            case .invalid(let place): return .notText(place)
            case .interrupted: return .abandoned
            case .end:
                if hasPrompt { device.write("\n") }
                // An unfinished statement is wrong, which its reader can say best.
                return splitter.unfinished == nil ? .endOfInput : .statements([splitter.take()])
            }
        }
    }

    private func readAnswer(_ request: LineRequest, isHidden: Bool) -> EditorEvent {
        show(request.prompt)
        if isHidden { ce_set_echo(device.input, 0) }
        defer {
            if isHidden {
                ce_set_echo(device.input, 1)
                device.write("\n")
            }
        }
        return switch nextLine(request) {
        case .text(let line): .statements([EnteredStatement(line)])
        case .invalid(let place): .notText(place)
        case .interrupted: .abandoned
        case .end: .endOfInput
        }
    }

    private func show(_ prompt: String) {
        guard hasPrompt else { return }
        shownPrompt = prompt
        device.write(prompt)
    }

    /// Rows of others go between the prompt and a new one; what was typed stays with the terminal, which edits the line.
    private func showOthers() {
        let rows = mailbox.takeLines()
        if !rows.isEmpty { device.write("\n\(rows)\(shownPrompt)") }
    }

    private enum Next {
        case text(String)
        case invalid(InvalidText)
        case interrupted
        case end
    }

    /// Waits for a whole line, and for Ctrl-C and cancellation meanwhile.
    private func nextLine(_ request: LineRequest) -> Next {
        while true {
            switch isAtEnd ? lines.next() ?? lines.last() : lines.next() {
            case .text(let text): return .text(text)
            case .invalid(let place): return .invalid(place)
            case nil: if isAtEnd { return .end }
            }
            if wasInterrupted(request) {
                device.write("\n")
                return .interrupted
            }
            let ready = device.wait(wake: mailbox.wakeDescriptor, milliseconds: -1)
            if ready.wake {
                mailbox.acknowledge()
                showOthers()
            }
            guard ready.input else { continue }
            guard let bytes = device.read(), !bytes.isEmpty else {
                // A person's Ctrl-D ends this line only; the end of a pipe is final.
                if hasPrompt, lines.isEmpty { return .end }
                isAtEnd = !hasPrompt
                continue
            }
            lines.feed(bytes)
        }
    }

    private func wasInterrupted(_ request: LineRequest) -> Bool {
        var result = mailbox.isCancelled(request.id)
        while let message = mailbox.next() {
            switch message {
            case .signal(.interrupt): result = true
            case .read(let other): other.answer(.abandoned)
            case .close: result = true
            case .signal, .completion: continue
            }
        }
        return result
    }
}
