// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Compares two objects of fields by a kind's schema.
package enum FieldComparison {
    /// The fields whose values differ, with the path to the part that differs.
    ///
    /// Operational fields are not compared. A value that is unknown differs from every known one, since nobody can
    /// tell yet. Keyed maps are compared key by key; lists as a whole.
    package static func differences(
        from before: ObjectValue, to after: ObjectValue, fields: [FieldSchema]
    ) -> [FieldDifference] {
        var result: [FieldDifference] = []
        for field in fields where field.change != .operational && field.presence != .computed {
            let old = before[field.name] ?? field.defaultValue
            let new = after[field.name] ?? field.defaultValue
            if old == new { continue }
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
        result.append(
            FieldDifference(
                path: path, before: old, after: new, replaces: field.change == .replaces,
                isSensitive: field.isSensitive))
    }
}
