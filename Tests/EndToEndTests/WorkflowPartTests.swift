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
        let part = try await project.converge("show", "run-2", "--json").json
        #expect(part.at("run", "status")?.string == "failed")
        #expect(part.at("run", "failure", "code")?.string == "D0801")
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

    // MARK: Taking back

    private static let undone = """
        workflow sub {
          param name: String
          param asks: Bool = false
          step get: Shell { @undo: unget, run: "echo get ${name} >> log; echo ${name}" }
          step unget: Shell { run: "echo unget ${get.stdout} >> log" }
          step wait: Wait { @when: asks, @needs: [get], signal: "go" }
          step last: Shell { @needs: [wait], run: "true" }
          finally { step tell: Shell { run: "echo ${name} ${outcome} >> log" } }
          output name = get.stdout
        }
        workflow all {
          step part: Run { workflow: "sub", params: { name: "part" } }
          step last: Shell { @needs: [part], run: "test -e open && echo last ${part.outputs["name"]} >> log" }
          finally { step tell: Shell { run: "echo all ${outcome} >> log" } }
        }
        workflow waits {
          step part: Run { workflow: "sub", params: { name: "part", asks: true } }
          finally { step tell: Shell { run: "echo all ${outcome} >> log" } }
        }
        workflow mix {
          step part: Run { workflow: "sub", params: { name: "part", asks: true } }
          step bad: Shell { run: "until grep -q get log; do sleep 0.02; done; false" }
        }

        """

    @Test func `what a part did is taken back where the whole fails, and done again by resume`() async throws {
        let project = try Project(["w.recipe": Self.undone])
        let failed = try await project.converge("run", "w.recipe", "all", "--yes", "--json")
        #expect(failed.code == 1)
        let steps = try failed.json.at("steps")?.list ?? []
        #expect(steps.first { $0.at("name")?.string == "part" }?.at("status")?.string == "undone")
        let told = ["get part", "part succeeded", "unget part", "part cancelled", "all failed"]
        #expect(try log(project) == told)
        try project.write("", to: "open")
        let resumed = try await project.converge("resume", "run-1", "--json")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(
            try log(project).dropFirst(told.count) == ["get part", "part succeeded", "last part", "all succeeded"])
        #expect(try await project.converge("runs", "--json").json.at("runs")?.list?.count == 2)
    }

    @Test func `cancelling a whole that waits with --undo takes its parts back and ends them`() async throws {
        let project = try Project(["w.recipe": Self.undone])
        #expect(try await project.converge("run", "w.recipe", "waits", "--yes").code == 3)
        let cancelled = try await project.converge("cancel", "run-1", "--undo")
        #expect(cancelled.code == 0, "\(cancelled.output)\(cancelled.errors)")
        #expect(try log(project) == ["get part", "unget part", "part cancelled", "all cancelled"])
        let runs = try await project.converge("runs", "--json").json.at("runs")?.list ?? []
        #expect(runs.compactMap { $0.at("status")?.string } == ["cancelled", "cancelled"])
    }

    @Test func `cancelling a whole that waits ends its parts, and resume goes on in them`() async throws {
        let project = try Project(["w.recipe": Self.undone])
        #expect(try await project.converge("run", "w.recipe", "waits", "--yes").code == 3)
        let cancelled = try await project.converge("cancel", "run-1")
        #expect(cancelled.code == 0, "\(cancelled.output)\(cancelled.errors)")
        let runs = try await project.converge("runs", "--json").json.at("runs")?.list ?? []
        #expect(runs.compactMap { $0.at("status")?.string } == ["cancelled", "cancelled"])
        #expect(try await project.converge("resume", "run-1").code == 3)
        let signalled = try await project.converge("signal", "run-2", "go")
        #expect(signalled.code == 0, "\(signalled.output)\(signalled.errors)")
        // Nothing was done twice.
        #expect(try log(project) == ["get part", "part succeeded", "all succeeded"])
    }

    @Test func `wherever a run is killed whose part fails, one resume goes on in the part`() async throws {
        let kills = Kills()
        for write in 1..<100 {
            let project = try Project([
                "w.recipe": """
                workflow load { step get: Shell { run: "echo get >> log; test ! -e broken" } }
                workflow all { step part: Run { workflow: "load" } }

                """,
                "broken": ""
            ])
            let whole = try await kills.atWrite(write, of: ["run", "w.recipe", "all", "--yes"], in: project)
            try FileManager.default.removeItem(atPath: project.path("broken"))
            let runs = try await project.converge("runs", "--json").json.at("runs")?.list ?? []
            if !runs.isEmpty {
                let resumed = try await project.converge("resume", "run-1")
                #expect(resumed.code == 0, "killed at write \(write): \(resumed.output)\(resumed.errors)")
            }
            if whole != nil { break }
        }
        #expect(kills.count > 5)
    }

    @Test func `a part that is cancelled ends the wait of the whole, which fails by it`() async throws {
        let project = try Project(["w.recipe": Self.undone])
        #expect(try await project.converge("run", "w.recipe", "waits", "--yes").code == 3)
        let cancelled = try await project.converge("cancel", "run-2")
        #expect(cancelled.code == 0, "\(cancelled.output)\(cancelled.errors)")
        #expect(cancelled.errors.contains("error[E0205]: run-2 of sub was cancelled"), "\(cancelled.errors)")
        // What the part had done is taken back with the whole.
        #expect(try log(project) == ["get part", "unget part", "part cancelled", "all failed"])
        let runs = try await project.converge("runs", "--json").json.at("runs")?.list ?? []
        #expect(runs.compactMap { $0.at("status")?.string }.sorted() == ["cancelled", "failed"])
        // A resumed one asks its part again.
        #expect(try await project.converge("resume", "run-1").code == 3)
        let signalled = try await project.converge("signal", "run-2", "go")
        #expect(signalled.code == 0, "\(signalled.output)\(signalled.errors)")
        #expect(try log(project).suffix(3) == ["get part", "part succeeded", "all succeeded"])
    }

    @Test func `a part that is taken back by itself ends the wait of the whole`() async throws {
        let project = try Project(["w.recipe": Self.undone])
        #expect(try await project.converge("run", "w.recipe", "waits", "--yes").code == 3)
        let cancelled = try await project.converge("cancel", "run-2", "--undo")
        #expect(cancelled.code == 0, "\(cancelled.output)\(cancelled.errors)")
        #expect(try log(project) == ["get part", "unget part", "part cancelled", "all failed"])
        #expect(try await project.converge("show", "run-1", "--json").json.at("run", "status")?.string == "failed")
    }

    @Test func `the daemon ends a whole whose part was cancelled`() async throws {
        let served = try ServedProject([
            "w.recipe": Self.undone + "workflow idle { on schedule \"0 0 1 1 *\" }\n"
        ])
        #expect(try await served.project.converge("run", "w.recipe", "waits", "--yes").code == 3)
        let daemon = try await served.serve()
        let cancelled = try await served.project.converge("cancel", "run-2")
        #expect(cancelled.code == 0 && cancelled.output.contains("the daemon goes on with it"), "\(cancelled)")
        #expect(try await eventually { try served.lines("log").last == "all failed" })
        _ = try await served.end(daemon)
    }

    @Test func `a part that was stopped with the whole is taken back with it`() async throws {
        let project = try Project([
            "w.recipe": Self.parts.replacing("step get: Shell {", with: "step get: Shell { @undo: unget,")
                .replacing("  output got", with: "  step unget: Shell { run: \"echo unget >> log\" }\n  output got"),
            "hold": ""
        ])
        let started = try project.start(["run", "w.recipe", "all", "--yes", "--parallelism", "1"])
        try #require(try await eventually { project.exists("keeping") })
        started.send(SIGINT)
        try #require(try await eventually { started.errors.contains("Finishing") })
        started.send(SIGINT)
        #expect(await started.end().code == 130)
        let cancelled = try await project.converge("cancel", "run-1", "--undo")
        #expect(cancelled.code == 0, "\(cancelled.output)\(cancelled.errors)")
        #expect(try log(project) == ["get eu", "keep eu", "unget"])
    }

    @Test func `a part that waits is taken back where another step fails the run`() async throws {
        let project = try Project(["w.recipe": Self.undone])
        let failed = try await project.converge("run", "w.recipe", "mix", "--yes")
        #expect(failed.code == 1, "\(failed.output)\(failed.errors)")
        #expect(try log(project) == ["get part", "unget part", "part cancelled"])
    }

    @Test func `what a part is given anew is done in a part of its own`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow load {
              param name: String
              step get: Shell { run: "echo get ${name} >> log" }
            }
            workflow all {
              step a: Shell { @undo: un_a, run: "cat name" }
              step un_a: Shell { run: "true" }
              step part: Run { workflow: "load", params: { name: trim(a.stdout) } }
              step last: Shell { @needs: [part], run: "test ! -e broken" }
            }

            """, "name": "eu", "broken": ""
        ])
        #expect(try await project.converge("run", "w.recipe", "all", "--yes").code == 1)
        try FileManager.default.removeItem(atPath: project.path("broken"))
        try project.write("us", to: "name")
        let resumed = try await project.converge("resume", "run-1", "--json")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(try log(project) == ["get eu", "get us"])
    }

    @Test func `parts that have nothing to take back stay as they are`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow sub {
              step get: Shell { run: "echo get >> log" }
              output code = get.code
            }
            workflow all {
              step part: Run { workflow: "sub" }
              step last: Shell { @needs: [part], run: "test -e open" }
            }

            """
        ])
        #expect(try await project.converge("run", "w.recipe", "all", "--yes").code == 1)
        let part = try await project.converge("show", "run-2", "--json").json
        #expect(part.at("run", "status")?.string == "succeeded")
        #expect(part.at("outputs", "code")?.int == 0)
        try project.write("", to: "open")
        #expect(try await project.converge("resume", "run-1").code == 0)
        #expect(try log(project) == ["get"])
    }

    @Test func `two who approve at once are both recorded, and the run goes on`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Approve { text: "a?" }
              step b: Approve { text: "b?" }
            }

            """
        ])
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 3)
        let first = try project.start(["approve", "run-1", "a"])
        let second = try project.start(["approve", "run-1", "b"])
        let codes = Set([await first.end().code, await second.end().code])
        #expect(codes.isSubset(of: [0, 3]))
        _ = try await project.converge("resume", "run-1")
        let run = try await project.converge("show", "run-1", "--json").json
        #expect(run.at("run", "status")?.string == "succeeded")
    }

    @Test func `a step whose secret has another text is not taken for known`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { @cache: true, env: { P: secret("WORD") }, run: "printf %s $P | wc -c >> log" }
            }

            """
        ])
        for word in ["aaaaaaaa", "aaaaaaaa", "bbbbbbbbb"] {
            let answer = try await project.run(["run", "w.recipe", "--yes"], environment: ["WORD": word])
            #expect(answer.code == 0, "\(answer.errors)")
        }
        #expect(try log(project).map { $0.trimmingCharacters(in: .whitespaces) } == ["8", "9"])
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
            workflow v { param file: String = "none.recipe"; step make: Apply { module: file } }
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
