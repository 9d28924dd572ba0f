// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// The edit of a recipe that makes it say what is there: field by field, where a field is written down as it is.
struct DriftEdit {
    /// A difference that the recipe says now.
    struct Taken: Sendable {
        let address: Address
        /// Nil where the thing is gone, and its declaration with it.
        let difference: FieldDifference?
    }

    /// A difference that no edit of one place can say, and what to do instead.
    struct Left: Sendable {
        let address: Address
        /// Empty for the thing as a whole.
        let path: String
        let reason: String
    }

    private(set) var text: String
    private(set) var taken: [Taken] = []
    private(set) var left: [Left] = []
    /// What the declarations that are taken out declared, by address; below them are their parts.
    var removed: Set<Address> = []
    let source: SourceText
    let statements: [Statement]
    let things: Things

    /// What is known beside the differences.
    struct Things {
        /// What the ledger says of things that are there by themselves.
        let recorded: Set<Address>
        let gone: Set<Address>
        /// Declarations that stay although the thing is gone, and why.
        var kept: [String: String] = [:]
    }

    init(_ items: [DriftReport.Item], of things: Things, in source: SourceText) {
        self.source = source
        self.things = things
        text = String(decoding: source.utf8, as: UTF8.self)
        statements = Recipe.parse(source).file.statements
        var replacements: [Replacement] = []
        for item in items { replacements += edits(of: item) }
        if replacements.isEmpty { return }
        var bytes = source.utf8
        // From the end to the beginning: what stands before keeps its place.
        for edit in replacements.sorted(by: { $0.range.lower > $1.range.lower }) {
            bytes.replaceSubrange(Int(edit.range.lower)..<Int(edit.range.upper), with: Array(edit.text.utf8))
        }
        text = Self.formatted(bytes, as: source)
    }

