// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

struct RequestWriterTests {
    @Test func `all cases are there`() {
        #expect(WireCase.all("request").count == 36 && WireCase.all("response").count == 19)
    }

    @Test(arguments: WireCase.all("request"))
    func `a call is written as botocore writes it`(wire: WireCase) throws {
        let wanted = try #require(wire.content["request"]?.object)
        let request = try RequestWriter(model: try wire.model()).request(
            try wire.operation(), wire.content["params"]?.object ?? [:])
        #expect(request.method == wanted["method"]?.string)
        if let uri = wanted["uri"]?.string {
            let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            #expect(request.path == parts.first.map(String.init))
            let query = parts.count > 1 ? parts[1].split(separator: "&").map(Self.pair).sorted() : []
            #expect(
                request.query.map { [WireText.encoded($0.name), WireText.encoded($0.value)].joined(separator: "=") }
                    .sorted() == query)
        }
        let headers = wanted["headers"]?.object ?? [:]
        for header in headers {
            let found = request.headers.filter { $0.name.lowercased() == header.key.lowercased() }.map(\.value)
            let text = header.value.string ?? ""
            // botocore leaves the character set to another layer.
            #expect(found.contains { $0 == text || $0 == text + "; charset=utf-8" }, "\(header.key): \(found)")
        }
        for name in wanted["forbidHeaders"]?.list?.compactMap(\.string) ?? [] where name != "Content-Length" {
            #expect(request.header(name) == nil)
        }
        if let prefix = wanted["hostPrefix"]?.string { #expect(request.hostPrefix == prefix) }
        if let body = wanted["body"]?.string {
            let type = headers["Content-Type"]?.string ?? request.header("Content-Type") ?? ""
            try SameBody.expect(request.body, body, type: type)
        }
    }

    /// A name alone is a name with an empty value.
    private static func pair(_ text: Substring) -> String { text.contains("=") ? String(text) : text + "=" }
}
