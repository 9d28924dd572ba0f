// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import Testing

/// Which files an Ingest reads, and in which forms.
struct IngestSourceTests {
    private func bench(_ files: [String: String]) async throws -> Workbench {
        let bench = try await Workbench()
        for (name, text) in files { try bench.recipe.write(text, to: name) }
        return bench
    }

    private func ingest(_ bench: Workbench, _ from: Value, _ more: ObjectValue = [:]) async throws -> StepResponse {
        try await bench.step(
            "Ingest", "t", (["from": from, "into": .reference(bench.warehouse)] as ObjectValue).merging(more))
    }

    private static let shop = [
        "data/orders-2.csv": "n,id\n20,2\n", "data/orders-10.csv": "id,n\n10,100\n", "data/notes.txt": "no rows",
        "data/.hidden.csv": "id,n\n0,0\n", "data/old/orders-1.csv": "id,n\n1,10\n"
    ]

    @Test(arguments: [
        ("data/orders-*.csv", ["data/orders-10.csv", "data/orders-2.csv"]),
        ("data", ["data/orders-10.csv", "data/orders-2.csv"]),
        ("data/", ["data/orders-10.csv", "data/orders-2.csv"]), ("data/orders-?.csv", ["data/orders-2.csv"]),
        ("*/*/*.csv", ["data/old/orders-1.csv"]), ("data/orders-[0-9].csv", ["data/orders-2.csv"])
    ])
    func `Patterns and folders give files in the order of names`(from: String, files: [String]) async throws {
        let bench = try await bench(Self.shop)
        let response = try await ingest(bench, .string(from))
        #expect(response.outputs["files"] == .list(files.map { .string($0) }))
    }

    @Test func `Files of one step may have their columns in another order`() async throws {
        let bench = try await bench(Self.shop)
        _ = try await ingest(bench, ["data/orders-2.csv", "data/old/orders-1.csv", "data/*.csv"])
        #expect(try await bench.rows("select id, n from t order by id") == [[1, 10], [2, 20], [10, 100]])
    }

    @Test func `A column that one file lacks is told`() async throws {
        let bench = try await bench(["a.csv": "id,n\n1,2\n", "b.csv": "id,m\n1,2\n"])
        let failure = try await bench.failure(
            "Ingest", "t", ["from": ["a.csv", "b.csv"], "into": .reference(bench.warehouse)])
        #expect(failure.code.text == "D0104")
        #expect(failure.notes == ["it lacks 'n'", "only it has 'm'"])
    }

