// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Paths with labels: `{Name}` is encoded whole, `{Key+}` keeps its slashes.
enum URITemplate {
    static func filled(
        _ template: String, _ shape: StructureShape, _ input: ObjectValue
    ) throws(ParameterFault) -> String {
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            var label = rest[rest.index(after: open)..<close]
            let isGreedy = label.last == "+"
            if isGreedy { label = label.dropLast() }
            result += WireText.encoded(try value(String(label), shape, input), slashes: isGreedy)
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private static func value(
        _ label: String, _ shape: StructureShape, _ input: ObjectValue
    ) throws(ParameterFault) -> String {
        guard let member = shape.members.first(where: { $0.wire == label || $0.name == label }) else {
            throw ParameterFault(path: label, problem: .missing)
        }
        guard let given = input[member.name],
            let text = ScalarText.text(given, member.type, times: .iso8601)
        else { throw ParameterFault(path: member.name, problem: .missing) }
        // An empty part would make another path, and so another call.
        if text.isEmpty { throw ParameterFault(path: member.name, problem: .emptyLabel) }
        return text
    }
}
