// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ExpressionChecker {
    func object(_ object: ObjectExpression, _ wanted: RecipeType?) -> Checked {
        if let shape = wanted?.shapeName, let contract = library.shape(named: shape) {
            return self.object(object, as: contract)
        }
        let element = wanted?.mapElement
        var entries: [ObjectEntryCode] = []
        entries.reserveCapacity(object.entries.count)
        var fields: [String: RecipeType] = [:]
        var constants: ObjectValue? = [:]
        var isRecord = true
        for entry in object.entries {
            guard let key = self.key(entry.key) else { continue }
            let value = item(entry.value, as: element)
            switch key {
            case .name(let name):
                if fields[name] != nil { reportRepeated(name, entry.key.range) }
                fields[name] = value.type
                if let constant = value.code.constant { constants?[name] = constant } else { constants = nil }
            case .computed:
                isRecord = false
                constants = nil
                fields["[\(entries.count)]"] = value.type
            }
            entries.append(ObjectEntryCode(key: key, value: value.code))
        }
        let type: RecipeType =
            element.map { .map($0) } ?? (isRecord ? .record(fields) : .map(.joined(fields.values)))
        if let constants { return Checked(code: .constant(.object(constants)), type: type) }
        return Checked(code: .object(entries), type: type)
    }

    private func key(_ key: ObjectKey) -> ObjectEntryCode.Key? {
        switch key {
        case .name(let name): return .name(name.text)
        case .text(let text): return .name(text.text)
        case .computed(let expression):
            let code = check(expression, as: .string, "the key")
            if case .string(let text)? = code.constant { return .name(text) }
            return .computed(code, expression.range)
        case .meta(let name):
            report(
                .metaUnknown, "'@\(name.text)' stands inside an object", at: name.range,
                help: ["put it among the fields of the resource or step itself"])
            return nil
        }
    }

    private func object(_ object: ObjectExpression, as shape: ShapeContract) -> Checked {
        var entries: [ObjectEntryCode] = []
        var given: Set<String> = []
        var constants: ObjectValue? = [:]
        for entry in object.entries {
            guard let key = self.key(entry.key) else { continue }
            guard case .name(let name) = key else {
                report(
                    .computedField, "a field of \(shape.name) is named by an expression", at: entry.key.range,
                    help: ["write the field's name itself, without brackets"])
                continue
            }
            guard let parameter = shape.parameter(named: name) else {
                let nearest = reportUnknownField(
                    name, of: shape.name, among: shape.parameters.map(\.name), entry.key.range)
                if let nearest { given.insert(nearest) }
                _ = check(entry.value)
                continue
            }
            if !given.insert(name).inserted { reportRepeated(name, entry.key.range) }
            let code = check(entry.value, as: parameter.type, "'\(name)' of \(shape.name)")
            if let constant = code.constant { constants?[name] = constant } else { constants = nil }
            entries.append(ObjectEntryCode(key: key, value: code))
        }
        let missing = shape.parameters.filter { object.isWhole && $0.isRequired && !given.contains($0.name) }
        reportMissing(missing.map(\.schema), of: shape.name, object.range)
        let isWhole = missing.isEmpty && object.isWhole && entries.count == object.entries.count
        guard isWhole else { return .poison }
        let type = RecipeType.shape(shape.name)
        if let constants { return Checked(code: .constant(.object(constants)), type: type) }
        return Checked(code: .object(entries), type: type)
    }

    /// - Returns: The field that was probably meant.
    func reportUnknownField(
        _ name: String, of kind: String, among names: [String], _ range: SourceRange, help: [String]? = nil
    ) -> String? {
        let nearest = NearestName.find(name, in: names)
        report(
            .unknownField, "\(kind) has no field '\(name)'", at: range, nearest.map { "did you mean '\($0)'?" } ?? "",
            notes: nearest == nil && !names.isEmpty ? ["it has " + names.joined(separator: ", ")] : [],
            help: help ?? ["explain \(kind)"])
        return nearest
    }

    func reportMissing(_ fields: [FieldSchema], of kind: String, _ range: SourceRange) {
        guard let first = fields.first else { return }
        let names = fields.map { "'\($0.name)'" }.joined(separator: ", ")
        report(
            .missingField, "\(kind) needs \(names)", at: range,
            notes: fields.map { "\($0.name): \($0.type)" + ($0.doc.isEmpty ? "" : "  \($0.doc)") },
            help: ["\(first.name): \(first.example?.literal ?? "…")"])
    }

    func reportRepeated(_ name: String, _ range: SourceRange) {
        report(.repeatedField, "'\(name)' is given twice", at: range, help: ["keep one of them"])
    }
}

extension RecipeType {
    var shapeName: String? {
        switch self {
        case .shape(let name): name
        case .optional(let inner): inner.shapeName
        case .either(let types): types.lazy.compactMap(\.shapeName).first
        default: nil
        }
    }
}