    /// Formatted where the text was.
    private static func formatted(_ bytes: [UInt8], as source: SourceText) -> String {
        let edited = SourceText(name: source.name, utf8: bytes)
        do throws(Diagnostics) {
            if Array(try Recipe.format(source).utf8) == source.utf8 { return try Recipe.format(edited) }
        } catch {}
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The lines that differ, as people read them.
    func lines() -> [Line] {
        func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        let changes = lines(text).difference(from: lines(String(decoding: source.utf8, as: UTF8.self)))
        let found = changes.map { change -> (Int, Line) in
            switch change {
            case .remove(let offset, let line, _): (offset, Line(number: offset + 1, isNew: false, text: String(line)))
            case .insert(let offset, let line, _): (offset, Line(number: nil, isNew: true, text: String(line)))
            }
        }
        return found.sorted { ($0.0, $0.1.isNew ? 1 : 0) < ($1.0, $1.1.isNew ? 1 : 0) }.map(\.1)
    }

    struct Line: Sendable {
        /// Of a line that goes.
        let number: Int?
        let isNew: Bool
        let text: String
    }

    // MARK: One thing

    struct Replacement {
        var range: SourceRange
        var text: String
    }

    private mutating func edits(of item: DriftReport.Item) -> [Replacement] {
        let address = item.record.identity.address
        func leave(_ path: String, _ reason: String) {
            left.append(Left(address: address, path: path, reason: reason))
        }
        guard case .found(let inputs, _, _) = item.observation else {
            switch removal(of: address) {
            case .success(let found):
                taken.append(Taken(address: address, difference: nil))
                return found
            case .failure(let reason):
                leave("", reason.text)
                return []
            }
        }
        let declaration: ResourceDeclaration
        switch find(address) {
        case .success(let found): declaration = found
        case .failure(let reason):
            leave("", reason.text)
            return []
        }
        var edits: [Replacement] = []
        for (field, differences) in grouped(item.fields) {
            guard let value = inputs[field] else {
                leave(field, "it is no field but a condition of the thing: `apply` puts it right")
                continue
            }
            if differences.contains(where: \.isSensitive) {
                leave(field, "it is a secret: nobody may write it down; give the secret's source the new one")
                continue
            }
            switch edit(field, value, was: item.record.inputs[field], in: declaration.fields) {
            case .success(let found):
                edits += found
                taken += differences.map { Taken(address: address, difference: Optional($0)) }
            case .failure(let reason): leave(field, reason.text)
            }
        }
        return edits
    }

    /// Differences by the field that they are in, in their order.
    private func grouped(_ differences: [FieldDifference]) -> [(field: String, differences: [FieldDifference])] {
        var groups: [(field: String, differences: [FieldDifference])] = []
        for difference in differences {
            let field = String(difference.path.prefix { $0 != "." })
            if let position = groups.firstIndex(where: { $0.field == field }) {
                groups[position].differences.append(difference)
            } else {
                groups.append((field, [difference]))
            }
        }
        return groups
    }

    struct Reason: Error { let text: String }

    // MARK: One field

    private func edit(
        _ key: String, _ value: Value, was before: Value?, in object: ObjectExpression
    ) -> Result<[Replacement], Reason> {
        guard let entry = object.entries.first(where: { $0.key.plain == key }) else {
            return .success([inserting("\(Self.key(key)): \(value.literal)", into: object)])
        }
        return edit(entry.value, value, was: before)
    }

    private func edit(_ expression: Expression, _ value: Value, was before: Value?) -> Result<[Replacement], Reason> {
        if case .object(let node) = expression, let after = value.object,
            node.entries.allSatisfy({ $0.key.plain != nil })
        {
            var edits: [Replacement] = []
            for (position, entry) in node.entries.enumerated() {
                guard let key = entry.key.plain, after[key] == nil else { continue }
                edits.append(removing(position, from: node))
            }
            for entry in after where before?.object?[entry.key] != entry.value {
                switch edit(entry.key, entry.value, was: before?.object?[entry.key], in: node) {
                case .success(let found): edits += found
                case .failure(let reason): return .failure(reason)
                }
            }
            return .success(edits)
        }
        if Self.isWrittenDown(expression) {
            return .success([Replacement(range: expression.range, text: value.literal)])
        }
        let place = source.place(expression.range)
        var text = "it comes from `\(source.text(of: expression.range))` (\(place.file):\(place.start.line))"
        if case .name(let name) = expression { text = "it comes from \(name.text)\(self.place(of: name.text))" }
        return .failure(Reason(text: text + ": change that, so that it gives \(value.literal)"))
    }

    /// True for what is the same wherever it stands.
    private static func isWrittenDown(_ expression: Expression) -> Bool {
        switch expression {
        case .literal: true
        case .string(let node): node.plainText != nil
        case .list(let node): node.elements.allSatisfy(isWrittenDown)
        case .object(let node): node.entries.allSatisfy { $0.key.plain != nil && isWrittenDown($0.value) }
        case .unary(let node): isWrittenDown(node.operand)
        default: false
        }
    }

    private static func key(_ name: String) -> String {
        let isPlain =
            name.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            && !Recipe.reservedWords.contains(name)
        return isPlain ? name : Value.string(name).literal
    }

    private func inserting(_ entry: String, into object: ObjectExpression) -> Replacement {
        guard let last = object.entries.last else {
            return Replacement(range: object.range, text: "{ \(entry) }")
        }
        let end = Int(last.value.range.upper)
        let head = source.text(of: SourceRange(Int(object.range.lower), Int(last.key.range.lower)))
        let separator = head.contains("\n") ? "\n" + head.reversed().prefix { $0 == " " } : ", "
        return Replacement(range: SourceRange(end, end), text: separator + entry)
    }

    private func removing(_ position: Int, from object: ObjectExpression) -> Replacement {
        let entry = object.entries[position]
        let lower: Int
        let upper: Int
        if object.entries.indices.contains(position + 1) {
            (lower, upper) = (Int(entry.key.range.lower), Int(object.entries[position + 1].key.range.lower))
        } else if position > 0 {
            (lower, upper) = (Int(object.entries[position - 1].value.range.upper), Int(entry.value.range.upper))
        } else {
            (lower, upper) = (Int(object.range.lower) + 1, Int(object.range.upper) - 1)
        }
        return Replacement(range: SourceRange(lower, upper), text: "")
    }
}
