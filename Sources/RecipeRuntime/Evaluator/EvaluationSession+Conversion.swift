// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension EvaluationSession {
    /// A constant as one of the wanted type.
    func convert(_ conversion: ConversionCode, in source: SourceText) throws(EvaluationError) -> Value {
        try convert(conversion.code.constant ?? .null, conversion, ScopeInstance(constantsOf: source))
    }

    /// The value as one of the wanted type, with the defaults of shapes filled in; what is unknown stays so.
    func convert(
        _ value: Value, _ conversion: ConversionCode, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        let result = try convert(value, to: conversion.type, conversion, scope)
        guard !conversion.allowed.isEmpty, !result.containsUnknown, !result.isNull else { return result }
        for offered in result.list ?? [result] where !conversion.allowed.contains(where: { $0.isSame(as: offered) }) {
            let nearest = offered.string.flatMap { text in
                NearestName.find(text, in: conversion.allowed.compactMap(\.string))
            }
            throw failure(
                .notAllowed, "\(conversion.subject) cannot \(result.list == nil ? "be" : "hold") \(offered.literal)",
                at: conversion.range, in: scope,
                notes: ["allowed: " + conversion.allowed.map(\.literal).joined(separator: ", ")],
                help: nearest.map { ["did you mean \"\($0)\"?"] } ?? [])
        }
        return result
    }

    private func convert(
        _ value: Value, to type: RecipeType, _ conversion: ConversionCode, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        if value.isUnknown { return value }
        switch (type, value) {
        case (.any, _), (.poison, _), (.never, _), (.null, .null), (.optional, .null): return value
        case (.optional(let inner), _): return try convert(value, to: inner, conversion, scope)
        case (.either(let types), _):
            for candidate in types where candidate.accepts(value) {
                return try convert(value, to: candidate, conversion, scope)
            }
        case (.float, .int(let number)): return .float(Double(number))
        case (.string, .template) where !value.containsSecret:
            do {
                return .string(try URLText.render(value))
            } catch {
                throw failure(.wrongValue, "\(conversion.subject) has no text", at: conversion.range, in: scope)
            }
        case (.list(let element), .list(let items)):
            var converted: [Value] = []
            converted.reserveCapacity(items.count)
            for item in items { converted.append(try convert(item, to: element, conversion, scope)) }
            return .list(converted)
        case (.map(let element), .object(let object)):
            return .object(
                try object.mapValues { (item) throws(EvaluationError) in
                    try convert(item, to: element, conversion, scope)
                })
        case (.shape(let name), .object(let object)): return .object(try complete(object, name, conversion, scope))
        case (.secret, .template) where value.containsSecret: return value
        default: if type.accepts(value) { return value }
        }
        if value.containsSecret, !type.holdsSecret {
            throw failure(
                .secretUsed, "\(conversion.subject) would show a secret", at: conversion.range, in: scope,
                notes: ["a secret fits where Secret<String> or Any is wanted"])
        }
        throw failure(
            .wrongValue, "\(conversion.subject) needs \(type.phrase), and this is \(value.phrase)",
            at: conversion.range, in: scope)
    }

    /// The fields of a record, each of its type, with defaults, and its rules looked at.
    private func complete(
        _ object: ObjectValue, _ name: String, _ conversion: ConversionCode, _ scope: ScopeInstance
    ) throws(EvaluationError) -> ObjectValue {
        guard let contract = library.shape(named: name) else { return object }
        let shape = library.compiledShape(contract)
        for entry in object where contract.parameter(named: entry.key) == nil {
            throw failure(
                .unknownField, "\(name) has no field '\(entry.key)'", at: conversion.range, in: scope,
                notes: ["it has " + contract.parameters.map(\.name).joined(separator: ", ")])
        }
        var slots: [ScopeInstance.Slot] = []
        for parameter in contract.parameters {
            guard let given = object[parameter.name] else {
                if parameter.isRequired {
                    throw failure(
                        .missingField, "\(name) needs '\(parameter.name)'", at: conversion.range, in: scope)
                }
                slots.append(.own)
                continue
            }
            var inner = conversion
            inner.subject = "'\(parameter.name)' of \(name)"
            slots.append(.settled(try convert(given, to: parameter.type, inner, scope), Reads()))
        }
        slots += [ScopeInstance.Slot](repeating: .own, count: Swift.max(0, shape.scope.slots.count - slots.count))
        let record = ScopeInstance(shape.scope, parent: nil, module: nil, slots: slots)
        var result = ObjectValue()
        for (index, parameter) in contract.parameters.enumerated() {
            result[parameter.name] = try slot(SlotPlace(level: 0, index: index), record)
        }
        for slot in shape.scope.slots {
            guard case .parameter(let parameter) = slot.form, let condition = parameter.condition,
                result[slot.name]?.isNull != true
            else { continue }
            let holds = try evaluate(condition, in: record)
            if holds.bool == false {
                throw failure(
                    .conditionBroken, "'\(slot.name)' of \(name) cannot be \(result[slot.name]?.literal ?? "null")",
                    at: conversion.range, in: scope, notes: parameter.notes(in: shape.scope.source))
            }
        }
        return result
    }
}

extension RecipeType {
    /// Whether a value that is there is one of the type, or becomes one.
    func accepts(_ value: Value) -> Bool {
        if value.isUnknown { return true }
        return switch self {
        case .any, .poison, .never: true
        case .null: value.isNull
        case .optional(let inner): value.isNull || inner.accepts(value)
        case .either(let types): types.contains { $0.accepts(value) }
        case .bool: value.bool != nil
        case .int: value.int != nil
        case .float: value.number != nil
        case .string: value.string != nil
        case .duration: value.duration != nil
        case .size: value.size != nil
        case .percent: value.percent != nil
        case .date: value.date != nil
        case .time: value.time != nil
        case .sql, .shell, .url, .html: value.string != nil || value.template != nil
        case .table: value.reference?.type == "Table"
        case .column: value.reference?.type == "Column"
        case .model: value.reference?.type == "Model"
        case .artifact: value.reference?.type == "Artifact"
        case .object, .record, .shape: value.object != nil
        case .list(let element): value.list?.allSatisfy { element.accepts($0) } ?? false
        case .map(let element): value.object?.allSatisfy { element.accepts($0.value) } ?? false
        case .secret: value.secret != nil || value.template != nil && value.containsSecret
        case .thing(let name): value.reference?.type == name
        case .step, .module, .function: false
        }
    }
}

extension ParameterCode {
    /// The rule that the parameter's text gives, and its doc line.
    func notes(in source: SourceText) -> [String] {
        var notes: [String] = []
        if let condition = contract.declaration?.condition { notes.append("where " + source.text(of: condition.range)) }
        if !contract.schema.doc.isEmpty { notes.append(contract.schema.doc) }
        return notes
    }
}