    @Test(arguments: [
        ("gone.csv", "D0001", "there is no file 'gone.csv'"), ("gone/*.csv", "D0003", "no file matches 'gone/*.csv'"),
        ("empty", "D0003", "the folder 'empty' holds no file with rows"),
        ("nothing.csv", "D0105", "'nothing.csv' has no columns"),
        ("wide.csv", "D0102", "the file 'wide.csv' is UTF-16, not UTF-8"),
        ("open.csv", "D0103", "the first row of 'open.csv' does not name columns: a quote is never closed"),
        ("cut.gz", "D0101", "the gzip file 'cut.gz' is damaged: it ends too early")
    ])
    func `A file that cannot be read is a clear error`(from: String, code: String, message: String) async throws {
        let bench = try await bench(["empty/readme.md": "", "nothing.csv": "", "open.csv": "\"a,b\n1,2\n"])
        try bench.recipe.write([0xFF, 0xFE, 0x61, 0], to: "wide.csv")
        try bench.recipe.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B], to: "cut.gz")
        let failure = try await bench.failure(
            "Ingest", "t", ["from": .string(from), "into": .reference(bench.warehouse)])
        #expect(failure.code.text == code)
        #expect(failure.message == message)
        #expect(!failure.help.isEmpty)
    }

    @Test func `A file that may not be read is told as such`() async throws {
        let bench = try await bench(["secret.csv": "a\n1\n"])
        try FileManager.default.removeItem(atPath: bench.recipe.path + "/secret.csv")
        #expect(mkfifo(bench.recipe.path + "/secret.csv", 0o600) == 0)
        let failure = try await bench.failure(
            "Ingest", "t", ["from": "secret.csv", "into": .reference(bench.warehouse)])
        #expect(failure.code.text == "D0002")
    }

    @Test(
        arguments: [
            (["schema": ["nn": "Int"]], "D0106", "the files have no column 'nn'"),
            (["schema": ["n": "Integer"]], "D0106", "'Integer' is no type of a column"),
            (["delimiter": "||"], "D0110", "'||' is not one ASCII character that could part fields")
        ] as [(ObjectValue, String, String)])
    func `What the recipe asks for must make sense`(more: ObjectValue, code: String, message: String) async throws {
        let bench = try await bench(["a.csv": "id,n\n1,2\n"])
        let inputs: ObjectValue = ["from": "a.csv", "into": .reference(bench.warehouse)]
        let failure = try await bench.failure("Ingest", "t", inputs.merging(more))
        #expect(failure.code.text == code)
        #expect(failure.message == message)
    }

    @Test func `JSON Lines become rows, and keys that come later columns`() async throws {
        let bench = try await bench([
            "a.jsonl": """
            {"id": 1, "name": "a \\"b\\" \\u00e4\\ud83d\\ude00", "tags": ["x", {"y": [1, 2]}], "ok": true}

            {"id": 2, "score": 1e5, "name": null}
            {"id": 3, "oops": 1
            {"id": "four", "day": "2026-11-01", "id": 4}
            """
        ])
        let response = try await ingest(bench, "a.jsonl")
        #expect(
            try response.columns() == [
                "id": "Int", "name": "String", "tags": "String", "ok": "Bool", "score": "Float", "day": "Date"
            ])
        #expect(
            try await bench.rows("select * from t order by id") == [
                [1, "a \"b\" ä😀", "[\"x\", {\"y\": [1, 2]}]", true, nil, nil], [2, nil, nil, nil, 100_000.0, nil],
                [4, nil, nil, nil, nil, "2026-11-01"]
            ])
        #expect(
            try await bench.rows("select line, reason from t_quarantine") == [[4, "the object is not closed"]])
    }

    @Test(arguments: [
        "{\"a\": 01}", "{\"a\": tru}", "{\"a\": [1,]}", "{\"a\": {\"b\" 1}}", "{\"a\": \"\\x\"}", "{a: 1}", "[1]",
        "{\"a\": 1} x",
        "{\"a\": \"\u{1}\"}", "{\"a\": 1.}", "{\"a\": -}", "{,}", "{\"a\": [}", "{\"a\": {\"b\": 1]}"
    ])
    func `A line that is no JSON object is set aside`(line: String) async throws {
        let bench = try await bench(["a.jsonl": "{\"a\": 1}\n\(line)\n{\"a\": {}}\n"])
        let response = try await ingest(bench, "a.jsonl")
        #expect(response.outputs["bad"] == 1)
        #expect(response.outputs["rows"] == 2)
    }

    @Test(arguments: [1, 6, 9])
    func `Packed files are unpacked whatever their name`(level: Int) async throws {
        var random = SplitMix(seed: UInt64(level))
        let rows = (1...20_000).map { "\($0),\(random.next() % 1000),\(String(random.next(), radix: 36))" }
        let bench = try await bench(["plain.csv": "id,n,text\n" + rows.joined(separator: "\n") + "\n"])
        try bench.recipe.write("id,n,text\n0,0,\"\(String(repeating: "long ", count: 20_000))\"\n", to: "run.csv")
        // Two members one after the other, and a name that says nothing of it.
        let pack = "gzip -\(level) -c plain.csv > packed.csv; tail -n +2 run.csv | gzip -\(level) -c >> packed.csv"
        try await bench.step("Shell", "pack", ["run": .string(pack)])
        let response = try await ingest(bench, "packed.csv")
        #expect(response.outputs["rows"] == 20_001)
        let sums = "select count(*), sum(id), sum(n), sum(length(text)), max(length(text)) from t"
        let packed = try await bench.rows(sums)
        _ = try await ingest(bench, ["plain.csv", "run.csv"])
        #expect(try await bench.rows(sums) == packed)
    }

    @Test func `A changed byte in a packed file is noticed`() async throws {
        let bench = try await bench(["a.csv": "a,b\n" + String(repeating: "1,hello hello\n", count: 500)])
        try await bench.step("Shell", "pack", ["run": "gzip -n a.csv"])
        let path = bench.recipe.path + "/a.csv.gz"
        let packed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        for offset in 10..<packed.count {
            var changed = packed
            changed[offset] ^= 0x10
            try bench.recipe.write(changed, to: "a.csv.gz")
            do {
                // The bits that fill up the last byte of the packed data say nothing.
                let response = try await ingest(bench, "a.csv.gz")
                #expect(response.outputs["rows"] == 500, "byte \(offset)")
            } catch let error as CallError {
                #expect(error.diagnostic.code.text == "D0101", "byte \(offset)")
            }
        }
    }

    @Test func `A table in a lake is one for queries, and its objects are files to read`() async throws {
        let bench = try await bench(["a.csv": "id\n1\n2\n"])
        let response = try await bench.step("Ingest", "raw", ["from": "a.csv", "into": .reference(bench.lake)])
        #expect(try await bench.rows("select count(*) from raw", in: "lake") == [[2]])
        #expect(try response.table().resource == Address("lake"))

        let lake = try #require(try await bench.facet("ObjectStore", of: Address("lake")) as? any ObjectStore)
        let context = Workbench.context("put", token: "put")
        for day in ["1", "2"] {
            let path = try bench.recipe.write("id\n\(day)\n", to: "day.csv")
            _ = try await lake.put(PutObjectRequest(key: "in/\(day).csv", path: path, context: context))
        }
        let objects = try await ingest(bench, .reference(bench.lake), ["prefix": "in/"])
        #expect(objects.outputs["files"] == ["in/1.csv", "in/2.csv"])
        #expect(try await bench.rows("select id from t order by id") == [[1], [2]])
    }

    @Test func `A step holds until its files, its table or its lake change`() async throws {
        let bench = try await bench(["a.csv": "id\n1\n"])
        let inputs: ObjectValue = ["from": "*.csv", "into": .reference(bench.warehouse)]
        let response = try await bench.step("Ingest", "t", inputs)
        let (executor, request) = try bench.prepare("Ingest", "t", inputs)
        #expect(try await executor.sources(request) == [bench.recipe.path + "/a.csv"])
        #expect(try await executor.stillHolds(response, request))
        try bench.recipe.write("id\n2\n", to: "b.csv")
        #expect(try await executor.sources(request).count == 2)
        try await bench.tables("warehouse").drop("t", context: request.context)
        #expect(try await !executor.stillHolds(response, request))
    }
}
