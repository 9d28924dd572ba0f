// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime

/// One mapping that is planned in all its forms: as its contract has it by default, with each optional parameter alone,
/// and with all of them.
struct MappingTrial: CustomStringConvertible {
    let contract: CapabilityExplanation
    let service: ServiceExplanation
    let texts: PluginTexts

    var description: String { "\(contract.name) by \(service.service)" }

    typealias Fields = [(name: String, value: String)]

    /// What a form was planned to be.
    enum Outcome {
        /// The inputs of the native things that it makes, by address.
        case planned([String: ObjectValue])
        /// The mapping says that it lacks what is asked for.
        case lacking(String)
        /// A rule of the contract forbids the value.
        case forbidden
        case failed(String)
    }

    /// Parameters without an effect of their own, and what they have one with.
    private static let dependent: [String: Fields] = [
        "landing_every": [("landing", "of_datalakestorage")], "issuer": [("auth", #""jwt""#), ("audience", #""shop""#)],
        "audience": [("auth", #""jwt""#), ("issuer", #""https://login.example.com""#)],
        "enabled": [("schedule", #""15 3 * * *""#)], "time_zone": [("schedule", #""15 3 * * *""#)],
        "notify": [("alarms", #"{ one: { metric: "requests", above: 0.5 } }"#)],
        "labels": [("alarms", #"{ one: { metric: "requests", above: 0.5 } }"#)],
        "min_replicas": [("max_replicas", "10")],
        "baseline": [("drift", "0.5"), ("columns", #"["trial"]"#)],
        "columns": [("drift", "0.5"), ("baseline", #""s3://trial/data.csv""#)],
        "drift": [("baseline", #""s3://trial/data.csv""#), ("columns", #"["trial"]"#)],
        "every": [("drift", "0.5"), ("baseline", #""s3://trial/data.csv""#), ("columns", #"["trial"]"#)],
        "capture_into": [("capture", "20%")], "capture": [("capture_into", "of_datalakestorage")]
    ]

    /// What a mapping does whatever is asked for, so that asking changes nothing.
    private static let given = [
        // What is deleted stays as an earlier version.
        "DataLakeStorage by S3: versioned",
        // Workers are there as long as a job.
        "DataTransformationEnrichment by AWS Glue: idle_timeout",
        "DataTransformationEnrichment by Lambda: idle_timeout",
        "FeatureEngineering by Glue: idle_timeout",
        // They are parts of addresses of which nothing is known before the lake is there.
        "ModelValidationTesting by SageMaker Pipelines: data",
        "ModelValidationTesting by AWS CodePipeline: data"
    ]

    /// Everything that is wrong with the mapping.
    func problems() -> [String] {
        var problems: [String] = []
        var examples = ExampleValues(texts)
        let base = examples.required(contract.parameters, of: contract.name)
        var plain: [String: ObjectValue] = [:]
        switch outcome(base, &examples) {
        case .planned(let inputs): plain = inputs
        case .lacking(let text), .failed(let text): return ["by default: \(text)"]
        case .forbidden: return ["by default a rule of the contract is broken"]
        }
        var all = base
        for parameter in contract.parameters where !parameter.schema.isRequired {
            let name = parameter.schema.name
            var last = "no value fits its rule"
            var isDecided = false
            for value in examples.candidates(parameter, in: contract.name) where !isDecided {
                let with = Self.dependent[name]?.filter { field in
                    contract.parameters.contains { $0.schema.name == field.name }
                }
                for others in [[], with ?? []] where !isDecided && (others.isEmpty || with?.isEmpty == false) {
                    let fields =
                        base.filter { field in !others.contains { $0.name == field.name } } + others + [(name, value)]
                    _ = others.map { examples.mention($0.value) }
                    switch outcome(fields, &examples) {
                    case .planned(let inputs):
                        if inputs == (others.isEmpty ? plain : planned(fields.dropLast(), &examples)) {
                            last = "'\(value)' changes nothing"
                        } else {
                            isDecided = true
                            all += others.filter { other in !all.contains { $0.name == other.name } }
                            if !all.contains(where: { $0.name == name }) { all.append((name, value)) }
                        }
                    case .lacking: isDecided = true
                    case .forbidden: continue
                    case .failed(let text): last = text
                    }
                }
            }
            if !isDecided, !Self.given.contains("\(self): \(name)") { problems.append("\(name) alone: \(last)") }
        }
        switch outcome(all, &examples) {
        case .planned: break
        case .lacking(let text), .failed(let text): problems.append("all together: \(text)")
        case .forbidden: problems.append("all together a rule of the contract is broken")
        }
        return problems
    }

    private func planned(_ fields: some Sequence<(name: String, value: String)>, _ examples: inout ExampleValues)
        -> [String: ObjectValue]
    {
        if case .planned(let inputs) = outcome(Array(fields), &examples) { inputs } else { [:] }
    }

    /// Plans one form.
    func outcome(_ fields: Fields, _ examples: inout ExampleValues) -> Outcome {
        let lacking = Set(service.lacks.map(\.name))
        let outputs = contract.outputs.filter { $0.feature.map { !lacking.contains($0) } ?? true }
        let text = """
            \(examples.companions.values.sorted().joined(separator: "\n"))
            resource subject: \(contract.name) {
              @service: "\(service.service)"
              \(fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n  "))
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
            var natives: [String: ObjectValue] = [:]
            for node in program.resources where node.address.text.hasPrefix("subject/") {
                if case .native = node.form {
                    natives[node.address.text] = try program.evaluation.inputs(of: node.address, in: ResourceState())
                }
            }
            return .planned(natives)
        } catch {
            return .failed(error.all.map { "\($0.code.text) \($0.message)" }.joined(separator: "; ") + "\n" + text)
        }
    }
}
