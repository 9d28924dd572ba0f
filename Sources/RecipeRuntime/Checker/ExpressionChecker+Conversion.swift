// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ExpressionChecker {
    /// The code that gives a value of the wanted type, or the report that there is none.
    func convert(
        _ checked: Checked, to wanted: RecipeType, allowed: [Value] = [], _ subject: String, _ expression: Expression
    ) -> Code {
        if checked.type == .poison { return .invalid }
        switch checked.type.fit(wanted, library) {
        case .yes:
            if allowed.isEmpty { return checked.code }
        case .converts: break
        case .mayBeNull:
            report(
                .mayBeNull, "\(subject) needs \(wanted.phrase), and this may be null", at: expression.range,
                help: ["say what counts then: `… ?? value`"])
            return .invalid
        case .foreignText:
            report(
                .foreignText, "\(subject) needs \(wanted.unwrapped.description), and this is a String made elsewhere",
                at: expression.range,
                notes: [
                    "a text of unknown origin could change the meaning of the \(wanted.unwrapped.description) around it"
                ],
                help: [
                    "write the text here as a literal, with the value in `${ }`",
                    "give the parameter or function that makes it the type \(wanted.unwrapped.description)"
                ])
            return .invalid
        case .no:
            reportMismatch(checked.type, wanted, subject, expression)
            return .invalid
        }
        let conversion = ConversionCode(
            code: checked.code, type: wanted, allowed: allowed, subject: subject, range: expression.range)
        guard checked.code.constant != nil else { return .convert(conversion) }
        let session = EvaluationSession(library: library)
        do {
            return .constant(try session.convert(conversion, in: source))
        } catch {
            if let diagnostic = error.diagnostic { module.session.report.add(diagnostic) }
            return .invalid
        }
    }

    private func reportMismatch(
        _ type: RecipeType, _ wanted: RecipeType, _ subject: String, _ expression: Expression
    ) {
        if type.holdsSecret {
            report(
                .secretUsed, "\(subject) would show a secret", at: expression.range,
                notes: ["a secret fits where Secret<String> or Any is wanted"])
            return
        }
        if wanted.holdsSecret, type.unwrapped == .string || type.isCollection {
            report(
                .secretWritten, "\(subject) is a secret and is not written in a recipe", at: expression.range,
                notes: ["a recipe names the environment variable that holds it"], help: ["secret(\"NAME\")"])
            return
        }
        var help: [String] = []
        switch (type, wanted.unwrapped) {
        case (.step(let kind, _), _):
            let names = library.step(named: kind)?.schema.outputs.map(\.name) ?? []
            if !names.isEmpty { help = ["read one of its outputs: " + names.joined(separator: ", ")] }
        case (.module, _): help = ["read one of its outputs"]
        case (.thing(let kind), .string), (.thing(let kind), .url):
            let names = library.kind(named: kind)?.outputs.map(\.schema.name) ?? []
            if !names.isEmpty { help = ["read one of its outputs: " + names.joined(separator: ", ")] }
        case (.int, .duration): help = ["write a unit: 30s, 5m, 2h, 7d"]
        case (.int, .size): help = ["write a unit: 512MiB, 10GB"]
        case (.int, .percent), (.float, .percent): help = ["write a percentage: 20%"]
        case (.int, .string), (.float, .string), (.bool, .string), (.date, .string), (.time, .string):
            help = ["write string(…) or \"${…}\""]
        case (.float, .int): help = ["write int(…) or round(…)"]
        case (.string, .int): help = ["write int(…), or the number without quotes"]
        case (.string, .bool): help = ["write true or false without quotes"]
        case (let single, .list(let element)) where single.fit(element, library).isPossible:
            help = ["write `[…]` around it"]
        default: break
        }
        report(
            .typeMismatch, "\(subject) needs \(wanted.phrase), and this is \(type.phrase)", at: expression.range,
            help: help)
    }
}
