// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation

/// Reads XML with AWS's names into ours.
struct XMLAnswer {
    let model: ServiceModel

    func object(_ node: XMLNode, _ shape: StructureShape, _ path: String) throws(AnswerFault) -> ObjectValue {
        let elements = Elements(node)
        var result = ObjectValue()
        for member in shape.members where member.isInAnswerBody {
            let place = path.isEmpty ? member.name : path + "." + member.name
            if member.isAttribute {
                if let text = node.attribute(member.answer) {
                    result[member.name] = try ScalarAnswer.value(.string(text), member.type, place)
                }
                continue
            }
            let found = elements[elementName(member)]
            if found.isEmpty { continue }
            result[member.name] = try value(found, member.type, place, isFlat: member.isFlat)
        }
        return result
    }

    /// Items of a flat list may have a name of their own.
    private func elementName(_ member: Member) -> String {
        guard case .compound(let place) = member.type, case .list(let shape) = model.compound(place),
            shape.isFlat || member.isFlat, let item = shape.item
        else { return member.element }
        return item
    }

    /// The elements inside of one, by name: where there are many, in one pass over them.
    private struct Elements {
        private let few: [XMLNode]
        private var many: [String: [XMLNode]] = [:]

        init(_ node: XMLNode) {
            guard node.children.count > 16 else {
                few = node.children
                return
            }
            few = []
            for child in node.children { many[child.name, default: []].append(child) }
        }

        subscript(name: String) -> [XMLNode] { few.isEmpty ? many[name] ?? [] : few.filter { $0.name == name } }
    }

    /// - Parameter nodes: The elements of one name: all of a flat list's items, else the first one counts.
    func value(_ nodes: [XMLNode], _ type: ShapeType, _ path: String, isFlat: Bool) throws(AnswerFault) -> Value {
        guard let node = nodes.first else { return .null }
        guard case .compound(let place) = type else { return try scalar(node, type, path) }
        switch model.compound(place) {
        case .structure(let shape): return .object(try object(node, shape, path))
        case .list(let shape):
            var items: [Value] = []
            for item in isFlat || shape.isFlat ? nodes : node.children {
                items.append(try value([item], shape.of, path, isFlat: false))
            }
            return .list(items)
        case .map(let shape):
            var result = ObjectValue()
            for entry in isFlat || shape.isFlat ? nodes : node.children {
                guard let key = entry.child(shape.keyName)?.text else {
                    throw AnswerFault(path: path, reason: "an entry has no '\(shape.keyName)'")
                }
                guard let found = entry.child(shape.valueName) else { continue }
                result[key] = try value([found], shape.value, path, isFlat: false)
            }
            return .object(result)
        }
    }

    private func scalar(_ node: XMLNode, _ type: ShapeType, _ path: String) throws(AnswerFault) -> Value {
        switch type {
        case .string: return .string(document(node.text))
        case .blob, .jsonText: return try ScalarAnswer.value(.string(node.text), type, path)
        default:
            let text = node.text.trimmed
            // An empty element of a number or time says that there is none.
            return text.isEmpty ? .null : try ScalarAnswer.value(.string(text), type, path)
        }
    }

    /// IAM gives policies in percent-encoding, although it takes them as they are.
    private func document(_ text: String) -> String {
        guard model.name == "iam", text.hasPrefix("%7B") else { return text }
        return text.removingPercentEncoding ?? text
    }
}
