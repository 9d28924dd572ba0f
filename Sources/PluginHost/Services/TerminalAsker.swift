// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Glibc
import Synchronization

/// Asks who sits at the terminal of this process.
///
/// Nobody does where the standard input is no terminal, and nobody is asked while a line is being edited at the prompt.
package struct TerminalAsker: Asker {
    /// How long it waits for an answer.
    private static let patience = Duration.seconds(300)
    /// One question at a time stands on the terminal.
    private static let isBusy = Mutex(false)

    package init() {}

    package func ask(_ question: String, _ context: CallContext) async throws(CallError) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        let end = ContinuousClock.now + Self.patience
        while !Self.isBusy.withLock({ isBusy in
            defer { isBusy = true }
            return !isBusy
        }) {
            try await pause()
            if ContinuousClock.now >= end { return nil }
        }
        defer { Self.isBusy.withLock { $0 = false } }
        return try await answer(to: question, at: terminal, until: end)
    }

    private func answer(
        to question: String, at terminal: Int32, until end: ContinuousClock.Instant
    ) async throws(CallError) -> String? {
        var before = termios()
        guard tcgetattr(terminal, &before) == 0, before.c_lflag & tcflag_t(ICANON) != 0 else { return nil }
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO)
        hidden.c_lflag |= tcflag_t(ECHONL)
        // What was typed before the question is no answer to it.
        guard tcsetattr(terminal, TCSAFLUSH, &hidden) == 0 else { return nil }
        defer { tcsetattr(terminal, TCSADRAIN, &before) }
        // On a line of its own, above the one that tells how far the work is.
        let prompt = Array("\r\u{1B}[K\(question)\n".utf8)
        guard write(terminal, prompt, prompt.count) == prompt.count else { return nil }
        var line: [UInt8] = []
        while ContinuousClock.now < end {
            var waiting = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, 0) <= 0 {
                try await pause()
                continue
            }
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = read(terminal, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            // The end of the input is no answer.
            if count <= 0 { return nil }
            line += bytes.prefix(count)
            if let newline = line.firstIndex(of: UInt8(ascii: "\n")) {
                return String(decoding: line[..<newline], as: UTF8.self)
            }
        }
        return nil
    }

    private func pause() async throws(CallError) {
        do { try await Task.sleep(for: .milliseconds(50)) } catch { throw .cancelled }
    }
}
