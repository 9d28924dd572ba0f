// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The line with which a person answers a question outside of the editor, typed as the terminal itself edits lines.
package enum AnswerLine: Sendable, Hashable {
    case text(String)
    /// Ctrl-D, or a terminal that is gone.
    case none
    /// The task was cancelled before the line was there.
    case givenUp

    /// Waits for the line; cancelling the task gives it up.
    ///
    /// - Parameter isHidden: True shows nothing of what is typed.
    package static func read(isHidden: Bool = false) async -> AnswerLine {
        guard let pipe = WakePipe() else { return .none }
        defer { pipe.close() }
        let echo = isHidden ? HiddenEcho(of: TerminalDevice().input) : nil
        defer { echo?.end() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isStarted = OperatingSystemThread.start {
                    continuation.resume(returning: read(from: TerminalDevice(), orUntil: pipe))
                }
                if !isStarted { continuation.resume(returning: .none) }
            }
        } onCancel: {
            pipe.wake()
        }
    }

    private static func read(from device: TerminalDevice, orUntil pipe: WakePipe) -> AnswerLine {
        var lines = LineReader()
        while true {
            let ready = device.wait(wake: pipe.readEnd, milliseconds: -1)
            if ready.wake { return .givenUp }
            guard ready.input else { continue }
            guard let bytes = device.read(), !bytes.isEmpty else { return .none }
            lines.feed(bytes)
            switch lines.next() {
            case .text(let text)?: return .text(text)
            case .invalid?: return .text("")
            case nil: continue
            }
        }
    }
}
