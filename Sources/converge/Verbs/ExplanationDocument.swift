// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime

/// What `explain NAME --json` says, for programs.
enum ExplanationDocument {
    static func object(_ explanation: Explanation) -> ObjectValue {
        switch explanation {
        case .capability(let capability): object(capability)
        case .resourceKind(let kind, let plugin):
            [
                "form": "kind", "plugin": .string(plugin), "doc": .string(kind.doc), "fields": fields(kind.fields),
                "outputs": fields(kind.outputs), "facets": texts(kind.facets), "example": .string(kind.example)
            ]
        case .record(let record, let kind):
            [
                "form": "record", "kind": .string(kind),
                "fields": .list(
                    record.members.map { ["name": .string($0.name), "type": .string($0.type.description)] })
            ]
        case .stepKind(let kind, let executors):
            [
                "form": "step", "doc": .string(kind.doc), "fields": fields(kind.fields),
                "outputs": fields(kind.outputs), "executors": texts(executors), "facets": texts(kind.facets),
                "example": .string(kind.example)
            ]
        case .shape(_, let shape): ["form": "shape", "fields": .list(shape.map { .object(field($0)) })]
        case .function(let function):
            [
                "form": "function", "doc": .string(function.doc), "parameters": fields(function.parameters),
                "result": .string(function.result.description), "example": .string(function.example)
            ]
        case .trigger: ["form": "trigger"]
        case .facet(_, let offeredBy, let neededBy):
            ["form": "facet", "offered_by": texts(offeredBy), "needed_by": texts(neededBy)]
        case .plugin(_, let version, let doc, let settings):
            ["form": "plugin", "version": .string(version), "doc": .string(doc), "settings": fields(settings)]
        }
    }

    private static func object(_ capability: CapabilityExplanation) -> ObjectValue {
        [
            "form": .string(capability.isActivity ? "activity" : "capability"), "doc": .string(capability.doc),
            "functionality": .string(capability.functionality),
            "parameters": .list(capability.parameters.map { .object(field($0)) }),
            "outputs": .list(
                capability.outputs.map { output in
                    var object = field(output.schema)
                    object["feature"] = output.feature.map { .string($0) } ?? .null
                    return .object(object)
                }),
            "features": .list(
                capability.features.map {
                    .object([
                        "name": .string($0.name), "doc": .string($0.doc),
                        "when": $0.condition.map { .string($0) } ?? .null
                    ])
                }),
            "facets": texts(capability.facets), "access": texts(capability.accessLevels),
            "steps": texts(capability.steps),
            "services": .list(
                capability.services.map { service in
                    .object([
                        "provider": .string(service.provider), "service": .string(service.service),
                        "version": .int(Int64(service.version)), "creates": texts(service.kinds),
                        "lacks": .list(
                            service.lacks.map {
                                .object(["feature": .string($0.name), "reason": .string($0.reason)])
                            })
                    ])
                }),
            "example": .string(capability.example)
        ]
    }

    private static func field(_ parameter: ParameterExplanation) -> ObjectValue {
        var object = field(parameter.schema)
        object["rule"] = parameter.rule.map { .string($0) } ?? .null
        if let computed = parameter.computedDefault { object["default_text"] = .string(computed) }
        return object
    }

    private static func field(_ field: FieldSchema) -> ObjectValue {
        var object: ObjectValue = [
            "name": .string(field.name), "type": .string((field.inside ?? field.type).description),
            "doc": .string(field.doc), "required": .bool(field.isRequired),
            "create_only": .bool(field.change == .replaces && field.presence != .computed),
            "sensitive": .bool(field.isSensitive)
        ]
        // A default in the words of the language, since durations and sizes are no values of JSON.
        if let value = field.defaultValue { object["default_text"] = .string(value.literal) }
        if !field.allowed.isEmpty { object["allowed"] = .list(field.allowed) }
        switch field.alteration {
        case .grows?: object["grows"] = true
        case .parts(let names)?: object["alters"] = texts(names)
        default: break
        }
        return object
    }

    private static func fields(_ fields: [FieldSchema]) -> Value { .list(fields.map { .object(field($0)) }) }

    private static func texts(_ texts: [String]) -> Value { .list(texts.map { .string($0) }) }
}
