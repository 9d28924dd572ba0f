// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ExpressionChecker {
    /// A string literal: what it means is decided by the type that is wanted.
    func string(_ string: StringLiteral, _ wanted: RecipeType?) -> Checked {
        let type = wanted?.textType ?? .string
        if let text = string.plainText { return Checked(code: .constant(.string(text)), type: type) }
        var parts: [TextCode.Part] = []
        var holdsSecret = false
        var places = HolePlaces(type)
        for part in string.parts {
            switch part {
            case .text(let text, _):
                parts.append(.text(text))
                places.read(text)
            case .hole(let expression, _):
                let hole = check(expression)
                if case .poison = hole.type {
                    parts.append(.hole(hole.code, isSpliced: false))
                } else {
                    let (isPossible, isSpliced) = self.hole(hole.type, in: type, expression)
                    if hole.type.holdsSecret { holdsSecret = true }
                    if isPossible, let refusal = places.refusal {
                        report(.holeMisplaced, refusal.message, at: expression.range, help: [refusal.help])
                    }
                    places.passHole(isSpliced: isSpliced)
                    parts.append(.hole(isPossible ? hole.code : .invalid, isSpliced: isSpliced))
                }
            }
        }
        let form: TextCode.Form = type == .string ? .plain : type == .html ? .html : .template
        let code = TextCode(form: form, parts: parts, range: string.range)
        return Checked(code: .text(code), type: holdsSecret && type == .string ? .secret(.string) : type)
    }

    /// Whether a value of the type may stand in `${ }` of such a text; what may not is reported.
    private func hole(
        _ type: RecipeType, in text: RecipeType, _ expression: Expression
    ) -> (isPossible: Bool, isSpliced: Bool) {
        if type == text, text != .string { return (true, true) }
        if type.holdsSecret, text != .string {
            report(
                .secretUsed, "a secret stands in \(text.phrase)", at: expression.range,
                notes: ["a \(text.description) is shown and stored"],
                help: ["hand it over by an environment variable or a field of type Secret"])
            return (false, false)
        }
        if text == .sql {
            switch type.unwrapped {
            case .list(let element) where element.unwrapped.hasText: return (true, false)
            case .null, .never: return (true, false)
            case let scalar where scalar.hasText: return (true, false)
            default: break
            }
        } else if type.hasText {
            return (true, false)
        }
        if case .optional(let inner) = type, inner.hasText {
            report(
                .mayBeNull, "what stands in `${ }` may be null", at: expression.range,
                help: ["say what counts then: `${… ?? \"\"}`"])
            return (false, false)
        }
        var help: [String] = []
        switch type {
        case .list: help = ["join(…, \", \") makes one text of a list"]
        case .thing(let kind):
            let names = library.kind(named: kind)?.outputs.map(\.schema.name) ?? []
            help = ["read one of its outputs: " + names.joined(separator: ", ")]
        case .step(let kind, _):
            let names = library.step(named: kind)?.schema.outputs.map(\.name) ?? []
            help = ["read one of its outputs: " + names.joined(separator: ", ")]
        default: break
        }
        report(
            .noText, "\(type.phrase) has no text that could stand in \(text.phrase)", at: expression.range, help: help)
        return (false, false)
    }
}

extension RecipeType {
    /// The type that a string literal takes where this one is wanted; nil where it is plain text.
    var textType: RecipeType? {
        switch self {
        case .sql, .shell, .url, .html, .string: self
        case .optional(let inner): inner.textType
        case .either(let types):
            types.contains(.string) ? .string : types.lazy.compactMap(\.textType).first
        default: nil
        }
    }
}
