// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import Testing

struct ReportTests {
    private func report(
        _ sections: ObjectValue, _ more: ObjectValue = [:]
    ) async throws -> (bench: Workbench, response: StepResponse, html: String) {
        let bench = try await Workbench()
        let inputs: ObjectValue = [
            "in": .reference(bench.warehouse), "title": "Orders & <friends>", "sections": .object(sections),
            "file": "out/page.html"
        ]
        let response = try await bench.step("Report", "page", inputs.merging(more))
        return (bench, response, try bench.recipe.text("out/page.html"))
    }

    @Test func `A page shows text, tables and charts, and needs nothing else`() async throws {
        let query = "select 'a<b' as name, 1.23456789 as x, 2 as n union all select null, -5.5, 1000000"
        let (bench, response, html) = try await report([
            "What & why": ["text": "First.\n\nSecond <b>."],
            "Rows": ["sql": .string(query)],
            "Bars": ["sql": .string(query), "chart": "bar"],
            "Lines": [
                "sql": "select '2026-01-0' || value as day, value * value as n from json_each('[1,2,4]')",
                "chart": "line"
            ],
            "Numbers": ["sql": "select 42 as answer, 0.5 as share", "chart": "number"],
            "Nothing": ["sql": "select 1 as n where 0", "chart": "bar"]
        ])
        #expect(html.contains("<h1>Orders &amp; &lt;friends&gt;</h1>"))
        #expect(html.contains("<p>First.</p>\n<p>Second &lt;b&gt;.</p>"))
        #expect(html.contains(#"<td>a&lt;b</td><td class="n">1.23457</td><td class="n">2</td>"#))
        #expect(html.contains(#"<td class="null"></td><td class="n">-5.5</td><td class="n">1000000</td>"#))
        #expect(html.contains("<dt>answer</dt><dd>42</dd>"))
        #expect(html.contains(#"<p class="note">No rows.</p>"#))
        #expect(html.components(separatedBy: "<svg").count == 3)
        #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("<script"))
        #expect(response.outputs["file"] == .string(bench.recipe.path + "/out/page.html"))
        let page = try #require(response.outputs["page"]?.reference)
        let kept = try #require(page.attributes["path"]?.string)
        #expect(try String(contentsOfFile: kept, encoding: .utf8) == html)
        try Self.isWellFormed(html)
    }

    /// Every element that is opened is closed, in order.
    private static func isWellFormed(_ html: String) throws {
        var open: [Substring] = []
        for match in html.matches(of: /<(\/?)([a-z0-9]+)[^>]*?(\/?)>/) {
            let (isEnd, name, isEmpty) = (!match.1.isEmpty, match.2, !match.3.isEmpty)
            if isEmpty || name == "meta" { continue }
            if isEnd { #expect(open.popLast() == name) } else { open.append(name) }
        }
        #expect(open.isEmpty)
    }

    @Test func `The same content gives the same page, and the step holds until the file is changed`() async throws {
        let sections: ObjectValue = ["Rows": ["sql": "select 1 as n"]]
        let (bench, response, _) = try await report(sections)
        let inputs: ObjectValue = [
            "in": .reference(bench.warehouse), "title": "Orders & <friends>", "sections": .object(sections),
            "file": "out/page.html"
        ]
        #expect(try await bench.step("Report", "page", inputs).outputs == response.outputs)
        let (executor, request) = try bench.prepare("Report", "page", inputs)
        #expect(try await executor.stillHolds(response, request))
        try bench.recipe.write("mine", to: "out/page.html")
        #expect(try await !executor.stillHolds(response, request))
    }

    @Test func `A long result is cut and says so`() async throws {
        let (_, _, html) = try await report([
            "Rows": [
                "sql":
                    "with recursive r(n) as (select 1 union all select n + 1 from r where n < 3000) select n from r"
            ]
        ])
        #expect(html.components(separatedBy: "<tr>").count == 1002)
        #expect(html.contains("The first 1000 rows."))
    }

    @Test(
        arguments: [
            (["sql": "select 1 as n", "chart": "pie"], "D0401"),
            (["sql": "select 'a' as a, 'b' as b", "chart": "bar"], "D0401"), (["sql": "select nope"], "D0201")
        ] as [(Value, String)])
    func `A section that cannot be shown is a clear error`(section: Value, code: String) async throws {
        let bench = try await Workbench()
        let failure = try await bench.failure(
            "Report", "page",
            ["in": .reference(bench.warehouse), "title": "t", "sections": .object(["S": section])])
        #expect(failure.code.text == code)
        #expect(!bench.recipe.exists("out/page.html"))
    }

    @Test func `A page is kept in a lake, where people open it`() async throws {
        let bench = try await Workbench()
        let inputs: ObjectValue = [
            "in": .reference(bench.warehouse), "title": "T", "sections": ["Text": ["text": "one"]],
            "to": .reference(bench.lake), "key": "reports/my page.html"
        ]
        let response = try await bench.step("Report", "page", inputs)
        let url = try #require(response.outputs["url"]?.string)
        #expect(url.hasPrefix("file:///") && url.hasSuffix("/my%20page.html"))
        let path = try #require(URL(string: url)?.path)
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("<p>one</p>"))
        #expect(response.writes.map(\.name) == ["page.html", "reports/my page.html"])

        let (executor, request) = try bench.prepare("Report", "page", inputs)
        #expect(try await executor.stillHolds(response, request))
        let again = try await bench.step("Report", "page", inputs.merging(["sections": ["Text": ["text": "two"]]]))
        #expect(again.outputs["url"] == .string(url))
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("<p>two</p>"))
        #expect(try await !executor.stillHolds(response, request))

        let lake = try #require(try await bench.facet("ObjectStore", of: Address("lake")) as? any ObjectStore)
        let context = Workbench.context("delete", token: "delete")
        try await lake.delete(DeleteObjectRequest(key: "reports/my page.html", context: context))
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try await !executor.stillHolds(again, request))
    }

    @Test func `A key that no object can have is told at its field`() async throws {
        let bench = try await Workbench()
        let (executor, request) = try bench.prepare(
            "Report", "page",
            [
                "in": .reference(bench.warehouse), "title": "T", "sections": [:], "to": .reference(bench.lake),
                "key": "../page.html"
            ])
        let error = await #expect(throws: CallError.self) { try await executor.execute(request) }
        #expect(error?.field == "key")
    }
}
