// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import PluginHost
import Shell
import Synchronization

/// The last writer: every byte to the terminal passes it, and with it the redactor.
///
/// On a terminal it keeps a status below what was written: one row that says what is under way.
final class Output: Sendable {
    let style: TextStyle
    let errorStyle: TextStyle
    private let redactor: Redactor
    /// Whether rows can be written over.
    private let hasStatus: Bool
    /// The status on the screen; empty for none.
    private let status = Mutex("")

    init(redactor: Redactor) {
        self.redactor = redactor
        let hasColour = Self.variable("NO_COLOR").isEmpty
        style = TextStyle(hasColour: hasColour && Self.takesSequences(descriptor: 1))
        errorStyle = TextStyle(hasColour: hasColour && Self.takesSequences(descriptor: 2))
        hasStatus = Self.takesSequences(descriptor: 2)
    }

    private static func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }

    private static func takesSequences(descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && !["", "dumb"].contains(variable("TERM"))
    }

    /// The terminal's columns; nil where standard output is none.
    var width: Int? { isatty(1) == 1 ? Self.columns(of: 1) : nil }

    /// The terminal's columns where errors are shown; nil where standard error is none.
    private var errorWidth: Int? { isatty(2) == 1 ? Self.columns(of: 2) : nil }

    private static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Results: to standard output.
    func print(_ text: String, terminator: String = "\n") { write(text + terminator, to: 1) }

    /// Progress, logs and errors: to standard error.
    func say(_ text: String, terminator: String = "\n") { write(text + terminator, to: 2) }

    /// Problems, as people read them: to standard error.
    func say(_ diagnostics: [Diagnostic]) {
        say(DiagnosticRenderer(style: errorStyle, width: errorWidth).text(diagnostics), terminator: "")
    }

    /// One JSON document on standard output.
    func print(document: ObjectValue) { print(Value.object(document).indentedJSON(.plain)) }

    /// One JSON object on a line of standard output.
    func print(event: ObjectValue) { print(Value.object(event).json(.plain)) }

    /// Shows what is under way in place of what was shown before; nil for nothing.
    func show(status text: String?) {
        guard hasStatus else { return }
        status.withLock { status in
            let cut = text.map { TextCut.cut(redactor.redact($0), Self.columns(of: 2) - 1) } ?? ""
            if cut == status { return }
            erase(status)
            status = cut
            draw(status)
        }
    }

    private func write(_ text: String, to descriptor: Int32) {
        if text.isEmpty { return }
        let bytes = Array(redactor.redact(text).utf8)
        status.withLock { status in
            erase(status)
            // What is not whole rows, such as a question, has nothing below it.
            if !text.hasSuffix("\n") { status = "" }
            write(bytes, to: descriptor)
            draw(status)
        }
    }

    private func erase(_ status: String) {
        if !status.isEmpty { write(Array("\r\u{1B}[K".utf8), to: 2) }
    }

    private func draw(_ status: String) {
        if !status.isEmpty { write(Array(errorStyle(.dim, status).utf8), to: 2) }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(written)
        }
    }
}
