// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import PluginHost
import Shell
import Synchronization

/// The last writer: every byte to the terminal passes it, and with it the redactor.
final class Output: Sendable {
    let style: TextStyle
    let errorStyle: TextStyle
    private let redactor: Redactor
    private let lock = Mutex(())

    init(redactor: Redactor) {
        self.redactor = redactor
        style = TextStyle(hasColour: Self.hasColour(descriptor: 1))
        errorStyle = TextStyle(hasColour: Self.hasColour(descriptor: 2))
    }

    private static func hasColour(descriptor: Int32) -> Bool {
        func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
        return isatty(descriptor) == 1 && variable("NO_COLOR").isEmpty && !["", "dumb"].contains(variable("TERM"))
    }

    /// The terminal's columns; nil where standard output is none.
    var width: Int? {
        guard isatty(1) == 1 else { return nil }
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Results: to standard output.
    func print(_ text: String, terminator: String = "\n") { write(text + terminator, to: 1) }

    /// Progress, logs and errors: to standard error.
    func say(_ text: String, terminator: String = "\n") { write(text + terminator, to: 2) }

    /// One JSON document on standard output.
    func print(document: ObjectValue) { print(Value.object(document).indentedJSON(.plain)) }

    /// One JSON object on a line of standard output.
    func print(event: ObjectValue) { print(Value.object(event).json(.plain)) }

    private func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(redactor.redact(text).utf8)[...]
        lock.withLock { _ in
            while !bytes.isEmpty {
                let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if written < 0 {
                    if errno == EINTR { continue }
                    return
                }
                bytes = bytes.dropFirst(written)
            }
        }
    }
}
