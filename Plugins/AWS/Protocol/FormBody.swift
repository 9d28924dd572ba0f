// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The body of the query and ec2 protocols: `Tags.member.1.Key=…`.
struct FormBody {
    private let model: ServiceModel
    private(set) var bytes: [UInt8] = []

    init(model: ServiceModel) { self.model = model }

    mutating func add(_ name: String, _ value: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        bytes += Self.encoded(name)
        bytes.append(UInt8(ascii: "="))
        bytes += Self.encoded(value)
    }

    /// In forms a space is a plus.
    private static func encoded(_ text: String) -> [UInt8] {
        Array(WireText.encoded(text).replacing("%20", with: "+").utf8)
    }

    mutating func write(_ object: ObjectValue, _ shape: StructureShape, _ prefix: String = "") {
        for entry in object {
            guard let member = shape.member(entry.key) else { continue }
            let name = prefix.isEmpty ? member.wire : prefix + "." + member.wire
            write(entry.value, member.type, name, isFlat: member.isFlat)
        }
    }

    private mutating func write(_ value: Value, _ type: ShapeType, _ name: String, isFlat: Bool = false) {
        guard case .compound(let place) = type else {
            if let text = ScalarText.text(value, type, times: .iso8601) { add(name, text) }
            return
        }
        switch (model.compound(place), value) {
        case (.structure(let shape), .object(let object)): write(object, shape, name)
        case (.list(let shape), .list(let items)): write(items, shape, name, isFlat: isFlat || shape.isFlat)
        case (.map(let shape), .object(let object)):
            let stem = isFlat || shape.isFlat ? name : name + ".entry"
            for (offset, entry) in object.entries.enumerated() {
                add("\(stem).\(offset + 1).\(shape.keyName)", entry.key)
                write(entry.value, shape.value, "\(stem).\(offset + 1).\(shape.valueName)")
            }
        default: break
        }
    }

    private mutating func write(_ items: [Value], _ shape: ListShape, _ name: String, isFlat: Bool) {
        var stem = name
        if model.wireProtocol == .query {
            // That a list is empty is said too.
            if items.isEmpty { return add(name, "") }
            if !isFlat {
                stem += "." + (shape.item ?? "member")
            } else if let item = shape.item {
                // The items' name stands in the place of the list's.
                stem = (name.split(separator: ".").dropLast().map(String.init) + [item]).joined(separator: ".")
            }
        }
        for (offset, item) in items.enumerated() { write(item, shape.of, "\(stem).\(offset + 1)") }
    }
}
