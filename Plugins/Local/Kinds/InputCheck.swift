// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension ResourceKindSchema {
    /// Refuses inputs that the kind does not have, lacks, or cannot take.
    ///
    /// The checker of recipes says the same earlier and better; this is the border's own guard.
    func check(_ inputs: ObjectValue) throws(CallError) {
        for entry in inputs {
            guard let field = field(entry.key), field.presence != .computed else {
                let nearest = NearestName.find(entry.key, in: fields.map(\.name))
                throw CallError(
                    .invalid, "\(name) has no field '\(entry.key)'",
                    help: nearest.map { ["did you mean '\($0)'?"] } ?? ["explain \(name)"]
                ).about(entry.key)
            }
            if entry.value.containsUnknown {
                throw CallError(.invalid, "the value of '\(entry.key)' of \(name) is not known yet").about(entry.key)
            }
            guard field.type.accepts(entry.value) else {
                throw CallError(
                    .invalid, "'\(entry.key)' of \(name) takes \(field.type), not \(entry.value.typeName)",
                    help: ["explain \(name)"]
                ).about(entry.key)
            }
            if !field.allowed.isEmpty, !field.allowed.contains(entry.value) {
                throw CallError(
                    .invalid, "'\(entry.key)' of \(name) cannot be \(entry.value.literal)",
                    notes: ["allowed: " + field.allowed.map(\.literal).joined(separator: ", ")]
                ).about(entry.key)
            }
        }
        if let missing = fields.first(where: { $0.isRequired && inputs[$0.name] == nil }) {
            throw CallError(.invalid, "\(name) needs '\(missing.name)'", help: ["explain \(name)"])
        }
    }

    /// Refuses an update of what only a new thing can have.
    func checkInPlace(from prior: ObjectValue, to inputs: ObjectValue) throws(CallError) {
        for field in fields where field.change == .replaces {
            guard (prior[field.name] ?? .null) != (inputs[field.name] ?? .null) else { continue }
            throw CallError(.invalid, "'\(field.name)' of \(name) cannot change while the thing lives").about(
                field.name)
        }
    }
}

extension ValueType {
    /// Whether a value that is known is one of the type.
    func accepts(_ value: Value) -> Bool {
        switch self {
        case .any: true
        case .optional(let inner): value.isNull || inner.accepts(value)
        case .either(let types): types.contains { $0.accepts(value) }
        case .list(let element): value.list?.allSatisfy { element.accepts($0) } ?? false
        case .map(let element): value.object?.allSatisfy { element.accepts($0.value) } ?? false
        case .object: value.object != nil
        case .secret: value.secret != nil
        case .bool: value.bool != nil
        case .int: value.int != nil
        case .float: value.number != nil
        case .string: value.string != nil
        case .sql, .shell, .url, .html: value.string != nil || value.template != nil
        case .duration: value.duration != nil
        case .size: value.size != nil
        case .percent: value.percent != nil
        case .date: value.date != nil
        case .time: value.time != nil
        case .table, .column, .model, .artifact, .named: value.reference != nil
        @unknown default: false
        }
    }
}
