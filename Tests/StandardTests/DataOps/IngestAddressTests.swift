// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Synchronization
import Testing

/// Files that are fetched over HTTP, by a server of this machine.
struct IngestAddressTests {
    /// What the server gives, by path; it may be changed between two requests.
    private final class Site: Sendable {
        let pages: Mutex<[String: HTTPResponse]>
        let asked = Mutex<[String]>([])

        init(_ pages: [String: HTTPResponse]) { self.pages = Mutex(pages) }

        func answer(_ request: HTTPRequest) -> HTTPResponse {
            asked.withLock { $0.append("\(request.method) \(request.url)") }
            let path = String(request.url.prefix { $0 != "?" })
            return pages.withLock { $0[path] } ?? HTTPResponse(status: 404, body: Array("no  such\npage".utf8))
        }
    }

    private static func file(_ text: String, tag: String? = nil) -> HTTPResponse {
        HTTPResponse(status: 200, headers: tag.map { [("ETag", $0)] } ?? [], body: Array(text.utf8))
    }

    private static func redirect(_ status: Int, _ to: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Location", to)])
    }

    private func serving(
        _ site: Site, _ body: @escaping @Sendable (Workbench, String) async throws -> Void
    ) async throws {
        let bench = try await Workbench()
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let outcome: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await bench.services.listener.serve(port: 0, started: { continuation.yield($0) }) { request in
                        site.answer(request)
                    }
                }
                for await port in ports {
                    try await body(bench, "http://127.0.0.1:\(port)")
                    break
                }
                group.cancelAll()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await bench.services.close()
        try outcome.get()
    }

    private static func fields(_ bench: Workbench, _ from: Value) -> ObjectValue {
        ["from": from, "into": .reference(bench.warehouse)]
    }

    @Test func `An address and a file of this machine make one table, over redirections`() async throws {
        let site = Site([
            "/data/orders.csv": Self.file("id,n\n1,5\n2,7\n"), "/old/a": Self.redirect(301, "../new?b=c"),
            "/new": Self.redirect(302, "/data/./orders.csv")
        ])
        try await serving(site) { bench, url in
            try bench.recipe.write("n,id\n9,3\n", to: "more.csv")
            let response = try await bench.step(
                "Ingest", "t", Self.fields(bench, [.string(url + "/old/a?key=hidden#top"), "more.csv"]))
            #expect(response.outputs["files"] == [.string(url + "/old/a"), "more.csv"])
            #expect(try await bench.rows("select id, n from t order by id") == [[1, 5], [2, 7], [3, 9]])
            #expect(
                site.asked.withLock { $0 } == ["GET /old/a?key=hidden", "GET /new?b=c", "GET /data/orders.csv"])
            #expect(!bench.log.joined().contains("hidden"))
            #expect(!"\(response.reads)".contains("hidden"))
        }
    }

    @Test func `A packed file is unpacked, and its lines of JSON are told by the name`() async throws {
        let packed: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xFF, 0xAB, 0x56, 0x4A, 0x54, 0xB2, 0x32, 0xAC, 0xE5,
            0x02, 0x00, 0x46, 0xA3, 0xE8, 0x74, 0x08, 0x00, 0x00, 0x00
        ]
        let site = Site([
            "/a.jsonl.gz": HTTPResponse(status: 200, body: packed),
            "/cut.jsonl.gz": HTTPResponse(status: 200, body: packed.dropLast(9))
        ])
        try await serving(site) { bench, url in
            let response = try await bench.step("Ingest", "t", Self.fields(bench, .string(url + "/a.jsonl.gz?b.csv")))
            #expect(try response.columns() == ["a": "Int"])
            #expect(try await bench.rows("select a from t") == [[1]])
            let failure = try await bench.failure("Ingest", "u", Self.fields(bench, .string(url + "/cut.jsonl.gz")))
            #expect(failure.code.text == "D0101")
        }
    }

    @Test func `A file is fetched again where the server says that it is another one`() async throws {
        let site = Site(["/a.csv": Self.file("id\n1\n", tag: "one"), "/b.csv": Self.file("id\n1\n")])
        try await serving(site) { bench, url in
            let fields = Self.fields(bench, .string(url + "/a.csv"))
            let response = try await bench.step("Ingest", "t", fields)
            let (executor, request) = try bench.prepare("Ingest", "t", fields)
            #expect(try await executor.stillHolds(response, request))
            site.pages.withLock { $0["/a.csv"] = Self.file("id\n2\n", tag: "two") }
            #expect(try await !executor.stillHolds(response, request))
            site.pages.withLock { $0["/a.csv"] = nil }
            #expect(try await !executor.stillHolds(response, request))

            let silent = Self.fields(bench, .string(url + "/b.csv"))
            let told = try await bench.step("Ingest", "u", silent)
            let (other, asked) = try bench.prepare("Ingest", "u", silent)
            #expect(try await !other.stillHolds(told, asked), "nothing tells that it is the same")
        }
    }

    @Test(
        arguments: [
            ("/none.csv?key=hidden", "D0113", "was answered with status 404"),
            ("/empty.csv", "D0113", "was answered with status 204"),
            ("/circle.csv", "D0114", "redirects more than 5 times"),
            ("/astray.csv", "D0114", "redirects without saying where to"),
            ("/mail.csv", "D0114", "redirects without saying where to")
        ])
    func `What gives no file is told, and the table stays`(path: String, code: String, words: String) async throws {
        let site = Site([
            "/empty.csv": HTTPResponse(status: 204), "/circle.csv": Self.redirect(307, "circle.csv"),
            "/astray.csv": HTTPResponse(status: 308), "/mail.csv": Self.redirect(303, "mailto:me")
        ])
        try await serving(site) { bench, url in
            try bench.recipe.write("old\n1\n", to: "old.csv")
            try await bench.step("Ingest", "t", Self.fields(bench, "old.csv"))
            let (executor, request) = try bench.prepare("Ingest", "t", Self.fields(bench, .string(url + path)))
            let error = await #expect(throws: CallError.self) { try await executor.execute(request) }
            #expect(error?.diagnostic.code.text == code)
            #expect(error?.diagnostic.message.hasSuffix(words) == true, "\(error?.diagnostic.message ?? "")")
            #expect(error?.diagnostic.notes.last == "nothing was loaded")
            #expect(error?.field == "from")
            #expect("\(error?.diagnostic.message ?? "")".contains("hidden") == false)
            #expect(try await bench.rows("select old from t") == [[1]])
        }
    }

    @Test(arguments: ["http://", "https:///a.csv", "http://me:secret@127.0.0.1/a.csv", "http://a b/c.csv"])
    func `An address that names no file is refused before anything is sent`(from: String) async throws {
        let bench = try await Workbench()
        let failure = try await bench.failure("Ingest", "t", Self.fields(bench, .string(from)))
        #expect(failure.code.text == "D0112")
        #expect(!failure.message.contains("secret"))
    }

    @Test func `Nobody at an address is told at the field`() async throws {
        let bench = try await Workbench()
        let (executor, request) = try bench.prepare("Ingest", "t", Self.fields(bench, "http://127.0.0.1:1/a.csv"))
        let error = await #expect(throws: CallError.self) { try await executor.execute(request) }
        #expect(error?.field == "from")
        #expect(error?.diagnostic.message.contains("no connection to the server") == true)
        await bench.services.close()
    }
}
