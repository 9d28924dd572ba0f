// SPDX-License-Identifier: Apache-2.0
import CEditLine
import Glibc

/// The interactive reader: libedit keeps the text and runs the keys, this draws what is seen.
///
/// Everything happens on the editor's thread, inside `el_wgets`: libedit asks for a key, which is the moment to
/// look at what the last command did and to draw it, then runs the command of the key, which for most keys is
/// one of the methods in the extensions of this class.
final class EditorEngine: StatementSource {
    let mailbox: Mailbox
    let device: TerminalDevice
    let history: History
    let theme: Theme
    let marksPrompts: Bool
    let line: EditLine
    private let statementLanguage: any EditorLanguage

    // What is being read
    var request: LineRequest
    var language: any EditorLanguage = PlainLanguage()
    /// Set by the command that ends the line.
    var outcome: EditorEvent?
    /// The text that the line starts with, until the first key is asked for.
    var pendingText: String?

    // Where keys come from
    var decoder = KeyDecoder()
    var input: ArraySlice<UInt8> = []
    var keys: [TerminalKey] = []
    /// Codes that libedit gets before any further key.
    var codes: [UInt32] = []
    var pastedText = ""
    /// A SIGCONT is on its way that `suspend` has answered already.
    var expectsContinue = false

    // What is shown
    var painter: Painter
    var styled: (text: String, styles: [StyledRange]) = ("", [])

    // What the line remembers
    /// The text as it was when the last command was looked at.
    var known = TextBuffer()
    var lastEdit = Edit.native
    var previousEdit = Edit.native
    var undoHistory = UndoHistory()
    var killRing = KillRing()
    var yanked: Range<Int>?
    var walk: HistoryWalk?
    /// Where Down goes on after a statement that was recalled was run.
    var resumePosition: Int?
    var menu: CompletionMenu?
    var completionRequest = 0
    var completing: Task<Void, Never>?
    var search: ReverseSearch?

    /// Which kind of command made the last change.
    enum Edit {
        /// One of libedit's own, typing included.
        case native
        case own, kill, yank, history, completion, undo
    }

    /// Nil when libedit cannot start.
    init?(
        mailbox: Mailbox, device: TerminalDevice, language: any EditorLanguage, history: History, theme: Theme,
        marksPrompts: Bool
    ) {
        guard let line = EditLine(program: "converge", device: device) else { return nil }
        self.mailbox = mailbox
        self.device = device
        self.history = history
        self.theme = theme
        self.marksPrompts = marksPrompts
        self.line = line
        statementLanguage = language
        request = LineRequest(id: 0, prompt: "") { _ in }
        painter = Painter(size: device.size)
        installCommands()
    }

    private func installCommands() {
        ce_set_client(line.pointer, Unmanaged.passUnretained(self).toOpaque())
        ce_use_emacs(line.pointer)
        for command in EditorCommand.allCases {
            let name = WideString.immortal(command.rawValue)
            ce_add_command(line.pointer, name, name, command.function)
        }
        // Before the editor's own bindings: choosing vi in ~/.editrc forgets all bindings made so far.
        ce_read_settings(line.pointer)
        // Ctrl-C, Ctrl-Z, Ctrl-S and Ctrl-Q are keys like others while editing.
        for flag in ["-isig", "-ixon"] { line.changeTerminalMode(flag) }
        ce_set_reader(line.pointer) { EditorEngine.readKey($0, $1) }
        Keymap.install(in: line)
        decoder.escapeIsMeta = !line.usesVi
    }

    func read(_ request: LineRequest) -> EditorEvent {
        begin(request)
        defer { end() }
        var count: Int32 = 0
        let text = el_wgets(line.pointer, &count)
        if let outcome { return outcome }
        // No text and no outcome: the terminal is gone.
        guard text != nil else { return .endOfInput }
        // One of libedit's own commands ended the line, such as vi's `#`.
        accept(line.buffer.text)
        return outcome ?? .abandoned
    }

    private func begin(_ request: LineRequest) {
        self.request = request
        language = request.purpose == .statement ? statementLanguage : PlainLanguage()
        outcome = nil
        pendingText = request.text.isEmpty ? nil : request.text
        known = TextBuffer()
        (lastEdit, previousEdit) = (.native, .native)
        undoHistory = UndoHistory()
        walk = nil
        closeMenu()
        search = nil
        painter = Painter(size: device.size)
        mailbox.beginEditing()
        if request.purpose == .statement {
            if let status = request.status { mark("D;\(status)") }
            mark("A")
        }
        openTerminal()
    }

    /// Tells the terminal what begins here: `A` a prompt, `C` the answer to a statement, `D` whatever follows it.
    private func mark(_ what: String) {
        if marksPrompts { device.write("\u{1B}]133;\(what)\u{7}") }
    }

    private func end() {
        closeMenu()
        closeTerminal()
        if case .statements = outcome, request.purpose == .statement { mark("C") }
    }

    /// Bracketed paste on. Called while the terminal is still as it was found; libedit makes it raw after.
    func openTerminal() {
        ce_arm_restore(device.input)
        device.write("\u{1B}[?2004h")
    }

    func closeTerminal() {
        device.write("\u{1B}[?2004l")
        ce_disarm_restore()
    }

    /// The engine that belongs to libedit's pointer.
    static func of(_ pointer: OpaquePointer?) -> EditorEngine? {
        guard let pointer, let client = ce_client(pointer) else { return nil }
        // The engine outlives its EditLine, which it owns.
        return Unmanaged<EditorEngine>.fromOpaque(client).takeUnretainedValue()
    }

    /// Runs a command for libedit.
    static func run(_ command: EditorCommand, _ pointer: OpaquePointer?, _ key: wint_t) -> UInt8 {
        guard let engine = of(pointer) else { return UInt8(CC_ERROR) }
        engine.perform(command)
        if engine.outcome == .endOfInput { return UInt8(CC_EOF) }
        return UInt8(engine.outcome == nil ? CC_REFRESH : CC_NEWLINE)
    }
}
