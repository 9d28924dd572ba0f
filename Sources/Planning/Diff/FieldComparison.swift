// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Compares two objects of fields by a kind's schema.
package enum FieldComparison {
    /// The fields whose values differ, with the path to the part that differs.
    ///
    /// Operational fields are not compared. A value that is unknown differs from every known one, since nobody can
    /// tell yet. An open field that is not given is as it is. Keyed maps are compared key by key; lists as a whole.
    ///
    /// - Parameter made: The outputs of the thing that `before` is of: what it was made without is as the output of the
    ///   same name tells, such as a name that the platform made.
    package static func differences(
        from before: ObjectValue, to after: ObjectValue, fields: [FieldSchema], made: ObjectValue = [:]
    ) -> [FieldDifference] {
        var result: [FieldDifference] = []
        for field in fields where field.change != .operational && field.presence != .computed {
            let old = before[field.name] ?? field.defaultValue
            let new = after[field.name] ?? field.defaultValue
            if isSame(field, old, new) || (old?.isNull ?? true) && new != nil && made[field.name] == new { continue }
            collect(field, path: field.name, old, new, into: &result)
        }
        return result
    }

    /// The outputs that are not what they are while a thing does its work.
    ///
    /// - Parameters:
    ///   - before: The outputs from which the difference is told; one that is missing is as expected.
    ///   - after: Those to which it is told; nil for what is expected.
    package static func conditions(
        from before: ObjectValue, to after: ObjectValue?, outputs: [FieldSchema]
    ) -> [FieldDifference] {
        outputs.compactMap { output in
            guard let expected = output.expected else { return nil }
            let (old, new) = (before[output.name] ?? expected, after.map { $0[output.name] ?? expected } ?? expected)
            if old == new { return nil }
            return FieldDifference(path: output.name, before: old, after: new, replaces: false, isSensitive: false)
        }
    }

    /// The fields whose secrets are the same as before, with other texts.
    ///
    /// - Parameters:
    ///   - before: What stood for the texts when the inputs were recorded, by the secrets' recorded names.
    ///   - now: What stands for them now. A secret that is missing on either side counts as the same.
    package static func changedSecrets(
        in inputs: ObjectValue, fields: [FieldSchema], from before: [String: String], to now: [String: String]
    ) -> [FieldDifference] {
        if before.isEmpty || now.isEmpty { return [] }
        return fields.compactMap { field in
            guard field.change != .operational, field.presence != .computed, let value = inputs[field.name] else {
                return nil
            }
            let isChanged = value.secrets.contains { secret in
                guard let old = before[secret.recordedName], let new = now[secret.recordedName] else { return false }
                return old != new
            }
            if !isChanged { return nil }
            var difference = FieldDifference(
                path: field.name, before: value, after: value, replaces: field.change == .replaces, isSensitive: true)
            difference.isOfSecret = true
            return difference
        }
    }

    private static func isSame(_ field: FieldSchema, _ old: Value?, _ new: Value?) -> Bool {
        if old == new { return true }
        if field.isOpen, new?.isNull ?? true { return true }
        guard let old, let new else { return false }
        return switch field.sameness {
        case .anyOrder: unordered(old) == unordered(new)
        case .anyCase: lowercased(old) == lowercased(new)
        default: false
        }
    }

    /// A list with its elements once each and in one order.
    private static func unordered(_ value: Value) -> Value {
        guard let items = value.list else { return value }
        return .list(Set(items).sorted { $0.json(.exact) < $1.json(.exact) })
    }

    private static func lowercased(_ value: Value) -> Value {
        switch value {
        case .string(let text): .string(text.lowercased())
        case .list(let items): .list(items.map(lowercased))
        default: value
        }
    }

    private static func collect(
        _ field: FieldSchema, path: String, _ old: Value?, _ new: Value?, into result: inout [FieldDifference]
    ) {
        if case .object(let before)? = old, case .object(let after)? = new, !field.isSensitive {
            for key in before.keys where after[key] == nil {
                collect(field, path: "\(path).\(key)", before[key], nil, into: &result)
            }
            for entry in after where before[entry.key] != entry.value {
                collect(field, path: "\(path).\(entry.key)", before[entry.key], entry.value, into: &result)
            }
            return
        }
        var difference = FieldDifference(
            path: path, before: old, after: new, replaces: field.isReplaced(old, by: new, at: path),
            isSensitive: field.isSensitive)
        difference.shrinks = difference.replaces && field.alteration == .grows
        result.append(difference)
    }
}
