// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Workflows as parts of others, and recipes that a step plans and applies.
struct WorkflowPartTests {
    private func log(_ project: Project) throws -> [String] {
        project.exists("log") ? try project.text(of: "log").split(separator: "\n").map(String.init) : []
    }

    private static let parts = """
        workflow load {
          param name: String
          step get: Shell { run: "echo get ${name} >> log; echo ${name}" }
          step keep: Shell { run: "echo keep ${get.stdout} >> log; touch keeping; until [ ! -e hold ]; do sleep 0.02; done; test ! -e broken" }
          output got = get.stdout
          output code = keep.code
        }

        workflow all {
          for name in ["eu", "us"] {
            step part[name]: Run { workflow: "load", params: { name: name } }
          }
          step last: Shell { run: "echo last ${part["eu"].outputs["got"]} ${part["us"].outputs["got"]} >> log" }
          output run = part["eu"].run
        }

        """

    @Test func `a step runs another workflow as a part of the run, and reads its outputs`() async throws {
        let project = try Project(["w.recipe": Self.parts])
        let answer = try await project.converge("run", "w.recipe", "all", "--yes", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try log(project).last == "last eu us")
        #expect(try log(project).count == 5)
        let part = try #require(try answer.json.at("outputs", "run")?.string)
        let shown = try await project.converge("show", part, "--json").json
        #expect(shown.at("run", "workflow")?.string == "load")
        #expect(shown.at("outputs", "got")?.string == "eu")
        #expect(try await project.converge("runs", "--json").json.at("runs")?.list?.count == 3)
    }

    @Test func `a part that fails fails the run, and is gone on with where it failed`() async throws {
        let project = try Project(["w.recipe": Self.parts, "broken": ""])
        let failed = try await project.converge("run", "w.recipe", "all", "--yes", "--parallelism", "1")
        failed.expectRefusal("E0205", "of load failed", wayOut: "show run-2")
        #expect(failed.errors.contains("D0801"))
        #expect(try log(project) == ["get eu", "keep eu"])
        try FileManager.default.removeItem(atPath: project.path("broken"))
        // Whoever resumes the part resumes the whole.
        let resumed = try await project.converge("resume", "run-2", "--json", "--parallelism", "1")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(resumed.errors.contains("run-2 is a part of run-1."))
        #expect(try resumed.json.at("run", "id")?.string == "run-1")
        #expect(try log(project) == ["get eu", "keep eu", "keep eu", "get us", "keep us", "last eu us"])
        #expect(try await project.converge("runs", "--json").json.at("runs")?.list?.count == 3)
    }

