// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension EvaluationSession {
    func text(_ text: TextCode, _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        var parts: [Template.Part] = []
        parts.reserveCapacity(text.parts.count)
        for part in text.parts {
            switch part {
            case .text(let piece): parts.append(.text(piece))
            case .hole(let code, let isSpliced):
                let value = try evaluate(code, in: scope)
                parts.append(.hole(isSpliced ? value.asTemplate : try settled(value, text, scope)))
            }
        }
        let template = try limited(.template(Template(parts)), text.range, scope)
        switch text.form {
        case .template: return template
        case .plain, .html:
            if let unknown = template.firstUnknown { return .unknown(unknown) }
            if template.containsSecret { return template }
            return .string(try written(parts, text, scope))
        }
    }

    /// A hole that is a value: text that was put together elsewhere becomes plain text here.
    private func settled(_ value: Value, _ text: TextCode, _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        guard case .template(let template) = value, !value.containsUnknown, !value.containsSecret else { return value }
        return .string(try written(template.parts, TextCode(form: .plain, parts: [], range: text.range), scope))
    }

    private func written(
        _ parts: [Template.Part], _ text: TextCode, _ scope: ScopeInstance
    ) throws(EvaluationError) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let piece): result += piece
            case .hole(let value):
                var piece: String
                do {
                    piece = try PlainText.render(value)
                } catch {
                    throw failure(.wrongValue, "\(value.phrase) has no text", at: text.range, in: scope)
                }
                if text.form == .html, value.template == nil { piece = Self.escaped(piece) }
                try spend(piece.utf8.count, text.range, scope)
                if result.utf8.count + piece.utf8.count > ValueLimits.value { throw tooLarge(text.range, scope) }
                result += piece
            }
        }
        return result
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

extension Value {
    /// Text with the meaning of what is around it, marked so that it is spliced and not bound as a value.
    fileprivate var asTemplate: Value {
        if case .string(let text) = self { .template(Template([.text(text)])) } else { self }
    }
}
