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
    /// What stands below everything that was written.
    private struct Foot {
        /// The status on the screen; empty for none.
        var status = ""
        /// The question that a person is answering on the last row; empty for none.
        var question = ""
    }

    private let foot = Mutex(Foot())
    /// Documents of commands of which one is made; nil where each is printed.
    private let collected = Mutex<[ObjectValue]?>(nil)
    /// Where everything goes instead; nil for the process's own output.
    private let detour: OutputDetour?
    /// Takes everything; nil where it is written.
    private let sink: OutputSink?
    /// The error of the first write to standard output that failed; nothing is written there any more.
    private let failure = Mutex<Int32?>(nil)

    init(redactor: Redactor) {
        self.redactor = redactor
        let hasColour = Self.variable("NO_COLOR").isEmpty
        style = TextStyle(hasColour: hasColour && Self.takesSequences(descriptor: 1))
        errorStyle = TextStyle(hasColour: hasColour && Self.takesSequences(descriptor: 2))
        hasStatus = Self.takesSequences(descriptor: 2)
        detour = nil
        sink = nil
    }

    /// An output that is looked at by the process itself.
    init(redactor: Redactor, into sink: OutputSink) {
        self.redactor = redactor
        style = .plain
        errorStyle = .plain
        hasStatus = false
        detour = nil
        self.sink = sink
    }

    /// The output of a command that may leave the foreground.
    init(_ detour: OutputDetour) {
        self.detour = detour
        sink = nil
        redactor = detour.front.redactor
        style = detour.front.style
        errorStyle = detour.front.errorStyle
        hasStatus = detour.front.hasStatus
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

    /// The last writer: every byte to the terminal passes it, and with it what makes text safe for one.
    private func safe(_ text: String, _ descriptor: Int32) -> String {
        TerminalText.safe(text, hasColour: (descriptor == 1 ? style : errorStyle).hasColour)
    }

    /// Whether nothing can be printed any more, as when nobody reads it.
    var isBroken: Bool { detour?.front.isBroken ?? (failure.withLock { $0 } != nil) }

    /// Why standard output does not hold everything; nil where it does, and where somebody chose not to read it all.
    var problem: Diagnostic? {
        guard let number = failure.withLock({ $0 }), number != EPIPE else { return nil }
        return Diagnostic(
            .outputLost, "standard output cannot be written: \(String(cString: strerror(number)))",
            notes: ["the command itself went on; `runs` and `show` tell what was done"],
            help: ["make room, or send the output elsewhere"])
    }

    /// Results: to standard output.
    func print(_ text: String, terminator: String = "\n") { write(text + terminator, to: 1) }

    /// A result that is somebody's own text: as it is, except at a terminal.
    func print(exact text: String) {
        if isatty(1) == 1 || detour != nil { print(text, terminator: "") } else { write(safe: text, to: 1) }
    }

    /// Progress, logs and errors: to standard error.
    func say(_ text: String, terminator: String = "\n") { write(text + terminator, to: 2) }

    /// Problems, as people read them: to standard error.
    func say(_ diagnostics: [Diagnostic]) {
        sink?.take(diagnostics)
        say(DiagnosticRenderer(style: errorStyle, width: errorWidth).text(diagnostics), terminator: "")
    }

    /// One JSON document on standard output, or where documents are collected.
    func print(document: ObjectValue) {
        let isKept = collected.withLock { collected in
            collected?.append(document)
            return collected != nil
        }
        if !isKept { write(safe: Value.object(document).indentedJSON(.plain) + "\n", to: 1) }
    }

    /// From now on documents are kept instead of printed.
    func collectDocuments() { collected.withLock { $0 = [] } }

    /// The documents since then; from now on they are printed.
    func takeDocuments() -> [ObjectValue] {
        collected.withLock { collected in
            defer { collected = nil }
            return collected ?? []
        }
    }

    /// One JSON object on a line of standard output.
    func print(event: ObjectValue) { write(safe: Value.object(event).json(.plain) + "\n", to: 1) }

    /// Shows what is under way in place of what was shown before; nil for nothing.
    func show(status text: String?) {
        if let detour { return detour.show(status: text) }
        guard hasStatus else { return }
        foot.withLock { foot in
            let cut = text.map { TextCut.cut(safe(redactor.redact($0), 2), Self.columns(of: 2) - 1) } ?? ""
            if cut == foot.status { return }
            erase(foot)
            foot.status = cut
            draw(foot)
        }
    }

    /// Asks on a row of its own, which stays the last one until the answer is there.
    func ask(_ question: String) {
        if let detour { return detour.front.ask(question) }
        write(question, to: 2)
        if hasStatus { foot.withLock { $0.question = safe(redactor.redact(question), 2) } }
    }

    /// What was asked is answered.
    func endQuestion() {
        if let detour { return detour.front.endQuestion() }
        foot.withLock { $0.question = "" }
    }

    /// Goes to a new row behind the `^C` that the terminal shows by itself.
    func endEchoedRow() { if isatty(0) == 1, isatty(2) == 1 { write("\n", to: 2) } }

    /// Writes rows while another command has the terminal, over what the terminal itself left on the last one, such as
    /// `^C`.
    func writeOnOwnRow(_ rows: String) { write(safe: (hasStatus ? "\r\u{1B}[K" : "") + safe(rows, 2), to: 2) }

    func write(_ text: String, to descriptor: Int32) {
        write(safe: safe(redactor.redact(text), descriptor), to: descriptor)
    }

    /// - Parameter text: Safe for a terminal.
    private func write(safe text: String, to descriptor: Int32) {
        if text.isEmpty { return }
        let redacted = redactor.redact(text)
        if let detour { return detour.write(redacted, to: descriptor) }
        if let sink { return sink.take(redacted) }
        foot.withLock { foot in
            erase(foot)
            // What is not whole rows, such as a question, has nothing below it.
            if !text.hasSuffix("\n") { foot.status = "" }
            write(Array(redacted.utf8), to: descriptor)
            draw(foot)
        }
    }

    private func erase(_ foot: Foot) {
        if !foot.status.isEmpty || !foot.question.isEmpty { write(Array("\r\u{1B}[K".utf8), to: 2) }
    }

    private func draw(_ foot: Foot) {
        if !foot.status.isEmpty { write(Array(errorStyle(.dim, foot.status).utf8), to: 2) }
        if !foot.question.isEmpty { write(Array(foot.question.utf8), to: 2) }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) {
        if descriptor == 1, failure.withLock({ $0 }) != nil { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                let number = errno
                if number == EINTR { continue }
                if descriptor == 1 { failure.withLock { $0 = $0 ?? number } }
                return
            }
            rest = rest.dropFirst(written)
        }
    }
}
