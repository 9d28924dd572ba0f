// SPDX-License-Identifier: Apache-2.0

/// Why a text is no pattern.
struct PatternError: Error {
    /// In characters from the start.
    var offset: Int
    var reason: String
}

/// Reads a regular expression: characters, `.`, classes, groups, `|`, and repetition.
///
/// What needs memory of what was matched (references back, looking around) is refused: without it every text is
/// decided in one pass, however the pattern is written.
struct PatternParser {
    private let text: [Unicode.Scalar]
    private var at = 0
    private var depth = 0

    static let deepest = 64
    static let mostRepetitions = 1000

    static func parse(_ text: String) throws(PatternError) -> PatternNode {
        var parser = PatternParser(Array(text.unicodeScalars))
        let node = try parser.choice()
        if parser.at < parser.text.count { throw parser.error("there is no group that ')' could close") }
        return node
    }

    private init(_ text: [Unicode.Scalar]) { self.text = text }

    private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

    private func error(_ reason: String) -> PatternError { PatternError(offset: at, reason: reason) }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        at += 1
        return true
    }

    private mutating func choice() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest { throw error("groups are nested too deeply") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var items: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            // The whole text is matched anyway, so anchors at both ends say nothing new.
            let isAnchor =
                scalar == "^" ? items.isEmpty : scalar == "$" && (at + 1 == text.count || text[at + 1] == "|")
            if isAnchor, depth == 1 {
                at += 1
                continue
            }
            items.append(try repeated(try atom()))
        }
        return items.count == 1 ? items[0] : items.isEmpty ? .empty : .sequence(items)
    }

    private mutating func repeated(_ node: PatternNode) throws(PatternError) -> PatternNode {
        let result: PatternNode
        switch next {
        case "*": result = .repetition(node, least: 0, most: nil)
        case "+": result = .repetition(node, least: 1, most: nil)
        case "?": result = .repetition(node, least: 0, most: 1)
        case "{": return try counted(node)
        default: return node
        }
        at += 1
        // Whether as few or as many as possible are taken makes no difference to whether the whole matches.
        _ = take("?")
        return result
    }

    private mutating func counted(_ node: PatternNode) throws(PatternError) -> PatternNode {
        at += 1
        guard let least = number() else { throw error("a number should be here") }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else { throw error("'}' should be here") }
        guard least <= Self.mostRepetitions, most ?? 0 <= Self.mostRepetitions, least <= most ?? least else {
            throw error("a repetition of 0 to \(Self.mostRepetitions) times, the least first, should be here")
        }
        _ = take("?")
        return .repetition(node, least: least, most: most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, (0x30...0x39).contains(scalar.value) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
            at += 1
        }
        return value
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        guard let scalar = next else { return .empty }
        at += 1
        switch scalar {
        case "(":
            if take("?") {
                guard take(":") else { throw error("only (?: is supported behind '('") }
            }
            let inner = try choice()
            guard take(")") else { throw error("a group is not closed") }
            return inner
        case "[": return .characters(try characterClass())
        case ".": return .characters(CharacterRanges.lineBreak.inverted)
        case "\\": return .characters(try escape())
        case "*", "+", "?", "{": throw error("there is nothing to repeat")
        case "^", "$": throw error("an anchor inside of a pattern is not supported")
        default: return .characters(CharacterRanges([scalar.value...scalar.value]))
        }
    }

    /// What stands for several characters or for itself behind a backslash.
    private mutating func escape() throws(PatternError) -> CharacterRanges {
        guard let scalar = next else { throw error("the pattern ends with a backslash") }
        at += 1
        switch scalar {
        case "d": return .digits
        case "D": return CharacterRanges.digits.inverted
        case "s": return .blanks
        case "S": return CharacterRanges.blanks.inverted
        case "w": return .word
        case "W": return CharacterRanges.word.inverted
        case "n": return CharacterRanges([0x0A...0x0A])
        case "r": return CharacterRanges([0x0D...0x0D])
        case "t": return CharacterRanges([0x09...0x09])
        default:
            let isLetterOrDigit =
                scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value))
            if isLetterOrDigit { throw error("'\\\(scalar)' is not supported") }
            return CharacterRanges([scalar.value...scalar.value])
        }
    }

    private mutating func characterClass() throws(PatternError) -> CharacterRanges {
        let isInverted = take("^")
        var result = CharacterRanges([])
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            let low = try classItem()
            if next == "-", at + 1 < text.count, text[at + 1] != "]" {
                at += 1
                let high = try classItem()
                guard let from = low.single, let to = high.single, from <= to else {
                    throw error("a range needs a lower and a higher character")
                }
                result = result.union(CharacterRanges([from...to]))
            } else {
                result = result.union(low)
            }
        }
        guard take("]") else { throw error("a class is not closed") }
        return isInverted ? result.inverted : result
    }

    private mutating func classItem() throws(PatternError) -> CharacterRanges {
        guard let scalar = next else { throw error("a class is not closed") }
        at += 1
        return scalar == "\\" ? try escape() : CharacterRanges([scalar.value...scalar.value])
    }
}

extension CharacterRanges {
    /// The one character that it holds; nil where it holds several.
    fileprivate var single: UInt32? {
        guard ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound else { return nil }
        return ranges[0].lowerBound
    }
}
