// SPDX-License-Identifier: Apache-2.0
import CEditLine

extension EditorEngine {
    /// libedit's reader: one code, or 0 at the end of the input.
    static func readKey(_ pointer: OpaquePointer?, _ code: UnsafeMutablePointer<wchar_t>?) -> Int32 {
        guard let engine = of(pointer), let code else { return -1 }
        guard let next = engine.nextCode() else {
            code.pointee = 0
            return 0
        }
        code.pointee = wchar_t(truncatingIfNeeded: next)
        return 1
    }

    /// The next key in the form in which libedit's keymaps know it; nil at the end of the input.
    private func nextCode() -> UInt32? {
        if let text = pendingText {
            pendingText = nil
            line.apply(TextBuffer(text))
            line.refresh()
            known = line.buffer
        }
        settle()
        if !codes.isEmpty { return codes.removeFirst() }
        guard let key = nextKey() else { return nil }
        switch key {
        case .scalar(let scalar): return scalar.value
        case .meta(let scalar):
            codes.append(scalar.value)
            return 0x1B
        case .special(.escape) where !decoder.escapeIsMeta && menu == nil:
            return UInt32(SpecialKey.viCommandMode.rawValue)
        case .special(let special): return UInt32(special.rawValue)
        case .paste(let bytes):
            pastedText = PastedText.text(bytes)
            return UInt32(SpecialKey.paste.rawValue)
        case .invalid: return 0xFFFD
        }
    }

    /// Waits for the next key, and draws when there is none yet; nil at the end of the input.
    func nextKey() -> TerminalKey? {
        while true {
            if !keys.isEmpty { return keys.removeFirst() }
            if let byte = input.popFirst() {
                keys = decoder.feed(byte)
                continue
            }
            handleMessages()
            if !keys.isEmpty { continue }
            if mailbox.isCancelled(request.id) { return .scalar("\u{3}") }
            // A key that waits already will change the picture: drawing before it would only flicker.
            var ready = device.wait(wake: mailbox.wakeDescriptor, milliseconds: 0)
            if !decoder.isWaiting, !ready.input, !ready.wake {
                paint()
                history.load()
            }
            if !ready.input, !ready.wake {
                let patience = decoder.isWaiting ? decoder.patience : -1
                ready = device.wait(wake: mailbox.wakeDescriptor, milliseconds: patience)
            }
            if ready.wake {
                mailbox.acknowledge()
            } else if ready.input {
                guard let bytes = device.read(), !bytes.isEmpty else { return nil }
                input = bytes[...]
            } else if decoder.isWaiting, !ready.isInterrupted {
                keys = decoder.timeOut()
            }
        }
    }

    /// Takes in what other threads left.
    func handleMessages() {
        while let message = mailbox.next() {
            switch message {
            case .completion(let completion, let number): receive(completion, request: number)
            case .signal(.resized):
                el_resize(line.pointer)
                painter.resize(to: device.size)
            case .signal(.continued): resume()
            case .signal(.interrupt): keys.append(.scalar("\u{3}"))
            // One line at a time.
            case .read(let request): request.answer(.abandoned)
            // A reader keeps its editor alive, and nobody listens to SIGTERM here.
            case .close, .signal(.terminate), .signal(.hangup): continue
            }
        }
        let lines = mailbox.takeLines()
        if !lines.isEmpty { show(lines) }
    }

    /// Looks at what the last command did to the text, and keeps everything else in step with it.
    func settle() {
        defer {
            previousEdit = lastEdit
            lastEdit = .native
        }
        var buffer = line.buffer
        let isChanged = buffer.scalars != known.scalars
        if isChanged {
            if let indented = withCloserIndented(buffer) {
                line.apply(indented)
                line.refresh()
                buffer = line.buffer
            }
            if lastEdit != .undo { undoHistory.record(from: known, to: buffer) }
            if lastEdit != .history { walk = nil }
            finishDeletion(buffer)
        } else if buffer.cursor != known.cursor {
            let snapped = buffer.snapped(buffer.cursor, forward: buffer.cursor > known.cursor)
            if snapped != buffer.cursor {
                buffer.moveCursor(to: snapped)
                line.apply(buffer)
                line.refresh()
            }
        }
        if isChanged || buffer.cursor != known.cursor, lastEdit != .completion { narrowMenu(to: buffer) }
        known = buffer
    }

    /// vi's own Backspace takes one scalar: goes on until the whole cluster is gone.
    private func finishDeletion(_ buffer: TextBuffer) {
        guard !decoder.escapeIsMeta, lastEdit == .native, buffer.scalars.count == known.scalars.count - 1,
            buffer.cursor == known.cursor - 1
        else { return }
        let start = known.previousCluster
        if start < buffer.cursor { codes.append(0x7F) }
    }

    /// The text with a closing bracket, just typed on a line of its own, moved to where its opener's line begins.
    private func withCloserIndented(_ buffer: TextBuffer) -> TextBuffer? {
        guard lastEdit == .native, buffer.scalars.count == known.scalars.count + 1,
            buffer.cursor == known.cursor + 1, let typed = buffer.scalars[..<buffer.cursor].last
        else { return nil }
        let start = buffer.lineStart
        guard start > 0, buffer.scalars[start..<(buffer.cursor - 1)].allSatisfy({ $0 == " " || $0 == "\t" }),
            case .open(let open) = language.completeness(of: TextBuffer.string(buffer.scalars[..<start])),
            open.closer == Character(typed), open.closerIndentation != buffer.cursor - 1 - start
        else { return nil }
        var result = buffer
        let blanks = String(repeating: " ", count: open.closerIndentation)
        result.replace(start..<buffer.cursor, with: blanks + String(typed))
        return result
    }
}
