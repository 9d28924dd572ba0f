// SPDX-License-Identifier: Apache-2.0

/// The command in which a cursor stands, cut into words as far as it is typed.
struct CommandCursor: Hashable {
    var verb: String
    /// The whole words between the verb and the cursor.
    var words: [String] = []
    /// The word at the cursor; empty behind a blank.
    var word = ""
    /// Where the word's text begins: behind its quote where it has one.
    var start = 0
    /// The word begins with a quote that is open at the cursor.
    var isQuoted = false

    /// Nil where the cursor is in no command, or in an object or a comment of one.
    init?(_ text: String, before cursor: Int, isVerb: (String) -> Bool) {
        var reader = Reader(Array(text.utf8.prefix(max(0, cursor))))
        guard let found = reader.command(isVerb) else { return nil }
        self = found
    }

    fileprivate init(verb: String) { self.verb = verb }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func command(_ isVerb: (String) -> Bool) -> CommandCursor? {
            while true {
                skipBlanks(andLines: true)
                if byte == nil { return nil }
                let verb = name()
                // The blank behind the verb makes it one; without, it is still being typed or touches an operator.
                if isVerb(verb), isBlank(byte), !declares(verb) {
                    if let open = words(of: verb) { return open }
                } else if !skipStatement() {
                    return nil
                }
            }
        }

        private mutating func name() -> String {
            let start = position
            while let next = byte, Self.isNamePart(next) || next == UInt8(ascii: ".") { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        /// `mapping NAME on` and `environment NAME {` declare.
        private func declares(_ verb: String) -> Bool {
            guard verb == "mapping" || verb == "environment" else { return false }
            var ahead = self
            ahead.skipBlanks()
            if ahead.name().isEmpty { return false }
            ahead.skipBlanks()
            return verb == "mapping" ? ahead.name() == "on" : ahead.byte == UInt8(ascii: "{")
        }

        /// Reads a command's words.
        ///
        /// - Returns: The cursor where the text ends inside the command; nil behind it.
        private mutating func words(of verb: String) -> CommandCursor? {
            var cursor = CommandCursor(verb: verb)
            while true {
                skipBlanks()
                cursor.start = position
                switch byte {
                case nil: return cursor
                case UInt8(ascii: "\n"), UInt8(ascii: ";"):
                    position += 1
                    return nil
                case UInt8(ascii: "#"):
                    _ = skipStatement()
                    return nil
                case UInt8(ascii: "{"):
                    if !skipBrackets() { return nil }
                case UInt8(ascii: "\""):
                    let start = position + 1
                    if !skipString() {
                        cursor.start = start
                        cursor.isQuoted = true
                        cursor.word = String(decoding: bytes[start...], as: UTF8.self)
                        return cursor
                    }
                    cursor.words.append(String(decoding: bytes[start..<(position - 1)], as: UTF8.self))
                default:
                    let start = position
                    guard skipWord() else { return nil }
                    let word = String(decoding: bytes[start..<position], as: UTF8.self)
                    if byte == nil {
                        cursor.word = word
                        return cursor
                    }
                    cursor.words.append(word)
                }
            }
        }

        private mutating func skipBlanks(andLines: Bool = false) {
            while isBlank(byte) || andLines && (byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";")) {
                position += 1
            }
        }

        private func isBlank(_ byte: UInt8?) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
        }

        private static func isNamePart(_ byte: UInt8) -> Bool {
            (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "?")
        }

        /// - Returns: False where the text ends inside of a string.
        private mutating func skipWord() -> Bool {
            while let next = byte, !isBlank(next), next != UInt8(ascii: "\n"), next != UInt8(ascii: ";") {
                if next == UInt8(ascii: "\"") {
                    if !skipString() { return false }
                } else if next == UInt8(ascii: "{") {
                    if !skipBrackets() { return false }
                } else {
                    position += 1
                }
            }
            return true
        }

        /// - Returns: False where the text ends inside of it.
        private mutating func skipString() -> Bool {
            let isBlock = bytes[position...].prefix(3).elementsEqual("\"\"\"".utf8)
            position += isBlock ? 3 : 1
            while let next = byte {
                if next == UInt8(ascii: "\\") {
                    position += 2
                } else if next == UInt8(ascii: "\""),
                    !isBlock || bytes[position...].prefix(3).elementsEqual("\"\"\"".utf8)
                {
                    position += isBlock ? 3 : 1
                    return true
                } else if next == UInt8(ascii: "\n"), !isBlock {
                    return true
                } else {
                    position += 1
                }
            }
            return false
        }

        /// - Returns: False where the text ends inside of them.
        private mutating func skipBrackets() -> Bool {
            var depth = 0
            while let next = byte {
                switch next {
                case UInt8(ascii: "\""):
                    if !skipString() { return false }
                    continue
                case UInt8(ascii: "#"): skipLine()
                case UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth <= 0 {
                        position += 1
                        return true
                    }
                default: break
                }
                position += 1
            }
            return false
        }

        private mutating func skipLine() {
            while let next = byte, next != UInt8(ascii: "\n") { position += 1 }
        }

        /// - Returns: False where the text ends inside of it.
        private mutating func skipStatement() -> Bool {
            while let next = byte {
                switch next {
                case UInt8(ascii: "\n"), UInt8(ascii: ";"):
                    position += 1
                    return true
                case UInt8(ascii: "#"): skipLine()
                case UInt8(ascii: "\""): if !skipString() { return false }
                case UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "["): if !skipBrackets() { return false }
                default: position += 1
                }
            }
            return false
        }
    }
}
