// SPDX-License-Identifier: Apache-2.0
import Foundation
import FoundationXML

/// An element of an answer, with the prefixes of namespaces cut off.
final class XMLNode {
    let name: String
    let attributes: [String: String]
    private(set) var children: [XMLNode] = []
    private(set) var text = ""

    init(name: String, attributes: [String: String] = [:]) {
        self.name = name
        self.attributes = attributes
    }

    func children(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

    func child(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// The attribute of that name, with or without its prefix.
    func attribute(_ name: String) -> String? { attributes[name] ?? attributes[Self.local(name)] }

    /// The root of a document; nil where the bytes are none. What lies outside the document is not fetched.
    static func root(of bytes: [UInt8]) -> XMLNode? {
        let builder = Builder()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        guard parser.parse() else { return nil }
        return builder.root
    }

    fileprivate static func local(_ name: String) -> String {
        name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    private final class Builder: NSObject, XMLParserDelegate {
        private(set) var root: XMLNode?
        private var open: [XMLNode] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let node = XMLNode(name: XMLNode.local(name), attributes: attributes)
            if let parent = open.last { parent.children.append(node) } else { root = node }
            open.append(node)
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            _ = open.popLast()
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }

        func parser(_ parser: XMLParser, foundCDATA block: Data) {
            open.last?.text += String(decoding: block, as: UTF8.self)
        }
    }
}
