// SPDX-License-Identifier: Apache-2.0

/// Turns a terminal's bytes into keys, one byte at a time.
///
/// Escape sequences are read to their last byte; those that mean nothing here are dropped whole, so that no part
/// of them ends in the text. Whether an Escape stands alone only time can tell: the caller calls `timeOut` when
/// nothing follows within `patience` while `isWaiting`.
struct KeyDecoder {
    /// Where an Escape before a character means Alt. In vi mode it is the Escape key.
    var escapeIsMeta = true

    private enum State {
        case ground
        case character(value: UInt32, missing: Int, least: UInt32)
        case escape(doubled: Bool)
        case sequence([UInt8], alt: Bool)
        /// `ESC O`, then one byte.
        case single(alt: Bool)
        /// The three bytes of an old mouse report, or the one behind `ESC [ [`.
        case skipping(Int)
        /// A terminal's answer, which ends with BEL or `ESC \`.
        case report(opener: UInt8, isEmpty: Bool, afterEscape: Bool)
        case paste([UInt8])
    }

    private var state = State.ground
    private static let pasteEnd: [UInt8] = [0x1B] + Array("[201~".utf8)
    private static let longestSequence = 32

    /// True inside a sequence whose next byte follows at once or never.
    var isWaiting: Bool {
        switch state {
        case .ground, .character: false
        default: true
        }
    }

    /// Milliseconds to wait for the next byte before `timeOut`; a paste may come over a slow line.
    var patience: Int32 { if case .paste = state { 2000 } else { 40 } }

    /// The keys that the byte completes, mostly one or none.
    mutating func feed(_ byte: UInt8) -> [TerminalKey] {
        switch state {
        case .ground: return begin(byte)
        case .character(let value, let missing, let least):
            return continueCharacter(byte, value: value, missing: missing, least: least)
        case .escape(let doubled): return afterEscape(byte, doubled: doubled)
        case .sequence(let bytes, let alt): return continueSequence(bytes, byte, alt: alt)
        case .single(let alt):
            state = .ground
            // Enter on the keypad.
            if byte == UInt8(ascii: "M") { return [.scalar("\r")] }
            return EscapeSequence(parameters: [], final: byte).key(alt: alt).map { [.special($0)] } ?? []
        case .skipping(let count):
            state = count > 1 ? .skipping(count - 1) : .ground
            return []
        case .report(let opener, _, let afterEscape):
            let isOver = byte == 0x07 || (afterEscape && byte == UInt8(ascii: "\\"))
            state = isOver ? .ground : .report(opener: opener, isEmpty: false, afterEscape: byte == 0x1B)
            return []
        case .paste(var bytes):
            // Taken out of the state first, so that appending does not copy a large paste for every byte.
            state = .ground
            bytes.append(byte)
            if byte == UInt8(ascii: "~"), bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) {
                bytes.removeLast(Self.pasteEnd.count)
                return [.paste(bytes)]
            }
            state = .paste(bytes)
            return []
        }
    }

    /// The keys that stand when nothing follows.
    mutating func timeOut() -> [TerminalKey] {
        defer { state = .ground }
        switch state {
        case .escape: return [.special(.escape)]
        case .sequence(let bytes, _) where bytes.isEmpty: return meta("[")
        case .single: return meta("O")
        case .report(let opener, isEmpty: true, _): return meta(Unicode.Scalar(opener))
        case .paste(let bytes): return [.paste(bytes)]
        default: return []
        }
    }

    private func meta(_ scalar: Unicode.Scalar) -> [TerminalKey] {
        escapeIsMeta ? [.meta(scalar)] : [.special(.escape), .scalar(scalar)]
    }

    private mutating func begin(_ byte: UInt8) -> [TerminalKey] {
        switch byte {
        case 0x1B: state = .escape(doubled: false)
        case 0..<0x80: return [.scalar(Unicode.Scalar(byte))]
        case 0xC2...0xDF: state = .character(value: UInt32(byte & 0x1F), missing: 1, least: 0x80)
        case 0xE0...0xEF: state = .character(value: UInt32(byte & 0x0F), missing: 2, least: 0x800)
        case 0xF0...0xF4: state = .character(value: UInt32(byte & 0x07), missing: 3, least: 0x10000)
        default: return [.invalid]
        }
        return []
    }

    private mutating func continueCharacter(_ byte: UInt8, value: UInt32, missing: Int, least: UInt32) -> [TerminalKey]
    {
        state = .ground
        guard byte & 0xC0 == 0x80 else { return [.invalid] + begin(byte) }
        let value = value << 6 | UInt32(byte & 0x3F)
        if missing > 1 {
            state = .character(value: value, missing: missing - 1, least: least)
            return []
        }
        guard value >= least, let scalar = Unicode.Scalar(value) else { return [.invalid] }
        // The codes of C1 controls stand for special keys.
        return scalar.value < 0xA0 ? [] : [.scalar(scalar)]
    }

    private mutating func afterEscape(_ byte: UInt8, doubled: Bool) -> [TerminalKey] {
        switch byte {
        case 0x1B where !doubled:
            state = .escape(doubled: true)
            return []
        case UInt8(ascii: "["): state = .sequence([], alt: doubled)
        case UInt8(ascii: "O"): state = .single(alt: doubled)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
            state = .report(opener: byte, isEmpty: true, afterEscape: false)
        case 0..<0x80:
            state = .ground
            return meta(Unicode.Scalar(byte))
        default:
            state = .ground
            return [.special(.escape)] + begin(byte)
        }
        return []
    }

    private mutating func continueSequence(_ bytes: [UInt8], _ byte: UInt8, alt: Bool) -> [TerminalKey] {
        state = .ground
        switch byte {
        case UInt8(ascii: "[") where bytes.isEmpty: state = .skipping(1)
        case UInt8(ascii: "M") where bytes.isEmpty: state = .skipping(3)
        case 0x40...0x7E:
            let sequence = EscapeSequence(parameters: bytes, final: byte)
            if sequence.opensPaste {
                state = .paste([])
            } else if let key = sequence.key(alt: alt) {
                return [.special(key)]
            }
        case 0x20..<0x40 where bytes.count < Self.longestSequence: state = .sequence(bytes + [byte], alt: alt)
        case 0x1B: state = .escape(doubled: false)
        default: break
        }
        return []
    }
}
