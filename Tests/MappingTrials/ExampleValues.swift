// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime

/// Values of parameters as a recipe writes them, made from what a contract says of each: its type, its rule, its default.
struct ExampleValues {
    let texts: PluginTexts
    /// The things that the values refer to, by capability.
    private(set) var companions: [String: String] = [:]

    init(_ texts: PluginTexts) { self.texts = texts }

    /// Parameters whose meaning the type does not tell.
    private static let known: [String: [String]] = [
        "key": [#""arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d""#], "schedule": [#""15 3 * * *""#],
        "time_zone": [#""Europe/Berlin""#], "source": [#""code""#], "name": [#""trial-name""#],
        "version": [#""3.12""#], "metric": [#""requests""#], "path": [#""/trial""#], "above": ["0.5"],
        "api_from": [#"{ office: "203.0.113.0/24" }"#], "notify": [#"{ me: "me@example.com" }"#],
        "address": [#""https://example.com""#], "cpus": ["16.0"], "features": [#"{ trial: "String" }"#],
        "rights": [#"[{ actions: ["s3:GetObject"], resources: ["*"] }]"#], "cidr": [#""10.1.0.0/16""#]
    ]

    /// The values that a parameter may be tried with, the likeliest first.
    mutating func candidates(_ parameter: ParameterExplanation, in owner: String) -> [String] {
        let schema = parameter.schema
        let type = schema.type.unwrapped
        let listed = literals(in: parameter.rule ?? "")
        var found = values(of: type, named: schema.name, in: owner, listed)
        if let given = Self.known[schema.name], accepts(type, schema.name) { found = given + found }
        let standard = schema.defaultValue?.literal
        return found.filter { $0 != standard }
    }

    /// The fields that a declaration of the capability must have.
    mutating func required(_ parameters: [ParameterExplanation], of owner: String) -> [(name: String, value: String)] {
        parameters.filter(\.schema.isRequired).compactMap { parameter in
            candidates(parameter, in: owner).first.map { (parameter.schema.name, $0) }
        }
    }

    private func accepts(_ type: ValueType, _ name: String) -> Bool {
        switch type {
        case .string, .url, .float: true
        case .map(.string), .list(.object): true
        default: false
        }
    }

    private mutating func values(
        of type: ValueType, named name: String, in owner: String, _ listed: [String]
    ) -> [String] {
        switch type {
        case .bool: ["true", "false"]
        case .int: ["2", "1", "3", "10"]
        case .float: ["2.0", "0.5", "4.0"]
        case .string: listed.filter { $0.hasPrefix("\"") } + [#""trial""#]
        case .duration: listed.filter { ($0.last?.isLetter ?? false) } + ["30d", "7d", "2d", "1d", "2h", "10m", "5m"]
        case .size: ["4GiB", "1GiB", "64GiB"]
        case .percent: ["20%"]
        case .url: [#""https://login.example.com""#]
        case .date: ["2026-11-01"]
        case .time: ["2026-11-01T00:00:00Z"]
        case .object: [#"{ a: "x" }"#]
        case .any: [thing(in: owner)]
        case .list(let item): values(of: item, named: name, in: owner, listed).map { "[\($0)]" }
        case .map(let item):
            // Two entries where there is more than one value, so that keys count.
            values(of: item, named: name, in: owner, listed).map { "{ one: \($0) }" }
        case .optional(let inner): values(of: inner, named: name, in: owner, listed)
        case .named(let other):
            if let shape = texts.shape(other) {
                ["{ " + shapeFields(shape, other).map { "\($0.name): \($0.value)" }.joined(separator: ", ") + " }"]
            } else {
                [companion(other)]
            }
        default: []
        }
    }

    /// What must be given of a shape, and of what it wants one of: a bound of an alarm, what a route leads to.
    private mutating func shapeFields(
        _ shape: [ParameterExplanation], _ name: String
    ) -> [(name: String, value: String)] {
        var fields = required(shape, of: name)
        if name == "WorkflowTask" { fields.append(("level", #""use""#)) }
        if name == "Alarm" { fields.append(("above", "0.5")) }
        if name == "Route" { fields.append(("to", thing(in: name))) }
        return fields
    }

    /// Something that fits where anything of a certain use is wanted.
    private mutating func thing(in owner: String) -> String {
        switch owner {
        case "Grant": companion("DataLakeStorage")
        case "DataVisualizationReporting": companion("DataWarehousing")
        // Glue starts jobs of its own.
        case "WorkflowTask": companion("DataTransformationEnrichment")
        default: companion("ServerlessComputing")
        }
    }

    private mutating func companion(_ capability: String) -> String {
        let name = "of_" + capability.lowercased()
        if companions[capability] == nil, let contract = texts.capability(capability) {
            companions[capability] = ""
            var given = required(contract.parameters, of: capability)
            // What drift is watched of keeps what it is asked.
            if capability == "ModelServing" {
                given += [("capture", "20%"), ("capture_into", companion("DataLakeStorage"))]
            }
            let fields = given.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
            companions[capability] = "resource \(name): \(capability) { \(fields) }"
        }
        return name
    }

    /// Adds the companion that a value refers to.
    mutating func mention(_ value: String) {
        if value == "of_datalakestorage" { _ = companion("DataLakeStorage") }
    }

    /// The literals of a rule: texts, durations, numbers.
    private func literals(in rule: String) -> [String] {
        rule.matches(of: #/"[^"]*"|\b\d+(?:ms|s|m|h|d)\b/#).map { String($0.output) }
    }
}
