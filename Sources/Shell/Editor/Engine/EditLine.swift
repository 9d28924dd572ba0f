// SPDX-License-Identifier: Apache-2.0
import CEditLine

/// libedit's editing engine: the text, the keymaps and the commands, without its drawing.
///
/// One a process, used on one thread only: no function of libedit may be called from two.
final class EditLine {
    let pointer: OpaquePointer

    /// Nil when there is no memory for it. The locale must be set before.
    init?(program: String, device: TerminalDevice) {
        guard let pointer = ce_open(program, device.input, device.output) else { return nil }
        self.pointer = pointer
    }

    deinit { ce_close(pointer) }

    /// The text and the cursor as libedit has them now.
    var buffer: TextBuffer {
        guard let line = el_wline(pointer)?.pointee, let start = line.buffer, let cursor = line.cursor,
            let end = line.lastchar
        else { return TextBuffer() }
        let wide = UnsafeBufferPointer(start: start, count: end - start)
        let scalars = wide.map { Unicode.Scalar(UInt32(truncatingIfNeeded: $0)) ?? "\u{FFFD}" }
        return TextBuffer(scalars, cursor: cursor - start)
    }

    /// Changes text and cursor into others, touching only the part that differs.
    func apply(_ wanted: TextBuffer) {
        let old = buffer
        var cursor = old.cursor
        if old.scalars != wanted.scalars {
            let (prefix, suffix) = Self.commonEnds(old.scalars, wanted.scalars)
            let removedEnd = old.scalars.count - suffix
            el_cursor(pointer, Int32(removedEnd - cursor))
            el_deletestr(pointer, Int32(removedEnd - prefix))
            // A NUL would end libedit's string.
            let added = wanted.scalars[prefix..<(wanted.scalars.count - suffix)].filter { $0.value != 0 }
            WideString.with(added) { _ = el_winsertstr(pointer, $0) }
            cursor = prefix + added.count
        }
        el_cursor(pointer, Int32(wanted.cursor - cursor))
    }

    /// How many scalars two texts share at their starts and, apart from those, at their ends.
    private static func commonEnds(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> (prefix: Int, suffix: Int) {
        let shorter = min(left.count, right.count)
        var prefix = 0
        while prefix < shorter, left[prefix] == right[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < shorter - prefix, left[left.count - 1 - suffix] == right[right.count - 1 - suffix] {
            suffix += 1
        }
        return (prefix, suffix)
    }

    /// Brings libedit's idea of the screen up to date after a change that no command made.
    func refresh() { ce_refresh(pointer) }

    /// Binds keys, written as in ~/.editrc, to a command of libedit or of the editor.
    func bind(_ keys: String, to command: String, inCommandMode: Bool = false) {
        WideString.with(keys) { keys in
            WideString.with(command) { command in
                _ = inCommandMode ? ce_bind_alternate(pointer, keys, command) : ce_bind(pointer, keys, command)
            }
        }
    }

    func changeTerminalMode(_ flag: String) {
        WideString.with(flag) { _ = ce_change_terminal_mode(pointer, $0) }
    }

    var usesVi: Bool { ce_uses_vi(pointer) != 0 }
}

/// Swift text as the C library's wide characters.
enum WideString {
    static func with(_ scalars: some Sequence<Unicode.Scalar>, _ body: (UnsafePointer<wchar_t>) -> Void) {
        var wide = scalars.map { wchar_t(truncatingIfNeeded: $0.value) }
        wide.append(0)
        wide.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { body(base) }
        }
    }

    static func with(_ text: String, _ body: (UnsafePointer<wchar_t>) -> Void) { with(text.unicodeScalars, body) }

    /// A string that is never freed, for the names that libedit keeps pointers to.
    static func immortal(_ text: String) -> UnsafePointer<wchar_t> {
        let scalars = text.unicodeScalars
        let wide = UnsafeMutablePointer<wchar_t>.allocate(capacity: scalars.count + 1)
        for (offset, scalar) in scalars.enumerated() {
            (wide + offset).initialize(to: wchar_t(truncatingIfNeeded: scalar.value))
        }
        (wide + scalars.count).initialize(to: 0)
        return UnsafePointer(wide)
    }
}
