// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import RecipeSyntax

/// The values that are given to a module's parameters from outside, beside those of the environment.
package struct ParameterValues: Sendable {
    /// `CONVERGE_PARAM_NAME`, by the part behind the prefix.
    ///
    /// Names that the module does not have are left alone: they may be meant for another.
    package var variables: [String: String]
    /// `--set NAME=VALUE`, by name; a name that the module does not have is an error.
    package var settings: [String: String]
    /// Values that are values already, such as answers at a prompt or those that a run recorded.
    package var values: ObjectValue
    /// True where a parameter without a value is unknown and no error: for looking at what does not need it, before all
    /// are given.
    package var isPartial = false

    package init(
        variables: [String: String] = [:], settings: [String: String] = [:], values: ObjectValue = [:]
    ) {
        self.variables = variables
        self.settings = settings
        self.values = values
    }

    package static let none = ParameterValues()
}

/// Turns what was given to a module's parameters into slots: environment, then `CONVERGE_PARAM_NAME`, then `--set`.
struct ParameterReader {
    let code: ModuleCode
    let library: ContractLibrary
    let environment: EnvironmentDefinition
    let report: Report

    func slots(_ given: ParameterValues) -> [ScopeInstance.Slot] {
        var slots = [ScopeInstance.Slot](repeating: .own, count: code.scope.slots.count)
        var names: [String] = []
        for (position, slot) in code.scope.slots.enumerated() {
            guard case .parameter(let parameter) = slot.form else { continue }
            names.append(slot.name)
            if let value = value(of: parameter, given) {
                slots[position] = .settled(value, Reads())
            } else if parameter.contract.isRequired {
                reportMissing(parameter)
                slots[position] = .settled(.unknown(UnknownValue(origin: "the parameter '\(slot.name)'")), Reads())
            }
        }
        for name in given.settings.keys.sorted() + given.values.keys where !names.contains(name) {
            let nearest = NearestName.find(name, in: names)
            report.add(
                Diagnostic(
                    .parameterUnknown, "there is no parameter '\(name)'",
                    notes: names.isEmpty
                        ? ["this recipe has no parameters"] : ["there is " + names.joined(separator: ", ")],
                    help: nearest.map { ["did you mean '\($0)'?"] } ?? []))
        }
        return slots
    }

    private func reportMissing(_ parameter: ParameterCode) {
        let name = parameter.contract.name
        report.add(
            Diagnostic(
                .parameterMissing, "the parameter '\(name)' has no value", at: code.source.place(parameter.range),
                notes: parameter.contract.schema.doc.isEmpty ? [] : [parameter.contract.schema.doc],
                help: ["--set \(name)=…", "CONVERGE_PARAM_\(name)=…", "set \(name) = …    in the environment"]))
    }

    private func value(of parameter: ParameterCode, _ given: ParameterValues) -> Value? {
        let name = parameter.contract.name
        let type = parameter.contract.type
        if let value = given.values[name] {
            return convert(value, type, name, SourceText(name: "<value of \(name)>", value.literal))
        }
        if let text = given.settings[name] { return read(text, type, name, "--set \(name)", variable: nil) }
        if let text = given.variables[name] {
            return read(text, type, name, "CONVERGE_PARAM_\(name)", variable: "CONVERGE_PARAM_\(name)")
        }
        guard let set = environment.values[name] else { return nil }
        do throws(EvaluationError) {
            return try constant(set.value, type, name, SourceText(name: set.place.file, ""))
        } catch {
            if var diagnostic = error.diagnostic {
                diagnostic.labels = [DiagnosticLabel(set.place)]
                report.add(diagnostic)
            }
            return .null
        }
    }

    /// A text as a value of the type: as it is for texts, a reference for secrets, else a literal of the language.
    private func read(_ text: String, _ type: RecipeType, _ name: String, _ origin: String, variable: String?) -> Value
    {
        switch type.unwrapped {
        case .string, .sql, .shell, .url:
            return .string(text)
        case .secret(.string):
            if let variable { return .secret(SecretReference(source: "env", name: variable)) }
        default: break
        }
        let source = SourceText(name: "<\(origin)>", text)
        let parsed = Recipe.parse(SourceText(name: "<\(origin)>", "= " + text), mode: .prompt)
        guard parsed.diagnostics.isEmpty, parsed.file.statements.count == 1,
            case .expression(let statement) = parsed.file.statements[0], parsed.completeness.isComplete
        else {
            reportUnreadable(text, type, origin)
            return .null
        }
        let session = CheckSession(library: library, modules: ModuleLoader(.none, root: source.name))
        let module = ModuleChecker(session, source: parsed.file.source, path: nil)
        let checker = ExpressionChecker(module: module, scope: module.root)
        let code = checker.check(statement.expression, as: type, origin)
        guard !session.report.hasErrors else {
            reportUnreadable(text, type, origin)
            return .null
        }
        do throws(EvaluationError) {
            return try EvaluationSession(library: library)
                .evaluate(code, in: ScopeInstance(constantsOf: parsed.file.source))
        } catch {
            if let diagnostic = error.diagnostic { report.add(diagnostic) }
            return .null
        }
    }

    private func reportUnreadable(_ text: String, _ type: RecipeType, _ origin: String) {
        if type.holdsSecret {
            // What was given may be the secret itself; notes quote it too.
            report.add(
                Diagnostic(
                    .parameterUnreadable, "\(origin) needs \(type.phrase), and what is given is none",
                    notes: ["a secret is named, never written on a command line"],
                    help: ["\(origin)='secret(\"NAME\")'    names the environment variable that holds it"]))
            return
        }
        report.add(
            Diagnostic(
                .parameterUnreadable, "\(origin) needs \(type.phrase), and '\(text)' is none",
                help: [Self.example(of: type).map { "\(origin)=\($0)" } ?? "write a literal of the language"]))
    }

    private func convert(_ value: Value, _ type: RecipeType, _ name: String, _ source: SourceText) -> Value {
        do throws(EvaluationError) {
            return try constant(value, type, name, source)
        } catch {
            if let diagnostic = error.diagnostic { report.add(diagnostic) }
            return .null
        }
    }

    private func constant(
        _ value: Value, _ type: RecipeType, _ name: String, _ source: SourceText
    ) throws(EvaluationError) -> Value {
        let conversion = ConversionCode(
            code: .constant(value), type: type, allowed: [], subject: "the parameter '\(name)'",
            range: SourceRange(0, source.utf8.count))
        return try EvaluationSession(library: library).convert(conversion, in: source)
    }

    private static func example(of type: RecipeType) -> String? {
        switch type.unwrapped {
        case .bool: "true"
        case .int: "10"
        case .float: "0.5"
        case .duration: "5m"
        case .size: "512MiB"
        case .percent: "20%"
        case .date: "2026-11-01"
        case .time: "2026-11-01T02:00:00Z"
        case .list: "[…]"
        case .map, .object, .shape: "{ … }"
        default: nil
        }
    }
}
