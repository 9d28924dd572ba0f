// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Fields, or parts of them, whose present values stay whatever the recipe says: `labels`, `labels.team`.
package struct IgnoredFields: Sendable, Hashable {
    package let paths: [String]

    package init(_ paths: [String]) { self.paths = paths }

    /// True for a difference at one of the paths or inside of it.
    package func covers(_ difference: FieldDifference) -> Bool {
        paths.contains { difference.path == $0 || difference.path.hasPrefix($0 + ".") }
    }

    /// Declared inputs with the present values at the paths.
    package func applied(to inputs: ObjectValue, keeping present: ObjectValue) -> ObjectValue {
        paths.reduce(inputs) { inputs, path in
            Self.copying(path.split(separator: ".").map(String.init)[...], from: present, to: inputs)
        }
    }

    private static func copying(
        _ path: ArraySlice<String>, from present: ObjectValue, to inputs: ObjectValue
    ) -> ObjectValue {
        guard let name = path.first else { return inputs }
        var inputs = inputs
        if path.count == 1 {
            inputs[name] = present[name]
        } else {
            let inner = copying(
                path.dropFirst(), from: present[name]?.object ?? [:], to: inputs[name]?.object ?? [:])
            inputs[name] = .object(inner)
        }
        return inputs
    }
}
