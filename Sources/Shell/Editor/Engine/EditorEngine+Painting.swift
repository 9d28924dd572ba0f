// SPDX-License-Identifier: Apache-2.0
import CEditLine
import Glibc

extension EditorEngine {
    private var layout: FrameLayout { FrameLayout(size: painter.size, theme: theme) }

    private var isHidden: Bool { request.purpose == .answer(isHidden: true) }

    private func view() -> EditorView {
        let buffer = search?.preview ?? line.buffer
        let text = buffer.text
        if styled.text != text { styled = (text, theme.usesColor ? language.highlight(text) : []) }
        var view = EditorView(prompt: request.prompt, buffer: buffer, styles: styled.styles)
        view.isHidden = isHidden
        view.menu = menu
        view.search = search
        return view
    }

    private func frame() -> ScreenFrame {
        var view = view()
        view.hint = hint(for: view.buffer)
        view.notice = notice(for: view.buffer)
        return layout.frame(of: view)
    }

    /// Draws what changed since the last time.
    func paint() {
        let bytes = painter.draw(frame())
        if !bytes.isEmpty { device.write(bytes) }
    }

    /// Draws the text as it stays on the screen, and leaves the cursor on the row below it.
    func paintForGood() {
        device.write(painter.finish(layout.finalFrame(of: view())))
    }

    /// Shows lines above the text.
    func show(_ lines: String) {
        device.write(painter.insert(above: lines.replacing("\n", with: "\r\n"), redrawing: frame()))
    }

    func clearScreen() { device.write(painter.clearScreen()) }

    func ring() { device.write("\u{7}") }

    /// What an earlier statement adds to the text: shown only where nothing else could be meant, and only where
    /// grey tells it from what was typed.
    func hint(for buffer: TextBuffer) -> String {
        guard theme.usesColor, request.purpose == .statement, buffer.isAtEnd, !buffer.isEmpty, menu == nil,
            search == nil, walk == nil
        else { return "" }
        let text = buffer.text
        guard let whole = history.continuation(of: text) else { return "" }
        return String(whole.dropFirst(text.count))
    }

    /// After two empty lines, which bracket waits to be closed.
    private func notice(for buffer: TextBuffer) -> String {
        guard buffer.scalars.contains("\n") else { return "" }
        let lines = buffer.text.textLines
        guard lines.count > 2, lines.suffix(2).allSatisfy({ $0.allSatisfy(\.isWhitespace) }),
            case .open(let open) = StatementSplitter.split(buffer.text, language: language).rest
        else { return "" }
        return "\(open.description); Ctrl-C gives up"
    }

    /// Stops the process as Ctrl-Z does, with the terminal as the calling shell expects it.
    func suspend() {
        closeMenu()
        paintForGood()
        closeTerminal()
        ce_set_raw(line.pointer, 0)
        expectsContinue = true
        // To this thread, so that it stops here and not somewhere in the lines below.
        raise(SIGTSTP)
        takeTerminal()
    }

    /// Gives the text to the editor that the person chose, and takes back what it became.
    func editOutside() {
        guard request.purpose == .statement else { return ring() }
        closeMenu()
        let buffer = line.buffer
        device.write(painter.erase())
        closeTerminal()
        ce_set_raw(line.pointer, 0)
        let edited = OutsideEditor.edit(buffer.text)
        takeTerminal()
        // Ctrl-C in the editor was meant for it.
        mailbox.dropInterrupts()
        guard let edited else { return ring() }
        edit { $0 = TextBuffer(edited) }
    }

    /// Answers a SIGCONT.
    func resume() {
        if expectsContinue {
            expectsContinue = false
        } else {
            takeTerminal()
        }
    }

    private func takeTerminal() {
        // Out and in again: whoever had the terminal in between may have changed its modes.
        ce_set_raw(line.pointer, 0)
        openTerminal()
        ce_set_raw(line.pointer, 1)
        painter = Painter(size: device.size)
        el_resize(line.pointer)
    }
}
