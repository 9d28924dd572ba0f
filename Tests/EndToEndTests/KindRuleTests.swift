// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What a step's fields cannot be together is told by `check`, and before a run has changed anything.
struct KindRuleTests {
    private static let recipe = """
        resource lake:      DataLakeStorage {}
        resource warehouse: DataWarehousing {}
        resource endpoint:  ModelServing    {}

        workflow all {
          step orders: Ingest { from: "a.csv", into: lake, delimiter: "::", schema: { n: "Integer" } }
          step none: Ingest { from: "a.csv", into: lake, delimiter: "\\n" }
          step read: Ingest { from: "a.csv", into: lake, limit: 0 }
          step merged: Transform { in: warehouse, sql: "select 1 as x", mode: "merge" }
          step keyed: Transform { in: warehouse, sql: "select 1 as x", key: ["x"] }
          step seen: Transform { in: warehouse, sql: "select 1 as x", materialize: "view", mode: "append" }
          step fit: Train { command: ["sh"], files: ["a/../../b"], register: "name" }
          step judge: Evaluate { model: fit.model, data: orders.table, files: ["/etc/passwd"] }
          step out: Deploy { model: fit.model, to: endpoint, canary: 100% }
          step unseen: Deploy { model: fit.model, to: endpoint, abort_when: { a: { metric: "errors" } } }
          step code: Deploy { source: "function", to: endpoint }
          step wide: Train { command: ["sh"], workers: 2, image: "python:3.12" }
          step spark: Transform { in: warehouse, command: ["sh"], engine: "spark", mode: "merge", key: ["x"] }
          step nothing: Shell {}
          step both: Shell { run: "true ${orders.rows}", command: ["true"] }
        }
        """

    @Test func `every rule is told at once, at its field`() async throws {
        let project = try Project(["a.recipe": Self.recipe])
        let answer = try await project.converge("check", "a.recipe", "--json")
        #expect(answer.code == 1)
        let told = try answer.diagnostics.map { diagnostic in
            "\(diagnostic.at("code")?.string ?? "") \(diagnostic.at("line")?.int ?? 0)"
        }
        #expect(
            told == [
                "D0110 6", "D0106 6", "D0110 7", "D0116 8", "D0203 9", "D0203 10", "D0204 11", "D0503 12", "D0508 12",
                "D0503 13", "D0704 14", "R0502 15", "R0602 16", "R0602 17", "R0602 17", "R0602 18",
                "D0205 18", "D0802 19", "D0802 20"
            ])
        #expect(!project.exists(".converge/ledger.db"))
    }

    @Test func `what is said of events is refused where files are read`() async throws {
        let project = try Project([
            "a.csv": "a\n1\n",
            "a.recipe": """
            resource lake: DataLakeStorage {}
            workflow all { step read: Ingest { from: "a.csv", into: lake, reader: "me" } }
            """
        ])
        try await project.converge("run", "a.recipe", "--yes")
            .expectRefusal("D0116", "`reader` says nothing of files", wayOut: "leave `reader` out")
    }

    @Test(
        arguments: [
            ("ModelServing { cpus: 100000.0 }", "V0405"), ("ModelServing { memory: 900PB }", "V0405"),
            ("local.Endpoint { replicas: 0 }", "V0406"), ("local.Lake { name: \"../up\" }", "V0101"),
            ("local.Warehouse { name: \"\" }", "V0101"), ("local.Tracker { name: \"-x\" }", "V0101"),
            ("local.Endpoint { name: \"Upper\" }", "V0101")
        ])
    func `what this machine or its platform cannot do is told at check`(resource: String, code: String) async throws {
        let project = try Project(["a.recipe": "resource it: \(resource)\n"])
        let answer = try await project.converge("check", "a.recipe", "--json")
        #expect(answer.code == 1)
        #expect(try answer.diagnostics.map { $0.at("code")?.string } == [code])
        #expect(try answer.diagnostics.first?.at("file")?.string == "a.recipe")
    }

    @Test(arguments: ["q\u{301}", "\\u{0}", ";;", "ö"])
    func `a delimiter that is not one byte is told at check`(delimiter: String) async throws {
        let project = try Project([
            "a.recipe": """
            resource lake: DataLakeStorage {}
            workflow w { step orders: Ingest { from: "a.csv", into: lake, delimiter: "\(delimiter)" } }
            """
        ])
        let answer = try await project.converge("check", "a.recipe", "--json")
        #expect(try answer.diagnostics.map { $0.at("code")?.string } == ["D0110"])
    }

    @Test func `a value of the run that breaks a rule stops it before anything is made`() async throws {
        let project = try Project([
            "a.recipe": """
            resource note: local.Note { text: "x" }
            workflow w {
              param commands: List<String>
              step s: Shell { command: commands, env: { NOTE: note.id } }
            }
            """
        ])
        #expect(try await project.converge("check", "a.recipe").code == 0)
        let answer = try await project.converge("run", "a.recipe", "--yes", "{ commands: [] }")
        answer.expectRefusal("D0802", "there is nothing to run")
        let shown = try await project.converge("show", "--json")
        #expect(!shown.output.contains("local.Note"))
    }

    @Test func `what only a step tells stops the step that depends on it`() async throws {
        let project = try Project([
            "a.recipe": """
            workflow w {
              step first: Shell { run: "printf ''" }
              step last: Shell { command: if first.stdout == "" then [] else ["true"] }
            }
            """
        ])
        let answer = try await project.converge("run", "a.recipe", "--yes", "--json")
        #expect(answer.code == 1)
        #expect(try answer.json.at("steps", "0", "status")?.string == "succeeded")
        #expect(try answer.json.at("steps", "1", "status")?.string == "failed")
        #expect(try answer.json.at("diagnostics", "0", "code")?.string == "D0802")
    }

    @Test(
        arguments: [
            ("DataLakeStorage", "name: \"x y/../z\""), ("DataWarehousing", "name: \"\""),
            ("ModelServing", "name: \"\(String(repeating: "n", count: 300))\""), ("ExperimentTracking", "name: \"-x\""),
            ("DataLakeStorage", "name: \"Lake\""), ("DataLakeStorage", "retention: 7.5d"),
            ("DataLakeStorage", "expire_after: 36h")
        ] as [(String, String)])
    func `what no platform takes is told at check`(capability: String, field: String) async throws {
        let project = try Project(["a.recipe": "resource it: \(capability) { \(field) }\n"])
        let answer = try await project.converge("check", "a.recipe", "--json")
        #expect(answer.code == 1)
        #expect(try answer.json.at("diagnostics", "0", "code")?.string == "R0502")
    }
}
