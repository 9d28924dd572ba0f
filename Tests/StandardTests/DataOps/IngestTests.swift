// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures
import Testing

struct IngestTests {
    /// Ingests one file into the warehouse.
    private func ingest(
        _ text: String, as name: String = "data.csv", _ more: ObjectValue = [:]
    ) async throws -> (bench: Workbench, response: StepResponse) {
        try await ingest(Array(text.utf8), as: name, more)
    }

    private func ingest(
        _ bytes: [UInt8], as name: String = "data.csv", _ more: ObjectValue = [:]
    ) async throws -> (bench: Workbench, response: StepResponse) {
        let bench = try await Workbench()
        try bench.recipe.write(bytes, to: name)
        let inputs = (["from": .string(name), "into": .reference(bench.warehouse)] as ObjectValue).merging(more)
        return (bench, try await bench.step("Ingest", "t", inputs))
    }

    private func quarantine(_ bench: Workbench) async throws -> [[Value]] {
        try await bench.rows("select line, reason, text from t_quarantine order by line")
    }

    @Test func `Types are those that every row fits`() async throws {
        let (bench, response) = try await ingest(
            """
            int,float,bool,date,time,text,zip,none,mixed
            1,1.5,true,2026-11-01,2026-11-01T02:00:00Z,a,01234,,1
            -7,2,False,2024-02-29,2026-11-01 03:30,b,98765,,x
            ,,,,,,,,
            """)
        #expect(
            try response.columns() == [
                "int": "Int", "float": "Float", "bool": "Bool", "date": "Date", "time": "Time", "text": "String",
                "zip": "String", "none": "String", "mixed": "String"
            ])
        #expect(
            try await bench.rows("select * from t") == [
                [1, 1.5, true, "2026-11-01", "2026-11-01T02:00:00Z", "a", "01234", nil, "1"],
                [-7, 2.0, false, "2024-02-29", "2026-11-01T03:30:00Z", "b", "98765", nil, "x"],
                [nil, nil, nil, nil, nil, nil, nil, nil, nil]
            ])
        #expect(response.outputs["rows"] == 3)
        #expect(response.outputs["bad"] == 0)
        #expect(response.outputs["quarantined"] == .null)
        #expect(response.outputs["files"] == ["data.csv"])
    }

    @Test(arguments: [
        ("9223372036854775807", "Int"), ("-9223372036854775808", "Int"), ("9223372036854775808", "String"),
        ("0", "Int"), ("00", "String"), ("007", "String"), ("+5", "String"), (" 5", "Int"), ("0.5", "Float"),
        (".5", "Float"), ("5.", "Float"), ("1.2e+05", "Float"), ("12E4", "String"), ("1e-3", "Float"),
        ("00.5", "String"),
        ("1,5", "String"), ("0x1F", "String"), ("nan", "String"), ("inf", "String"), ("1_000", "String"),
        ("12345678901234567890", "String"), ("true", "Bool"), ("yes", "String"), ("04/07/20", "String"),
        ("2026-13-01", "String"), ("2026-02-29", "String"), ("2026-2-9", "String"), ("2026-11-01T25:00:00", "String"),
        ("2026-11-01T02:00:00+01:00", "Time"), ("2026-11-01T02:00:00.123456789Z", "Time"), ("-", "String"),
        (".", "String"),
        ("1.7976931348623157e+308", "Float"), ("1e+400", "String"), ("0.1234567890123456789", "Float")
    ])
    func `A single value tells the type`(text: String, type: String) async throws {
        let (_, response) = try await ingest("a,b\n\"\(text)\",x\n")
        #expect(try response.columns()["a"] == .string(type))
    }

    @Test func `One value at the end of the file decides`() async throws {
        let rows = (1...30_000).map { "\($0),\($0)" }.joined(separator: "\n")
        let (bench, response) = try await ingest("a,b\n\(rows)\n30001,x y\n")
        #expect(try response.columns() == ["a": "Int", "b": "String"])
        #expect(try await bench.rows("select count(*), max(a), min(b) from t") == [[30_001, 30_001, "1"]])
    }

    @Test func `Declared types count and what does not fit is set aside`() async throws {
        let (bench, response) = try await ingest(
            "id,n\n1,5\n2,five\n3,\n", as: "data.csv", ["schema": ["id": "String", "n": "Int"]])
        #expect(try response.columns() == ["id": "String", "n": "Int"])
        #expect(try await bench.rows("select * from t") == [["1", 5], ["3", nil]])
        #expect(try await quarantine(bench) == [[3, "'five' in column 'n' is no Int", "2,five"]])
    }

    @Test func `Quoted fields hold commas, quotes and line breaks`() async throws {
        let (bench, _) = try await ingest("a,b\r\n\"x, y\",\"he said \"\"no\"\"\"\r\n\"two\r\nlines\",\"\"\r\n")
        #expect(try await bench.rows("select * from t") == [["x, y", "he said \"no\""], ["two\r\nlines", ""]])
    }

    @Test func `A first quote after many plain rows is read as one`() async throws {
        let rows = (1...40_000).map { "\($0),plain" }.joined(separator: "\n")
        let (bench, _) = try await ingest("a,b\n\(rows)\n40001,\"late, and\nlong\"\n40002,z\n")
        #expect(
            try await bench.rows("select b from t where a > 40000 order by a") == [["late, and\nlong"], ["z"]])
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `Lines end with any of LF, CR LF and CR`(lineBreak: String) async throws {
        let text = ["a,b", "1,x", "", "2,y"].joined(separator: lineBreak)
        let (bench, _) = try await ingest(text)
        #expect(try await bench.rows("select * from t") == [[1, "x"], [2, "y"]])
    }

    @Test func `A byte order mark is no part of the first name`() async throws {
        let (_, response) = try await ingest("\u{FEFF}\"a\",b\n1,2\n")
        #expect(try response.columns() == ["a": "Int", "b": "Int"])
    }

    @Test func `A null is not an empty text`() async throws {
        let (bench, _) = try await ingest("a,b\n,1\n\"\",2\n")
        #expect(try await bench.rows("select a is null, b from t order by b") == [[1, 1], [0, 2]])
    }

    @Test func `Names are trimmed, and told apart whatever their case`() async throws {
        let (_, response) = try await ingest(" id ,ID,,x:token\n1,2,3,4\n")
        #expect(try response.columns().keys == ["id", "ID_2", "column_3", "x:token"])
    }

    @Test func `Each broken row is set aside with its line and reason`() async throws {
        let (bench, response) = try await ingest(
            "a,b\n1,x\n2\n3,y,z\n\"4\"4,y\n5,\"open\n6,z\n7,\0\n")
        #expect(try await bench.rows("select * from t") == [[1, "x"], [6, "z"]])
        #expect(
            try await quarantine(bench) == [
                [3, "1 field where 2 are expected", "2"], [4, "3 fields where 2 are expected", "3,y,z"],
                [5, "text behind a closing quote", "\"4\"4,y"], [6, "a quote that is never closed", "5,\"open"],
                [8, "a NUL byte", "7, "]
            ])
        #expect(response.outputs["rows"] == 2)
        #expect(response.outputs["bad"] == 5)
    }

    @Test func `A row that is not UTF-8 is set aside, repaired only to be shown`() async throws {
        let (bench, _) = try await ingest(Array("a\nok\n".utf8) + [0x66, 0xFC, 0x72, 0x0A] + Array("für\n".utf8))
        #expect(try await bench.rows("select a from t") == [["ok"], ["für"]])
        #expect(try await quarantine(bench) == [[3, "bytes that are not UTF-8", "f\u{FFFD}r"]])
    }

    @Test func `Good and broken rows together are as many as were written`() async throws {
        var random = SplitMix(seed: 11)
        var text = "id,name,n\n"
        var (good, bad) = (0, 0)
        for id in 1...5000 {
            switch Int(random.next() % 20) {
            case 0:
                bad += 1
                text += ["\(id),x\n", "\(id),\"x\"y,3\n", "\(id),x,3,4\n", "\(id),\"open,3\n"][Int(random.next() % 4)]
            case 1, 2:
                good += 1
                text += "\(id),\"quoted \"\"\(id)\"\",\nnext\",\(random.next() % 100)\n"
            default:
                good += 1
                text += "\(id),plain \(id),\(random.next() % 100)\n"
            }
        }
        let (bench, response) = try await ingest(text)
        #expect(response.outputs["rows"] == .int(Int64(good)))
        #expect(response.outputs["bad"] == .int(Int64(bad)))
        #expect(try await bench.rows("select count(*) from t") == [[.int(Int64(good))]])
        #expect(try await bench.rows("select count(*) from t_quarantine") == [[.int(Int64(bad))]])
    }

    @Test(
        arguments: [
            ("1,", "\n", 3), ("1,\"", "\"\n", 3), ("1,\"", "\"\"x\"\r\n", 3), ("1,", ",\"a\nb\"\n", 4), ("1,", "\r", 3),
            ("1,\"", " \nb\"\n", 4)
        ] as [(String, String, Int64)])
    func `A record that is too long is one broken record`(before: String, after: String, line: Int64) async throws {
        // The line breaks inside of the long field stand behind what the window holds.
        let long = before + String(repeating: "x", count: 20 << 20) + after
        let (bench, response) = try await ingest("a,b\n" + long + "2,y\n3\n4,z\n")
        #expect(response.outputs["rows"] == 2)
        #expect(response.outputs["bad"] == 2)
        #expect(try await bench.rows("select * from t") == [[2, "y"], [4, "z"]])
        #expect(
            try await bench.rows("select line, reason from t_quarantine order by line") == [
                [2, "a line that is too long"], [.int(line + 1), "1 field where 2 are expected"]
            ])
    }

    @Test func `A line of JSON that is too long is one broken row`() async throws {
        let long = "{\"a\": \"" + String(repeating: "x", count: 20 << 20) + "\"}\n"
        let (bench, response) = try await ingest("{\"a\": \"1\"}\n" + long + "{\"a\": \"2\"}\nno\n", as: "data.jsonl")
        #expect(response.outputs["rows"] == 2)
        #expect(
            try await bench.rows("select line, reason from t_quarantine order by line") == [
                [2, "a line that is too long"], [4, "no JSON object"]
            ])
    }

    @Test func `More broken rows than allowed load nothing`() async throws {
        let bench = try await Workbench()
        try bench.recipe.write("a,b\n1,2\n", to: "d.csv")
        let inputs: ObjectValue = ["from": "d.csv", "into": .reference(bench.warehouse), "bad_rows": .percent(10)]
        try await bench.step("Ingest", "t", inputs)
        try bench.recipe.write("a,b\n3,4\n5\n", to: "d.csv")
        let failure = try await bench.failure("Ingest", "t", inputs)
        #expect(failure.code.text == "D0107")
        #expect(failure.message == "1 of 2 rows is broken (50%), more than 10%")
        #expect(failure.notes == ["the first: d.csv:3: 1 field where 2 are expected", "nothing was loaded"])
        #expect(try await bench.rows("select * from t") == [[1, 2]])
    }

    @Test func `The quarantine of an earlier execution does not stay`() async throws {
        let bench = try await Workbench()
        let inputs: ObjectValue = ["from": "d.csv", "into": .reference(bench.warehouse)]
        try bench.recipe.write("a,b\n1,2\n3\n", to: "d.csv")
        #expect(try await bench.step("Ingest", "t", inputs).outputs["bad"] == 1)
        try bench.recipe.write("a,b\n1,2\n", to: "d.csv")
        #expect(try await bench.step("Ingest", "t", inputs).outputs["quarantined"] == .null)
        await #expect(throws: CallError.self) { try await bench.rows("select * from t_quarantine") }
    }

    @Test func `Appending joins rows, replacing does not`() async throws {
        let bench = try await Workbench()
        try bench.recipe.write("a\n1\n", to: "d.csv")
        var inputs: ObjectValue = ["from": "d.csv", "into": .reference(bench.warehouse), "mode": "append"]
        for _ in 0..<2 { try await bench.step("Ingest", "t", inputs) }
        #expect(try await bench.rows("select count(*) from t") == [[2]])
        inputs["mode"] = "replace"
        try await bench.step("Ingest", "t", inputs)
        #expect(try await bench.rows("select count(*) from t") == [[1]])
    }

    @Test func `Other delimiters and files without a header are read when the recipe says so`() async throws {
        let (bench, response) = try await ingest(
            "1;a,b\n2;c\n", as: "data.txt", ["delimiter": ";", "header": false, "table": "plain"])
        #expect(try response.columns().keys == ["column_1", "column_2"])
        #expect(try await bench.rows("select * from plain") == [[1, "a,b"], [2, "c"]])
        let (tabbed, _) = try await ingest("a\tb\n1\t2,3\n", as: "data.tsv")
        #expect(try await tabbed.rows("select * from t") == [[1, "2,3"]])
    }
}

/// Random numbers that are the same at every run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
