// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Reads statements from a terminal, a dumb terminal or a pipe, whichever the process has.
///
/// Its own thread of the operating system does all reading and, while a line is being edited, all writing.
/// Between two calls of `readStatement` the terminal is as it was before the editor: lines are echoed, Ctrl-C
/// sends SIGINT, bracketed paste is off. SIGINT then never ends the process.
package final class LineEditor: Sendable {
    private let mailbox: Mailbox
    private let listener: Int?
    private let lastRequest = Atomic(0)
    /// What the terminal can do and the user wants.
    package let capabilities: TerminalCapabilities

    /// Starts the editor's thread; nothing is read or drawn before the first request.
    ///
    /// - Returns: Nil when the process has no descriptor or thread left for it.
    package init?(
        language: some EditorLanguage, history: History, capabilities: TerminalCapabilities = .ofThisProcess()
    ) {
        guard let pipe = WakePipe() else { return nil }
        let device = TerminalDevice()
        let mailbox = Mailbox(device: device, pipe: pipe)
        self.mailbox = mailbox
        self.capabilities = capabilities
        if capabilities.reading == .editing { CharacterLocale.useUnicode() }
        let isStarted = OperatingSystemThread.start {
            EditorThread(
                mailbox: mailbox, device: device, language: language, history: history, capabilities: capabilities
            ).run()
        }
        guard isStarted else {
            listener = nil
            return nil
        }
        let isInteractive = capabilities.reading != .piped
        listener =
            isInteractive
            ? SignalRelay.shared.listen(to: [.interrupt, .resized, .continued]) { mailbox.post(.signal($0)) } : nil
    }

    deinit {
        if let listener { SignalRelay.shared.stopListening(listener) }
        mailbox.post(.close)
    }

    /// Reads the next statement. Cancelling the task abandons the line.
    ///
    /// - Parameters:
    ///   - prompt: Shown before the first line; further lines get one of the same width. Piped input has none.
    ///   - text: What the line holds at first, such as a statement to be corrected.
    ///   - status: How the statement before it ended, as an exit code; nil where none came before.
    package func readStatement(prompt: String, text: String = "", after status: Int32? = nil) async -> EditorEvent {
        await read(prompt: prompt, purpose: .statement, text: text, status: status)
    }

    /// Asks a question and returns the line that answers it; nil on Ctrl-C, at the end of the input, and where
    /// there is no terminal to ask at. The answer is in no history; a hidden one is not shown either.
    package func readAnswer(to question: String, isHidden: Bool = false) async -> String? {
        guard capabilities.reading != .piped else { return nil }
        switch await read(prompt: question, purpose: .answer(isHidden: isHidden), text: "") {
        case .statements(let lines): return lines.first?.text ?? ""
        case .abandoned, .endOfInput, .notText: return nil
        }
    }

    private func read(
        prompt: String, purpose: LineRequest.Purpose, text: String, status: Int32? = nil
    ) async -> EditorEvent {
        let id = lastRequest.add(1, ordering: .relaxed).newValue
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let request = LineRequest(id: id, prompt: prompt, purpose: purpose, text: text, status: status) {
                    continuation.resume(returning: $0)
                }
                mailbox.post(.read(request))
            }
        } onCancel: {
            mailbox.cancel(id)
        }
    }

    /// Writes whole lines; while a line is being edited they appear above it and leave it as it is. May be called
    /// from any thread, in the order in which the lines are to appear.
    ///
    /// - Parameter direct: Writes them while no line is being edited, together with whatever else is on the screen.
    package func printAbove(_ text: String, otherwise direct: (String) -> Void) {
        guard !text.isEmpty else { return }
        mailbox.show(text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n", otherwise: direct)
    }
}
