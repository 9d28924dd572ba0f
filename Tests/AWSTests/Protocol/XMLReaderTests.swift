// SPDX-License-Identifier: Apache-2.0
import Foundation
import FoundationXML
import Testing

@testable import AWS

/// The plugin's own, and not FoundationXML's.
private typealias Node = AWS.XMLNode

/// The plugin's own reader of XML beside libxml2's.
struct XMLReaderTests {
    private static let documents = [
        "<a/>", "<a></a>", "<a>text</a>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>\n  <b>1</b>\n  <b>2</b>\n</a>\n",
        "<a xmlns=\"http://x/\" xmlns:xsi='http://i'><G xsi:type=\"Group\" n = '1'><I>é</I></G></a>",
        "<s:a xmlns:s=\"u\"><s:b>x</s:b></s:a>", "<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#13;&#10;</a>",
        "<a><![CDATA[<b>&amp;]]]]><![CDATA[>]]></a>", "<!-- c --><a><!-- <b/> -->t<?p i?>u</a><!-- e -->",
        "<a>one\r\ntwo\rthree</a>", "<a b=\"x&#10;y\tz\"/>", "<a> <b> </b> </a>", "\u{FEFF}<a>x</a>",
        "<a><b>\(String(repeating: "long ", count: 300))</b></a>"
    ]
    private static let broken = [
        "", "   ", "text", "<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a>&nbsp;</a>", "<a>&lt</a>",
        "<a b/>",
        "<a b=c/>", "<a b=\"1\"c=\"2\"/>", "<a>\u{1}</a>", "<1/>", "<a>&#0;</a>", "<a><!-- </a>", "<a x=\"<\"/>",
        "<a/>x",
        "<a", "<", "<a>]]", "<?xml?"
    ]

    @Test(arguments: documents) func `it finds what libxml2 finds`(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(Node.root(of: bytes).map(Self.described) == Peer.described(bytes), "\(text)")
    }

    @Test(arguments: broken) func `half of a document is none, where libxml2 mends what it can`(_ text: String) {
        #expect(Node.root(of: Array(text.utf8)) == nil)
    }

    @Test func `what comes of documents by accident is read or refused`() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "<", ">", "/", "a", "&", ";", "\"", " ", "=", "<a>", "</a>", "&amp;", "<!--", "-->", "<![CDATA[", "]]>"
        ]
        for _ in 0..<4000 {
            var text = Self.documents.randomElement(using: &random) ?? ""
            for _ in 0..<Int.random(in: 1...2, using: &random) where !text.isEmpty {
                let place = text.index(text.startIndex, offsetBy: Int.random(in: 0..<text.count, using: &random))
                text.insert(contentsOf: pieces.randomElement(using: &random) ?? "", at: place)
            }
            // Cut anywhere it is none, since the end of its root is missing.
            if Node.root(of: Array(text.utf8)) != nil, text.hasSuffix("</a>") {
                #expect(Node.root(of: Array(text.utf8.dropLast())) == nil, "\(text)")
            }
        }
    }

    @Test func `a document that reaches outside of itself, or nests without end, is none`() {
        let types = ["<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>"]
        for text in types { #expect(Node.root(of: Array(text.utf8)) == nil) }
        let deep = String(repeating: "<a>", count: 10_000) + String(repeating: "</a>", count: 10_000)
        #expect(Node.root(of: Array(deep.utf8)) == nil)
        #expect(Node.root(of: [0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E]) == nil)
    }

    private static func described(_ node: Node) -> String {
        let attributes = node.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(
            separator: ",")
        let inside = node.children.isEmpty ? node.text : node.children.map(described).joined()
        return "<\(node.name) \(attributes)>\(inside)</>"
    }

    /// What libxml2 finds, in the same words.
    private final class Peer: NSObject, XMLParserDelegate {
        private var open: [Node] = []
        private var root: Node?

        static func described(_ bytes: [UInt8]) -> String? {
            let (peer, parser) = (Peer(), XMLParser(data: Data(bytes)))
            parser.delegate = peer
            return parser.parse() ? peer.root.map(XMLReaderTests.described) : nil
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let node = Node(
                name: name.split(separator: ":").last.map(String.init) ?? name, attributes: attributes)
            if let parent = open.last { parent.children.append(node) } else { root = node }
            open.append(node)
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            _ = open.popLast()
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }

        func parser(_ parser: XMLParser, foundCDATA block: Data) {
            open.last?.text += String(decoding: block, as: UTF8.self)
        }
    }
}
