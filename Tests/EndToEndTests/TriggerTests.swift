// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import FoundationNetworking
import Testing

/// `converge serve` with triggers other than schedules.
struct TriggerTests {
    /// A workflow that writes what it is told, one line each.
    private static func recipe(_ trigger: String, line: String, more: String = "") -> String {
        """
        \(more)
        workflow note {
          param line: String
          step say: Shell { run: "echo ${line} >> out.txt" }
          on \(trigger), with: { line: "\(line)" } }
        }

        """
    }

    private func ends(_ served: ServedProject, _ count: Int) async throws -> Bool {
        try await eventually { try served.firings().filter { $0.status == "done" }.count >= count }
    }

    // MARK: Files

    @Test func `a file fires when it is whole, once by its content, and also when it came while nobody served`()
        async throws
    {
        let served = try ServedProject([
            "in/old.csv": "old\n",
            "note.recipe": Self.recipe(
                "data \"in/*.csv\" { every: 100ms, settle: 2s", line: "${event.name} ${event.size}")
        ])
        let daemon = try await served.serve()
        try #require(try await eventually { try served.firings().count == 1 })
        #expect(try served.firings().first?.status == "skipped", "what was there before has not arrived")
        // Written bit by bit, more slowly than it is looked at.
        let file = served.project.path("in/new.csv")
        for part in ["a", "ab", "abc"] {
            try Data(part.utf8).write(to: URL(fileURLWithPath: file))
            try await Task.sleep(for: .milliseconds(250))
        }
        try #require(try await ends(served, 1))
        #expect(try served.lines("out.txt") == ["new.csv 3B"])
        // The same content again is no other file.
        try Data("abc".utf8).write(to: URL(fileURLWithPath: file))
        try served.project.write("x", to: "in/.hidden.csv")
        try served.project.write("x", to: "in/other.txt")
        // What is written after them and fires shows that they had their time.
        try served.project.write("mark", to: "in/mark.csv")
        try #require(try await ends(served, 2))
        #expect(try served.firings().count == 3)
        try Data("other".utf8).write(to: URL(fileURLWithPath: file))
        try #require(try await ends(served, 3))
        try await served.end(daemon)
        try served.project.write("late", to: "in/late.csv")
        let next = try await served.serve()
        try #require(try await ends(served, 4))
        try await served.end(next)
        #expect(try served.lines("out.txt") == ["new.csv 3B", "mark.csv 4B", "new.csv 5B", "late.csv 4B"])
    }

    // MARK: Datasets

