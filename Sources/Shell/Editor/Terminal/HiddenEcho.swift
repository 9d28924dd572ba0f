// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A terminal that does not show what is typed, except the end of the line.
struct HiddenEcho: Sendable {
    private let descriptor: Int32
    private let before: termios

    /// Nil where the descriptor is no terminal.
    init?(of descriptor: Int32) {
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0 else { return nil }
        self.descriptor = descriptor
        before = modes
        modes.c_lflag &= ~tcflag_t(ECHO)
        modes.c_lflag |= tcflag_t(ECHONL | ICANON)
        // What was typed ahead stays.
        guard tcsetattr(descriptor, TCSADRAIN, &modes) == 0 else { return nil }
    }

    /// Puts the terminal back as it was.
    func end() {
        var modes = before
        tcsetattr(descriptor, TCSADRAIN, &modes)
    }
}
