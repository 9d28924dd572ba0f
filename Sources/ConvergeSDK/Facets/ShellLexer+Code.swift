// SPDX-License-Identifier: Apache-2.0

extension ShellLexer {
    mutating func readCode(_ scalar: Unicode.Scalar, _ rest: inout Rest) {
        switch scalar {
        case "\\":
            if rest[1] == nil {
                tail = "behind a backslash"
            } else if rest[1] == "\n" {
                if isNested || !documents.isEmpty { unsure = "a line that a backslash continues" }
            } else {
                isWordStart = false
            }
            rest.skip(2)
        case "'": enter(.singleQuotes, &rest)
        case "\"": enter(.doubleQuotes, &rest)
        case "`": enter(.backticks, &rest)
        case "$": readDollar(&rest)
        case "#" where isWordStart: frames.append(.comment)
        case "\n":
            rest.skip()
            isWordStart = true
            if !documents.isEmpty { frames.append(.document) }
        case "<" where rest[1] == "<": readDocumentEnd(&rest)
        case "(" where rest[1] == "(": unsure = "(("
        case "(", ")":
            rest.skip()
            isWordStart = true
            parenthesis(isOpen: scalar == "(")
        case " ", "\t", ";", "&", "|", "<", ">":
            rest.skip()
            isWordStart = true
        default:
            let word = rest.take(while: Self.isPlain)
            // Its patterns end with a parenthesis that would seem to end the substitution.
            if isNested, word == "case" { unsure = "case in $( )" }
            if word.isEmpty { rest.skip() }
            isWordStart = false
        }
    }

    mutating func readQuoted(_ scalar: Unicode.Scalar, _ rest: inout Rest) {
        switch scalar {
        case "\\":
            if rest[1] == nil { tail = "behind a backslash" }
            rest.skip(2)
        case "\"":
            rest.skip()
            frames.removeLast()
        case "`": enter(.backticks, &rest)
        case "$": readDollar(&rest)
        default: rest.skip()
        }
    }

    mutating func readArithmetic(_ scalar: Unicode.Scalar, _ open: Int, _ rest: inout Rest) {
        rest.skip()
        switch scalar {
        case "(": frames[frames.count - 1] = .arithmetic(parentheses: open + 1)
        case ")" where open > 0: frames[frames.count - 1] = .arithmetic(parentheses: open - 1)
        case ")":
            guard rest.first == ")" else {
                unsure = "$(( )) with commands in it"
                return
            }
            rest.skip()
            frames.removeLast()
        case "$":
            if let next = rest.first, "({'\"[".unicodeScalars.contains(next) { unsure = "$(( )) with \(scalar)\(next)" }
        default:
            let isKnown = Self.isPlain(scalar) || " \t+-*/%<>=!&|^~?:,".unicodeScalars.contains(scalar)
            if !isKnown { unsure = "$(( )) with quotes in it" }
        }
    }

    mutating func readParameter(_ scalar: Unicode.Scalar, _ rest: inout Rest) {
        rest.skip()
        switch scalar {
        case "}": frames.removeLast()
        case "'", "\"", "\\", "`", "{", "\n": unsure = "${ } of the shell with more than names in it"
        case "$":
            if let next = rest.first, "({'\"[".unicodeScalars.contains(next) {
                unsure = "${ } of the shell with more than names in it"
            }
        default: break
        }
    }

    mutating func readDocument(_ scalar: Unicode.Scalar, _ rest: inout Rest) {
        rest.skip()
        guard scalar == "\n" else {
            documentLine.unicodeScalars.append(scalar)
            return
        }
        guard let document = documents.first else { return }
        if !document.isQuoted, documentLine.unicodeScalars.last == "\\" {
            unsure = "a line of a here-document that a backslash continues"
        }
        var line = documentLine.unicodeScalars[...]
        if document.isIndented { line = line.drop { $0 == "\t" } }
        if line.elementsEqual(document.end.unicodeScalars) {
            documents.removeFirst()
            if documents.isEmpty { frames.removeLast() }
        }
        documentLine = ""
        isWordStart = true
    }

    private var isNested: Bool { frames.count > 1 }

    private mutating func enter(_ frame: Frame, _ rest: inout Rest) {
        rest.skip()
        isWordStart = false
        frames.append(frame)
    }

    private mutating func parenthesis(isOpen: Bool) {
        guard isNested, case .code(let open) = frames.last else { return }
        if isOpen {
            frames[frames.count - 1] = .code(parentheses: open + 1)
        } else if open > 0 {
            frames[frames.count - 1] = .code(parentheses: open - 1)
        } else {
            frames.removeLast()
            isWordStart = false
        }
    }

    private mutating func readDollar(_ rest: inout Rest) {
        let isQuoted = frames.last == .doubleQuotes
        isWordStart = false
        switch rest[1] {
        case nil:
            tail = "behind a $"
            rest.skip()
        case "(" where rest[2] == "(":
            rest.skip(3)
            frames.append(.arithmetic(parentheses: 0))
        case "(":
            rest.skip(2)
            frames.append(.code(parentheses: 0))
            isWordStart = true
        case "{":
            rest.skip(2)
            frames.append(.parameter)
        case "[": unsure = "$["
        case "'" where !isQuoted: unsure = "$'"
        case let next? where "#?@*!-$".unicodeScalars.contains(next): rest.skip(2)
        default: rest.skip()
        }
    }

    /// `<<END`, where END may be quoted whole.
    private mutating func readDocumentEnd(_ rest: inout Rest) {
        guard !isNested, rest[2] != "<" else {
            unsure = isNested ? "a here-document in $( )" : "<<<"
            return
        }
        rest.skip(2)
        let isIndented = rest.first == "-"
        if isIndented { rest.skip() }
        _ = rest.take { $0 == " " || $0 == "\t" }
        let quote = rest.first.flatMap { "'\"\\".unicodeScalars.contains($0) ? $0 : nil }
        if quote != nil { rest.skip() }
        let end = rest.take(while: Self.isPlain)
        var isWhole = !end.isEmpty
        if let quote, quote != "\\" {
            isWhole = isWhole && rest.first == quote
            rest.skip()
        }
        if let next = rest.first {
            isWhole = isWhole && " \t\n;&|<>)".unicodeScalars.contains(next)
        } else {
            tail = "where the end of a here-document is named"
        }
        guard isWhole || tail != nil else {
            unsure = "a here-document whose end is no plain word"
            return
        }
        documents.append(Document(end: end, isIndented: isIndented, isQuoted: quote != nil))
        isWordStart = false
    }

    /// A letter, a digit or `_`, of which words, names and numbers are made.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }
}
