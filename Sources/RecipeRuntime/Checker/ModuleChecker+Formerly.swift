// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ModuleChecker {
    /// What `@formerly` says: a name, `name[key]`, `module.name`, an address as a text, or a list of them.
    func formerly(_ value: Expression, _ checker: ExpressionChecker) -> [FormerCode] {
        let items: [Expression]
        if case .list(let list) = value { items = list.elements } else { items = [value] }
        return items.compactMap { item in
            if item.isInvalid { return nil }
            if let former = former(item, checker) { return former }
            report(
                .metaMisused, "'@formerly' takes an earlier name or address", at: item.range,
                help: ["@formerly: old_name", "@formerly: old[key]", "@formerly: module.name", "@formerly: \"/name\""])
            return nil
        }
    }

    private func former(_ item: Expression, _ checker: ExpressionChecker) -> FormerCode? {
        switch item {
        case .string(let string): return FormerCode(pieces(of: string, checker))
        case .index(let index):
            guard let path = path(index.base) else { return nil }
            return FormerCode([
                .text(path + "["), .key(checker.check(index.index, as: .string, "the key")), .text("]")
            ])
        default: return path(item).map { FormerCode([.text($0)]) }
        }
    }

    /// `module.name` as an address.
    private func path(_ item: Expression) -> String? {
        switch item {
        case .name(let name): name.text
        case .member(let member) where !member.isOptional: path(member.base).map { "\($0)/\(member.name.text)" }
        default: nil
        }
    }

    private func pieces(of string: StringLiteral, _ checker: ExpressionChecker) -> [FormerCode.Piece] {
        var pieces: [FormerCode.Piece] = []
        for (position, part) in string.parts.enumerated() {
            switch part {
            case .text(let text, _): pieces.append(.text(text))
            case .hole(let inner, _):
                let code = checker.check(inner, as: .string, "the key")
                var before = ""
                if case .text(let text)? = pieces.last { before = text }
                var after = ""
                if string.parts.indices.contains(position + 1), case .text(let text, _) = string.parts[position + 1] {
                    after = text
                }
                pieces.append(before.hasSuffix("[") && after.hasPrefix("]") ? .key(code) : .name(code))
            }
        }
        return pieces
    }
}
