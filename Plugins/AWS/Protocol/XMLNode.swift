// SPDX-License-Identifier: Apache-2.0

/// An element of an answer, with the prefixes of namespaces cut off.
final class XMLNode {
    let name: String
    let attributes: [String: String]
    var children: [XMLNode] = []
    /// Of an element that has others inside it is of no use.
    var text = ""

    init(name: String, attributes: [String: String] = [:]) {
        self.name = name
        self.attributes = attributes
    }

    func children(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

    func child(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// The attribute of that name, with or without its prefix.
    func attribute(_ name: String) -> String? {
        attributes[name] ?? name.firstIndex(of: ":").flatMap { attributes[String(name[name.index(after: $0)...])] }
    }

    /// The root of a document; nil where the bytes are none.
    static func root(of bytes: [UInt8]) -> XMLNode? {
        bytes.withUnsafeBufferPointer { bytes in
            var reader = XMLReader(bytes)
            do throws(XMLFault) { return try reader.document() } catch { return nil }
        }
    }
}
