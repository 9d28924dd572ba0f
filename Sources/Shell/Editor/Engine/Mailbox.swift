// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One request to read, and whom to answer.
struct LineRequest: Sendable {
    enum Purpose: Sendable, Equatable {
        case statement
        /// An answer to a question: no history, no completion, one line.
        case answer(isHidden: Bool)
    }

    var id: Int
    var prompt: String
    var purpose = Purpose.statement
    /// What the line holds at first.
    var text = ""
    /// How the statement before it ended, as an exit code; nil where none came before.
    var status: Int32?
    var answer: @Sendable (EditorEvent) -> Void
}

/// What other threads tell the editor's thread, in the order in which it happened, and the way to its screen.
final class Mailbox: Sendable {
    enum Message: Sendable {
        case read(LineRequest)
        case completion(Completion, request: Int)
        case signal(ProcessSignal)
        case close
    }

    private struct State {
        var messages: [Message] = []
        var cancelled: Set<Int> = []
        /// Lines for above the prompt; kept only while a line is being edited.
        var lines = ""
        var isEditing = false
    }

    private let state = Mutex(State())
    private let device: TerminalDevice
    private let pipe: WakePipe

    init(device: TerminalDevice, pipe: WakePipe) {
        self.device = device
        self.pipe = pipe
    }

    /// The descriptor that becomes readable when there is something to take.
    var wakeDescriptor: Int32 { pipe.readEnd }

    func post(_ message: Message) {
        state.withLock { $0.messages.append(message) }
        pipe.wake()
    }

    /// Gives a request up, whether or not its turn came already.
    func cancel(_ request: Int) {
        _ = state.withLock { $0.cancelled.insert(request) }
        pipe.wake()
    }

    func isCancelled(_ request: Int) -> Bool { state.withLock { $0.cancelled.contains(request) } }

    /// Writes at once, or, while a line is being edited, leaves the text to the editor's thread.
    func show(_ text: String, otherwise direct: (String) -> Void) {
        let mustWake = state.withLock { state in
            if state.isEditing {
                state.lines += text
            } else {
                // Under the lock, so that texts of several threads keep whole and in order.
                direct(text)
            }
            return state.isEditing
        }
        if mustWake { pipe.wake() }
    }

    /// The oldest message that was not taken yet.
    func next() -> Message? {
        state.withLock { $0.messages.isEmpty ? nil : $0.messages.removeFirst() }
    }

    /// Forgets the presses of Ctrl-C that were not taken yet.
    func dropInterrupts() {
        state.withLock { state in
            state.messages.removeAll { if case .signal(.interrupt) = $0 { true } else { false } }
        }
    }

    /// Waits for a message.
    func waitForNext() -> Message {
        while true {
            if let message = next() { return message }
            _ = device.wait(forOnly: wakeDescriptor, milliseconds: -1)
            pipe.drain()
        }
    }

    /// Notes that the thread is awake; what woke it is to be taken after this, never before.
    func acknowledge() { pipe.drain() }

    func takeLines() -> String {
        state.withLock { state in
            defer { state.lines = "" }
            return state.lines
        }
    }

    func beginEditing() {
        state.withLock { $0.isEditing = true }
    }

    /// From here on texts go straight to the terminal, behind those that were left.
    func endEditing(_ request: Int) {
        state.withLock { state in
            if !state.lines.isEmpty { device.write(state.lines) }
            state.lines = ""
            state.isEditing = false
            state.cancelled.remove(request)
        }
    }
}
