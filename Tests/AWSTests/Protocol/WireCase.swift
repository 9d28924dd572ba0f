// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

/// A call and what goes over the wire for it, from `wire-cases.json`.
struct WireCase: Sendable, CustomTestStringConvertible {
    let name: String
    let content: ObjectValue

    var testDescription: String { name }

    static func all(_ key: String) -> [WireCase] {
        let cases = (try? TestData.value("wire-cases.json"))?.list ?? []
        return cases.compactMap { item in
            guard let object = item.object, object[key] != nil, let name = object["name"]?.string else { return nil }
            return WireCase(name: name, content: object)
        }
    }

    /// The model stands in the case, or is one of the plugin's.
    func model() throws -> ServiceModel {
        if let service = content["service"]?.string { return try ServiceModel.named(service) }
        let model = try #require(content["model"])
        return try ServiceModel(name: "test", json: Array(model.json(.plain).utf8))
    }

    func operation() throws -> Operation {
        let name = try #require(content["operation"]?.string)
        return try #require(try model().operations[name])
    }
}

/// Bodies that mean the same.
enum SameBody {
    static func expect(
        _ found: [UInt8], _ wanted: String, type: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let text = String(decoding: found, as: UTF8.self)
        if type.contains("json"), !wanted.isEmpty {
            let (left, right) = (try Value(foreignJSON: found), try Value(foreignJSON: Array(wanted.utf8)))
            #expect(normal(left) == normal(right), "\(text) is not \(wanted)", sourceLocation: sourceLocation)
        } else if type.contains("form"), !wanted.isEmpty {
            let pairs = { (text: String) in text.split(separator: "&").sorted() }
            #expect(pairs(text) == pairs(wanted), sourceLocation: sourceLocation)
        } else if type.contains("xml"), !wanted.isEmpty {
            let (left, right) = (XMLNode.root(of: found), XMLNode.root(of: Array(wanted.utf8)))
            #expect(
                left.map(describe) == right.map(describe) && left != nil, "\(text) is not \(wanted)",
                sourceLocation: sourceLocation)
        } else {
            #expect(text == wanted, sourceLocation: sourceLocation)
        }
    }

    /// JSON has one kind of numbers.
    static func normal(_ value: Value) -> Value {
        switch value {
        case .float(let number): Int64(exactly: number).map { .int($0) } ?? value
        case .list(let items): .list(items.map(normal))
        case .object(let object): .object(object.mapValues(normal))
        default: value
        }
    }

    /// An element with its attributes and children, wherever the order means nothing.
    private static func describe(_ node: XMLNode) -> String {
        let attributes = node.attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\"\($0.value)\"" }.joined()
        let children = node.children.map(describe)
        let inside = children.isEmpty ? node.text : children.sorted().joined()
        return "<\(node.name)\(attributes)>\(inside)</\(node.name)>"
    }
}
