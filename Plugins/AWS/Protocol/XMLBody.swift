// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Checked parameters as XML.
struct XMLBody {
    private let model: ServiceModel
    private(set) var bytes: [UInt8] = []

    init(model: ServiceModel) { self.model = model }

    /// - Parameter namespace: The one of the member, before that of the shape.
    mutating func write(
        _ object: ObjectValue, _ shape: StructureShape, _ name: String, _ namespace: XMLNamespace?
    ) {
        var attributes = Self.declaration(namespace ?? shape.namespace)
        for entry in object {
            guard let member = shape.member(entry.key), member.isAttribute,
                let text = ScalarText.text(entry.value, member.type, times: .iso8601)
            else { continue }
            attributes += " \(member.wire)=\"\(Self.escaped(text, isAttribute: true))\""
        }
        open(name, attributes)
        for entry in object {
            guard let member = shape.member(entry.key), !member.isAttribute else { continue }
            write(entry.value, member.type, member.wire, member.namespace, isFlat: member.isFlat)
        }
        close(name)
    }

    mutating func write(
        _ value: Value, _ type: ShapeType, _ name: String, _ namespace: XMLNamespace?, isFlat: Bool = false
    ) {
        guard case .compound(let place) = type else {
            guard let text = ScalarText.text(value, type, times: .iso8601) else { return }
            open(name, Self.declaration(namespace))
            bytes += Array(Self.escaped(text).utf8)
            return close(name)
        }
        switch (model.compound(place), value) {
        case (.structure(let shape), .object(let object)): write(object, shape, name, namespace)
        case (.list(let shape), .list(let items)):
            let isFlat = isFlat || shape.isFlat
            if !isFlat { open(name, Self.declaration(namespace)) }
            for item in items { write(item, shape.of, isFlat ? name : shape.item ?? "member", nil) }
            if !isFlat { close(name) }
        case (.map(let shape), .object(let object)):
            let isFlat = isFlat || shape.isFlat
            if !isFlat { open(name, Self.declaration(namespace)) }
            for entry in object {
                open(isFlat ? name : "entry", "")
                write(.string(entry.key), .string, shape.keyName, nil)
                write(entry.value, shape.value, shape.valueName, nil)
                close(isFlat ? name : "entry")
            }
            if !isFlat { close(name) }
        default: break
        }
    }

    private mutating func open(_ name: String, _ attributes: String) { bytes += Array("<\(name)\(attributes)>".utf8) }

    private mutating func close(_ name: String) { bytes += Array("</\(name)>".utf8) }

    private static func declaration(_ namespace: XMLNamespace?) -> String {
        guard let namespace else { return "" }
        let name = namespace.prefix.map { "xmlns:" + $0 } ?? "xmlns"
        return " \(name)=\"\(escaped(namespace.uri, isAttribute: true))\""
    }

    private static func escaped(_ text: String, isAttribute: Bool = false) -> String {
        var result = ""
        for unit in text.unicodeScalars {
            switch unit {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"" where isAttribute: result += "&quot;"
            // A reader would make a line feed of it.
            case "\r": result += "&#13;"
            case "\n" where isAttribute: result += "&#10;"
            case "\t" where isAttribute: result += "&#9;"
            default: result.unicodeScalars.append(unit)
            }
        }
        return result
    }
}
