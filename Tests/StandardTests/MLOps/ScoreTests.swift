// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import PluginFixtures
import PluginHost
import Synchronization
import Testing

/// Models that are asked about the rows of tables.
struct ScoreTests {
    private static let serve = """
        import http.server, json, os
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self): self.reply({})
            def do_POST(self):
                row = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if row["n"] is not None and row["n"] < 0:
                    return self.send_error(422, "a negative n")
                self.reply({"twice": None if row["n"] is None else row["n"] * 2, "id": "m" + str(row["id"])})
            def reply(self, value):
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *words): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
        """

    private func bench(rows: String = "id,n\n1,5\n2,\n3,7.5\n") async throws -> (Workbench, Reference, Value) {
        let bench = try await Workbench()
        try bench.recipe.write(rows, to: "data.csv")
        try bench.recipe.write(Self.serve, to: "serve.py")
        try bench.recipe.write(
            #"cp serve.py "$CONVERGE_MODEL"; echo '{"serve": {"command": ["python3", "serve.py"]}}' > "$CONVERGE_MODEL/model.json""#,
            to: "train.sh")
        let data = try await bench.step(
            "Ingest", "data", ["from": "data.csv", "into": .reference(bench.warehouse)]
        ).table()
        let fit = try await bench.step(
            "Train", "fit", ["command": ["sh", "train.sh"], "files": ["train.sh", "serve.py"]])
        return (bench, data, try #require(fit.outputs["model"]))
    }

    @Test func `each row gets the model's answer, here and on workers`() async throws {
        let (bench, data, model) = try await bench()
        let here = try await bench.step("Score", "scored", ["model": model, "data": .reference(data)])
        let expected: [[Value]] = [[1, 5.0, 10.0, "m1"], [2, nil, nil, "m2"], [3, 7.5, 15.0, "m3"]]
        #expect(here.outputs["rows"] == 3 && here.reads.first == data)
        #expect(try await bench.rows("select id, n, twice, predicted_id from scored order by id") == expected)
        #expect(bench.log.contains("3 rows were asked about"))

        let folder = bench.recipe.path + "/.jobs"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let jobs = ProcessJobs(services: bench.services, folder: folder)
        bench.facets.withLock { $0["workers JobRunner"] = jobs }
        let workers = Reference(type: "ModelTrainingInfrastructure", resource: Address("workers"))
        try await bench.step(
            "Score", "there",
            [
                "model": model, "data": .reference(data), "in": .reference(workers), "into": .reference(bench.lake),
                "keep": ["id"]
            ])
        #expect(jobs.requests.count == 1)
        #expect(
            try await bench.rows("select id, twice, predicted_id from there order by id", in: "lake")
                == expected.map { [$0[0], $0[2], $0[3]] })
    }

    @Test func `an answer that is none fails the step, and nothing is kept`() async throws {
        let (bench, data, model) = try await bench(rows: "id,n\n1,5\n2,-1\n")
        let failure = try await bench.failure("Score", "scored", ["model": model, "data": .reference(data)])
        #expect(failure.code.text == "D0501")
        #expect("\(failure.notes)".contains("the model answers 422"), "\(failure)")
        #expect(
            try await bench.tables("warehouse").describe("scored", context: Workbench.context("d", token: "d")) == nil)
    }
}
