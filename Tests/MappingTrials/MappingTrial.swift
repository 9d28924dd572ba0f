// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Planning
package import RecipeRuntime

/// One mapping that is planned in all its forms: as its contract has it by default, with each optional parameter alone,
/// and with all of them.
package struct MappingTrial: CustomStringConvertible, Sendable {
    package let contract: CapabilityExplanation
    package let service: ServiceExplanation
    let texts: PluginTexts

    package init(contract: CapabilityExplanation, service: ServiceExplanation, texts: PluginTexts) {
        self.contract = contract
        self.service = service
        self.texts = texts
    }

    package var description: String { "\(contract.name) by \(service.service)" }

    /// A recipe in which the mapping is asked for in one form, and what of it is planned.
    package struct Form: Sendable {
        /// `by default`, the name of the parameter that is given alone, or `all together`.
        package let name: String
        package let text: String
        /// The native things that are made, by address.
        package let natives: [String: Native]
        package let outputs: ObjectValue
    }

    /// A native thing as it is planned.
    package struct Native: Sendable, Hashable {
        package let kind: ResourceKindSchema
        package let inputs: ObjectValue

        package static func == (one: Self, other: Self) -> Bool {
            one.kind.name == other.kind.name && one.inputs == other.inputs
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(kind.name) }
    }

    /// What trying a mapping gave.
    package struct Report: Sendable {
        package var forms: [Form] = []
        package var problems: [String] = []
    }

    typealias Fields = [(name: String, value: String)]

    /// What a form was planned to be.
    enum Outcome {
        case planned(Form)
        /// The mapping says that it lacks what is asked for.
        case lacking(String)
        /// A rule of the contract forbids the value.
        case forbidden
        case failed(String)
    }

    /// Everything that can be asked of the mapping, and everything that is wrong with it.
    package func report() -> Report {
        var report = Report()
        var examples = ExampleValues(texts)
        let base = examples.required(contract.parameters, of: contract.name)
        guard let plain = form("by default", base, &examples, &report) else { return report }
        report.forms.append(plain)
        var all = base
        for parameter in contract.parameters where !parameter.schema.isRequired {
            if let found = alone(parameter, base, plain, &examples, &report) {
                all += found.filter { field in !all.contains { $0.name == field.name } }
            }
        }
        if let whole = form("all together", all, &examples, &report) { report.forms.append(whole) }
        return report
    }

    /// Tries a parameter alone, or with what it has an effect with.
    ///
    /// - Returns: What was given, the parameter last; nil where the mapping lacks it or where nothing of it was found.
    private func alone(
        _ parameter: ParameterExplanation, _ base: Fields, _ plain: Form, _ examples: inout ExampleValues,
        _ report: inout Report
    ) -> Fields? {
        let name = parameter.schema.name
        let with = Self.dependent[name]?.filter { field in
            contract.parameters.contains { $0.schema.name == field.name }
        }
        var last = "no value fits its rule"
        for value in examples.candidates(parameter, in: contract.name) {
            for others in [[], with ?? []] where others.isEmpty || with?.isEmpty == false {
                let kept = base.filter { field in !others.contains { $0.name == field.name } }
                for other in others { examples.mention(other.value) }
                switch outcome(name, kept + others + [(name, value)], &examples) {
                case .planned(let form):
                    if form.natives == (others.isEmpty ? plain.natives : natives(kept + others, &examples)) {
                        last = "'\(value)' changes nothing"
                    } else {
                        report.forms.append(form)
                        return others + [(name, value)]
                    }
                case .lacking: return nil
                case .forbidden: continue
                case .failed(let text): last = text
                }
            }
        }
        if !Self.given.contains("\(self): \(name)") { report.problems.append("\(name) alone: \(last)") }
        return nil
    }

    private func form(
        _ name: String, _ fields: Fields, _ examples: inout ExampleValues, _ report: inout Report
    ) -> Form? {
        switch outcome(name, fields, &examples) {
        case .planned(let form): return form
        case .lacking(let text), .failed(let text): report.problems.append("\(name): \(text)")
        case .forbidden: report.problems.append("\(name) a rule of the contract is broken")
        }
        return nil
    }

    private func natives(_ fields: Fields, _ examples: inout ExampleValues) -> [String: Native] {
        if case .planned(let form) = outcome("", fields, &examples) { form.natives } else { [:] }
    }

    /// What a declaration by this service makes, and one that names no service.
    package func withoutService() -> (named: [String: Native], unnamed: [String: Native]) {
        var examples = ExampleValues(texts)
        let base = examples.required(contract.parameters, of: contract.name)
        let named = natives(base, &examples)
        if case .planned(let form) = outcome("", base, &examples, naming: false) { return (named, form.natives) }
        return (named, [:])
    }

    /// Plans one form.
    private func outcome(
        _ name: String, _ fields: Fields, _ examples: inout ExampleValues, naming: Bool = true
    ) -> Outcome {
        let lacking = Set(service.lacks.map(\.name))
        let outputs = contract.outputs.filter { $0.feature.map { !lacking.contains($0) } ?? true }
        let lines = (naming ? ["@service: \"\(service.service)\""] : []) + fields.map { "\($0.name): \($0.value)" }
        let text = """
            \(examples.companions.values.sorted().joined(separator: "\n"))
            resource subject: \(contract.name) {
              \(lines.joined(separator: "\n  "))
            }
            \(outputs.map { "output given_\($0.schema.name) = subject.\($0.schema.name)" }.joined(separator: "\n"))

            """
        let program: Program
        do throws(Diagnostics) { program = try texts.program(text) } catch {
            let errors = error.all.filter { $0.severity == .error }
            if errors.allSatisfy({ $0.code.text == "R0602" }) {
                return .lacking(errors.map(\.message).joined(separator: "; "))
            }
            if errors.contains(where: { $0.code.text == "R0502" }) { return .forbidden }
            return .failed(errors.map { "\($0.code.text) \($0.message)" }.joined(separator: "; ") + "\n" + text)
        }
        do throws(Diagnostics) {
            let values = try program.evaluation.outputs(in: ResourceState())
            for output in outputs where values["given_\(output.schema.name)"] ?? .null == .null {
                if case .optional = output.schema.type { continue }
                return .failed("the output '\(output.schema.name)' is null")
            }
            var natives: [String: Native] = [:]
            for node in program.resources where node.address.text.hasPrefix("subject/") {
                if case .native(let kind, _) = node.form {
                    natives[node.address.text] = Native(
                        kind: kind, inputs: try program.evaluation.inputs(of: node.address, in: ResourceState()))
                }
            }
            return .planned(Form(name: name, text: text, natives: natives, outputs: values))
        } catch {
            return .failed(error.all.map { "\($0.code.text) \($0.message)" }.joined(separator: "; ") + "\n" + text)
        }
    }
}