    @Test func `a table's new version and an object's arrival fire`() async throws {
        let recipe = """
            resource lake: DataLakeStorage {}
            resource warehouse: DataWarehousing {}
            workflow fill {
              param n: Int
              step rows: Transform { in: warehouse, table: "totals", sql: "select ${n} as n" }
              step page: Report {
                in: warehouse, title: "Totals", to: lake, key: "pages/totals.html"
                sections: { "All": { sql: "select n from ${rows.table}" } }
              }
            }
            workflow table {
              param version: String
              param rows: Int
              step say: Shell { run: "echo table ${rows} >> out.txt" }
              on data warehouse { table: "totals", every: 100ms, with: { version: event.version, rows: event.rows ?? 0 } }
            }
            workflow object {
              param key: String
              step say: Shell { run: "echo object ${key} >> out.txt" }
              on data lake { prefix: "pages/", every: 100ms, with: { key: event.key } }
            }

            """
        let served = try ServedProject(["data.recipe": recipe])
        let daemon = try await served.serve()
        try #require(try await eventually { try served.marks() == 3 })
        for (n, tables) in [(1, 1), (1, 1), (2, 2)] {
            let run = try await served.project.converge("run", "data.recipe", "fill", "{ n: \(n) }", "--yes")
            #expect(run.code == 0, "\(run.errors)")
            // Each version is seen before the next one takes its place.
            try #require(
                try await eventually { try served.lines("out.txt").filter { $0 == "table 1" }.count == tables })
        }
        #expect(try await eventually { try served.lines("out.txt").contains("object pages/totals.html") })
        let answer = try await served.end(daemon)
        #expect(try served.lines("out.txt").filter { $0 == "table 1" }.count == 2, "\(answer.errors)")
    }

    // MARK: Other runs

    @Test func `the end of another workflow fires, by how it ended`() async throws {
        let recipe = """
            workflow load {
              param good: Bool
              step work: Shell { run: "${if good then "true" else "false"}" }
              output number = 7
            }
            workflow after {
              param run: String
              param number: Int
              step say: Shell { run: "echo after ${number} >> out.txt" }
              on workflow load { with: { run: event.run, number: int(event.outputs["number"] ?? 0) } }
            }
            workflow alarm {
              param event: Object
              step say: Shell { run: "echo alarm >> out.txt" }
              on workflow load { status: "failed" }
            }
            workflow third {
              step say: Shell { run: "echo third >> out.txt" }
              on workflow after
            }

            """
        let served = try ServedProject(["chain.recipe": recipe])
        #expect(try await served.project.converge("run", "chain.recipe", "load", "{ good: true }", "--yes").code == 0)
        let daemon = try await served.serve()
        try #require(try await eventually { try served.marks() == 4 })
        #expect(try await served.project.converge("run", "chain.recipe", "load", "{ good: true }", "--yes").code == 0)
        #expect(try await served.project.converge("run", "chain.recipe", "load", "{ good: false }", "--yes").code == 1)
        #expect(try await ends(served, 3))
        try await served.end(daemon)
        #expect(try Set(served.lines("out.txt")) == ["after 7", "alarm", "third"])
        #expect(try served.firings().count == 3)
    }

    @Test func `a tracked metric beyond its threshold fires once for each run, and a condition when it becomes true`()
        async throws
    {
        let recipe = """
            param how: String = "good"
            resource tracking: ExperimentTracking {}
            resource note: local.Note { text: "n" }
            workflow fit {
              step fit: Train {
                command: ["python3", "train.py"], files: ["train.py", "serve.py"], params: { how: how }, track: tracking
              }
            }
            workflow retrain {
              param value: Float
              step say: Shell { run: "echo metric ${value} >> out.txt" }
              on metric tracking { metric: "n", above: 0.5, every: 100ms, with: { value: event.value } }
            }
            workflow quiet {
              step say: Shell { run: "echo below >> out.txt" }
              on metric tracking { metric: "n", below: 0.5, every: 100ms }
            }
            workflow there {
              step say: Shell { run: "echo there >> out.txt" }
              on metric length(note.id) > 0 { every: 100ms }
            }

            """
        let served = try ServedProject([
            "fit.recipe": recipe, "train.py": SmallModel.training, "serve.py": SmallModel.serving
        ])
        let daemon = try await served.serve()
        try await Task.sleep(for: .seconds(1))
        #expect(!served.project.exists("out.txt"))
        #expect(try await served.project.converge("run", "fit.recipe", "fit", "--yes").code == 0)
        #expect(try await ends(served, 2))
        try await Task.sleep(for: .seconds(1))
        let answer = try await served.end(daemon)
        #expect(try Set(served.lines("out.txt")) == ["metric 1.0", "there"], "\(answer.errors)")
        #expect(try served.lines("out.txt").count == 2)
    }

    @Test func `drift fires once until it is gone`() async throws {
        let served = try ServedProject([
            "note.recipe": Self.recipe(
                "drift { every: 200ms", line: "${event.resources[0]}",
                more: "resource pond: local.Lake {}\nresource memo: local.Note { text: \"n\" }")
        ])
        #expect(try await served.project.converge("apply", "note.recipe", "--yes").code == 0)
        let daemon = try await served.serve()
        try await Task.sleep(for: .seconds(1))
        #expect(try served.firings().isEmpty)
        try served.removeNote()
        try #require(try await ends(served, 1))
        try await Task.sleep(for: .seconds(1))
        let answer = try await served.end(daemon)
        #expect(try served.lines("out.txt").first == "memo", "\(answer.errors)")
    }

    // MARK: Requests

    @Test func `a signed request fires once, and no other does`() async throws {
        let served = try ServedProject([
            "note.recipe": Self.recipe(
                "webhook \"/hooks/orders\" { secret: secret(\"HOOK_KEY\"), largest: 1KiB",
                line: "${event.body[\"id\"]}")
        ])
        let daemon = try await served.serve(
            "--listen", "127.0.0.1:0", environment: ["HOOK_KEY": "a key that nobody has"])
        let port = try await daemon.listeningPort()
        func post(
            _ body: String, key: String = "a key that nobody has", at offset: Int = 0, path: String = "/hooks/orders"
        ) async throws -> Int {
            let time = String(Int(Date().timeIntervalSince1970) + offset)
            let script =
                "import hmac,sys; print(hmac.new(sys.argv[1].encode(), sys.argv[2].encode(), 'sha256').hexdigest())"
            let signature = try await served.project.program("python3", "-c", script, key, "\(time).\(body)").output
            return try await send(body, time, signature.trimmingCharacters(in: .whitespacesAndNewlines), path)
        }
        func send(_ body: String, _ time: String, _ signature: String, _ path: String) async throws -> Int {
            var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")))
            request.httpMethod = "POST"
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.setValue(time, forHTTPHeaderField: "X-Converge-Timestamp")
            request.setValue("sha256=" + signature, forHTTPHeaderField: "X-Converge-Signature")
            let (_, response) = try await URLSession.shared.data(for: request)
            return (response as? HTTPURLResponse)?.statusCode ?? 0
        }
        try #require(try await eventually { (try? await post("{}", path: "/other")) == 404 })
        let body = #"{"id": 17, "$secret": {"source": "env", "name": "HOME"}}"#
        #expect(try await post(body) == 202)
        #expect(try await post(body) == 202, "a sender whose answer was lost may repeat it within the second")
        #expect(try await post(body, key: "another key") == 401)
        #expect(try await post(body, at: -3600) == 401)
        #expect(try await post(body, at: 3600) == 401)
        #expect(try await post("{", at: -1) == 400)
        #expect(try await post("{\"id\": \"\(String(repeating: "x", count: 2000))\"}") == 413)
        // What fired was recorded before it was answered.
        #expect(try await eventually { try served.firings().allSatisfy { $0.status == "done" } })
        let answer = try await served.end(daemon)
        #expect(try Set(served.lines("out.txt")) == ["17"])
        #expect(try served.firings().count <= 2, "one, or two where the second changed between")
        #expect(!answer.errors.contains("a key that nobody has"))
    }

    @Test func `workflows of several recipes that start each other are told by the daemon, once`() async throws {
        let text = { (own: String, other: String) in
            """
            workflow \(own) {
              step s: Shell { run: "true" }
              on workflow "\(other)" { recipe: "\(other).recipe" }
            }

            """
        }
        let served = try ServedProject(["x.recipe": text("x", "y"), "y.recipe": text("y", "x")])
        let daemon = try await served.serve()
        try #require(try await eventually { daemon.errors.contains("start each other without end") })
        let answer = try await served.end(daemon)
        #expect(answer.errors.contains("x of x -> y of y -> x of x"), "\(answer.errors)")
        #expect(answer.errors.split(separator: "\n").count { $0.contains("\"circle\"") } == 1, "\(answer.errors)")
    }

    // MARK: Backfill

    @Test func `a backfill runs each time once, and goes on where it was stopped`() async throws {
        let recipe = """
            workflow daily {
              param day: Date = today()
              param label: String = ""
              step say: Shell { run: "echo ${day} >> out.txt; if [ -e broken ]; then exit 3; fi" }
              on schedule "30 1 * * *" { zone: "Europe/Berlin" }
            }
            workflow plain {
              param day: Date = today()
              step say: Shell { run: "echo plain ${day} >> out.txt" }
            }

            """
        let served = try ServedProject(["daily.recipe": recipe])
        let project = served.project
        let words = ["run", "daily.recipe", "daily", "--yes", "--backfill", "2026-03-28..2026-03-31", "--json"]
        let first = try await project.run(words)
        #expect(first.code == 0, "\(first.output)\(first.errors)")
        // Half past one in Berlin is the day before in UTC; `today()` is that of the schedule.
        #expect(try served.lines("out.txt") == ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"])
        #expect(
            try first.json.at("runs")?.list?.compactMap { $0.at("due")?.string }
                == ["2026-03-28T00:30:00Z", "2026-03-29T00:30:00Z", "2026-03-29T23:30:00Z", "2026-03-30T23:30:00Z"])
        let again = try await project.run(words)
        #expect(try again.code == 0 && served.lines("out.txt").count == 4, "\(again.output)\(again.errors)")

        try project.write("", to: "broken")
        let other = [
            "run", "daily.recipe", "daily", "{ label: \"b\" }", "--yes", "--backfill", "2026-05-01..2026-05-02"
        ]
        let failing = try await project.run(other)
        #expect(failing.code == 1 && failing.output.contains("0 of 2 succeeded, 2 failed."), "\(failing.output)")
        try FileManager.default.removeItem(atPath: project.path("broken"))
        let mended = try await project.run(other)
        #expect(mended.code == 0 && mended.output.contains("2 of 2 succeeded."), "\(mended.output)\(mended.errors)")
        let runs = try await project.converge("runs", "--json", "--limit", "50").json.at("runs")?.list?.count
        #expect(runs == 6, "what failed was gone on with")
        let plain = try await project.converge(
            "run", "daily.recipe", "plain", "--yes", "--backfill", "2026-02-27..2026-03-01")
        #expect(plain.code == 0, "\(plain.errors)")
        #expect(
            try served.lines("out.txt").suffix(3) == ["plain 2026-02-27", "plain 2026-02-28", "plain 2026-03-01"])
        #expect(try await project.converge("run", "daily.recipe", "plain", "--backfill", "2026-02-27").code == 64)
    }
}
