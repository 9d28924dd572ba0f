// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Where steps are executed: on whatever offers what they need.
struct PlacementTests {
    private static let orders = "id,n\n1,5\n2,7\n"

    @Test func `a table of a lake is held to rules where it lies`() async throws {
        let project = try Project([
            "orders.csv": Self.orders,
            "a.recipe": """
            resource lake: DataLakeStorage {}
            workflow w {
              step orders: Ingest { from: "orders.csv", into: lake }
              step quality: Expect { table: orders.table, rules: [expect.between("n", 6, 9)], severity: "warn" }
              output passed = quality.passed
              output broken = quality.metrics
            }
            """
        ])
        #expect(try await project.converge("check", "a.recipe").code == 0)
        let run = try await project.converge("run", "a.recipe", "--yes", "--json")
        #expect(run.code == 0, "\(run.errors)")
        #expect(try run.json.at("outputs", "passed") == false)
        #expect(try run.json.at("outputs", "broken", "between(n)")?.number == 1, "\(run.output)")
        let again = try await project.converge("run", "a.recipe", "--yes", "--json")
        #expect(try again.json.at("steps", "1", "status")?.string == "unchanged", "\(again.output)")
    }

    @Test func `a table is loaded into a lake where its service holds tables, and refused where it holds files alone`()
        async throws
    {
        let project = try Project([
            "converge.project": "environment default { use local; use aws { region: \"eu-west-1\" } }",
            "a.recipe": """
            resource here: DataLakeStorage { @on: local }
            resource there: DataLakeStorage { @on: aws }
            workflow w { step orders: Ingest { from: "orders.csv", into: here } }
            workflow x { step orders: Ingest { from: "orders.csv", into: there } }
            """
        ])
        try await project.converge("plan", "a.recipe", "--offline").expectRefusal(
            "R0612", "DataLakeStorage on aws by S3 offers no TableStore, which Ingest needs")
        let text = try String(contentsOfFile: project.path("a.recipe"), encoding: .utf8)
        try project.write(text.replacing("into: there", with: "into: here"), to: "a.recipe")
        #expect(try await project.converge("plan", "a.recipe", "--offline").code == 0)
    }

    @Test func `what its platform does not measure is not monitored`() async throws {
        let project = try Project([
            "converge.project":
                "environment default { use local }\nenvironment aws { use aws { region: \"eu-west-1\" } }",
            "a.recipe": """
            resource tracking: ExperimentTracking {}
            workflow w {
              step look: Monitor { of: tracking, checks: { weak: { metric: "recall", below: 0.5, over: 1h } } }
            }
            """
        ])
        #expect(try await project.converge("plan", "a.recipe", "--offline").code == 0)
        try await project.converge("plan", "a.recipe", "--offline", "--env", "aws").expectRefusal(
            "R0612", "ExperimentTracking on aws by SageMaker Experiments offers no MetricSource, which Monitor needs")
    }

    @Test func `native things serve steps as the capabilities that they fulfil do`() async throws {
        let project = try SmallModel.project()
        try project.write(Self.orders, to: "orders.csv")
        try project.write(
            """
            resource lake: local.Lake {}
            resource warehouse: local.Warehouse {}
            resource tracking: local.Tracker {}
            resource endpoint: local.Endpoint {}
            workflow w {
              step orders: Ingest { from: "orders.csv", into: lake }
              step sums: Transform { in: warehouse, sql: "select sum(n) as n from ${orders.table}" }
              step fit: Train {
                command: ["python3", "train.py"]
                files: ["train.py", "serve.py"]
                params: { how: "good" }
                inputs: { sums: sums.table }
                track: tracking
              }
              step release: Deploy { model: fit.model, to: endpoint }
              output url = release.url
            }
            """, to: "native.recipe")
        let run = try await project.converge("run", "native.recipe", "--yes", "--json")
        #expect(run.code == 0, "\(run.errors)")
        let url = try #require(try run.json.at("outputs", "url")?.string)
        #expect(try await ask(url).status == 200)
        #expect(try await project.converge("destroy", "native.recipe", "--yes").code == 0)
    }

    @Test func `a thing that offers nothing of the kind is refused by check`() async throws {
        let project = try Project([
            "a.recipe": """
            resource lake: local.Lake {}
            resource note: local.Note { text: "x" }
            workflow w {
              step a: Transform { in: note, sql: "select 1 as x" }
              step b: Train { command: ["true"], track: lake }
            }
            """
        ])
        let answer = try await project.converge("check", "a.recipe", "--json")
        #expect(answer.code == 1)
        #expect(try answer.diagnostics.map { $0.at("line")?.int } == [4, 5], "\(answer.output)")
    }
}