    @Test func `a run that is killed in a part goes on in it, and begins no second one`() async throws {
        let project = try Project(["w.recipe": Self.parts, "hold": ""])
        let started = try project.start(["run", "w.recipe", "all", "--yes", "--parallelism", "1"])
        try #require(try await eventually { project.exists("keeping") })
        started.send(SIGKILL)
        _ = await started.end()
        try FileManager.default.removeItem(atPath: project.path("hold"))
        let answer = try await project.converge("resume", "run-1", "--json", "--parallelism", "1")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try log(project) == ["get eu", "keep eu", "keep eu", "get us", "keep us", "last eu us"])
        #expect(try await project.converge("runs", "--json").json.at("runs")?.list?.count == 3)
    }

    @Test func `a part that waits makes the run wait, and its approval lets both go on`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow ask {
              step allow: Approve { text: "go?" }
              output by = allow.by
            }
            workflow all {
              step part: Run { workflow: "ask" }
              step last: Shell { run: "echo ${part.outputs["by"]} >> log" }
            }

            """
        ])
        let run = try await project.converge("run", "w.recipe", "all", "--yes")
        #expect(run.code == 3, "\(run.output)\(run.errors)")
        #expect(run.errors.contains("part waits for allow of run-2, for approval: go?"), "\(run.errors)")
        let approved = try await project.converge("approve", "run-2", "--json")
        #expect(approved.code == 0, "\(approved.output)\(approved.errors)")
        #expect(try approved.json.at("run", "id")?.string == "run-1")
        #expect(try log(project) == [ProcessInfo.processInfo.userName])
        let runs = try await project.converge("runs", "--json").json.at("runs")?.list ?? []
        #expect(runs.compactMap { $0.at("status")?.string } == ["succeeded", "succeeded"])
    }

    @Test func `the daemon goes on with the whole run when a part of it may`() async throws {
        let served = try ServedProject([
            "w.recipe": """
            workflow ask { step wait: Wait { signal: "go" } }
            workflow all {
              step part: Run { workflow: "ask" }
              step last: Shell { @needs: [part], run: "echo last >> log" }
              on schedule "0 0 1 1 *"
            }

            """
        ])
        #expect(try await served.project.converge("run", "w.recipe", "all", "--yes").code == 3)
        let daemon = try await served.serve()
        #expect(try await served.project.converge("signal", "run-2", "go").code == 0)
        #expect(try await eventually { try served.lines("log") == ["last"] })
        _ = try await served.end(daemon)
    }

    @Test(arguments: [
        ("step p: Run { workflow: \"loda\" }", "R0101", "there is no workflow 'loda'"),
        ("step p: Run { workflow: \"load\" }", "R0204", "'name'"),
        ("step p: Run { workflow: \"load\", params: { nmae: \"x\", name: \"y\" } }", "R0503", "'nmae'"),
        ("step p: Run { workflow: \"all\" }", "R0103", "a workflow would run itself: all -> all")
    ])
    func `what cannot be a part is told at check`(_ step: String, _ code: String, _ reason: String) async throws {
        let project = try Project([
            "w.recipe": """
            workflow load {
              param name: String
              step get: Shell { run: "echo ${name}" }
            }
            workflow all { \(step) }

            """
        ])
        try await project.converge("check", "w.recipe").expectRefusal(code, reason, wayOut: code)
    }

    @Test func `a workflow that runs itself through a name which only a run knows is refused`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow again {
              step name: Shell { run: "echo again" }
              step p: Run { workflow: name.stdout }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes")
        answer.expectRefusal("E0206", "again would run itself: again -> again", wayOut: "take the step out")
    }

    // MARK: Plan and Apply

    private static let warehouse = """
        param kept: Duration = 1d
        resource lake: DataLakeStorage { retention: kept }
        output address = lake.url

        """

    @Test func `a workflow plans and applies another recipe, asks in between, and uses what it gives`() async throws {
        let project = try Project([
            "infra/warehouse.recipe": Self.warehouse,
            "w.recipe": """
            workflow w {
              step look: Plan { module: "infra/warehouse.recipe", params: { kept: 7d } }
              step allow: Approve { text: "${look.summary}?" }
              step make: Apply { @needs: [allow], module: "infra/warehouse.recipe", params: { kept: 7d } }
              step again: Plan { @needs: [make], module: "infra/warehouse.recipe", params: { kept: 7d } }
              output changes = look.changes
              output after = again.changes
              output address = make.outputs["address"]
            }

            """
        ])
        let asked = try await project.converge("run", "w.recipe", "--yes")
        #expect(asked.code == 3, "\(asked.output)\(asked.errors)")
        #expect(asked.errors.contains("1 to create"), "\(asked.errors)")
        let done = try await project.converge("approve", "run-1", "--json")
        #expect(done.code == 0, "\(done.output)\(done.errors)")
        #expect(try done.json.at("outputs", "changes")?.int == 1)
        #expect(try done.json.at("outputs", "after")?.int == 0)
        #expect(try done.json.at("outputs", "address")?.string?.hasPrefix("file://") == true)
        let plan = try await project.converge("plan", "infra/warehouse.recipe", "--check", "--set", "kept=7d")
        #expect(plan.code == 0, "\(plan.output)")
    }

    @Test func `a workflow applies its own recipe, fills what that makes, and goes on with it`() async throws {
        let project = try Project([
            "orders.csv": "id,n\n1,2\n2,3\n",
            "w.recipe": """
            resource lake: DataLakeStorage {}
            resource warehouse: DataWarehousing {}

            workflow w {
              step infra: Apply {}
              step orders: Ingest { @needs: [infra], from: "orders.csv", into: lake }
              step total: Transform { in: warehouse, sql: "select sum(n) as n from ${orders.table}" }
              step say: Shell { @needs: [infra], run: "echo ${lake.url} >> log" }
              output rows = total.rows
              output made = infra.summary
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try answer.json.at("outputs", "rows")?.int == 1)
        #expect(try answer.json.at("outputs", "made")?.string?.contains("2 to create") == true)
        #expect(try log(project).first?.hasPrefix("file://") == true)
        let again = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(try again.json.at("outputs", "made")?.string == "no changes")
    }

    @Test func `what an apply of a step refuses fails the step with the reason`() async throws {
        let project = try Project([
            "infra.recipe": """
            resource lake: DataLakeStorage {}
            policy no for DataLakeStorage { deny when true "no lakes here" }

            """,
            "w.recipe": """
            workflow w { step make: Apply { module: "infra.recipe" } }
            workflow v { step make: Apply { module: "none.recipe" } }
            workflow u { step make: Apply { params: { x: 1 } } }

            """
        ])
        try await project.converge("run", "w.recipe", "w", "--yes").expectRefusal("G0106", "no lakes here")
        #expect(try await project.converge("show", "infra.recipe").output.contains("Nothing here yet"))
        try await project.converge("run", "w.recipe", "v", "--yes").expectRefusal(
            "X0101", "none.recipe cannot be read", wayOut: "X0101")
        try await project.converge("run", "w.recipe", "u", "--yes")
            .expectRefusal("C0400", "the parameters of this recipe itself are those of the run")
    }
}
