// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Steps that take back what others did, and those for the end of a run.
struct UndoTests {
    private static let order = """
        workflow order {
          step reserve: Shell { @undo: release, run: "echo reserve >> log; echo 7" }
          step release: Shell { run: "echo release ${reserve.stdout} >> log; touch releasing; until [ ! -e hold ]; do sleep 0.02; done" }
          step charge: Shell { @undo: refund, @needs: [reserve], run: "echo charge >> log; echo 9" }
          step refund: Shell { run: "echo refund ${charge.stdout} >> log; test ! -e broke" }
          step pack: Shell { run: "echo pack ${reserve.stdout} >> log" }
          step ship: Shell { @needs: [charge, pack], run: "test -e open && echo ship >> log" }
          finally {
            step tell: Shell { run: "echo ${outcome} >> log" }
            if outcome == "failed" {
              step alarm: Shell { @needs: [tell], run: "echo alarm >> log" }
            }
            step label: Shell { run: "echo ${ship.code} >> log" }
          }
        }

        """

    private func statuses(_ answer: Project.Answer) throws -> [String: String] {
        let steps = try answer.json.at("steps")?.list ?? []
        return Dictionary(
            steps.map { ($0.at("name")?.string ?? "", $0.at("status")?.string ?? "") },
            uniquingKeysWith: { first, _ in first })
    }

    private func takeLog(_ project: Project) throws -> [String] {
        let lines = project.exists("log") ? try project.text(of: "log").split(separator: "\n").map(String.init) : []
        try project.write("", to: "log")
        return lines
    }

    @Test func `what a run did is taken back where it fails, the newest first, and done again by resume`() async throws
    {
        let project = try Project(["order.recipe": Self.order])
        let failed = try await project.converge("run", "order.recipe", "--yes", "--json")
        #expect(failed.code == 1)
        #expect(
            try statuses(failed) == [
                "reserve": "undone", "release": "succeeded", "charge": "undone", "refund": "succeeded",
                "pack": "succeeded", "ship": "failed", "tell": "succeeded", "alarm": "succeeded", "label": "skipped"
            ])
        let first = try takeLog(project)
        #expect(first.prefix(3).sorted() == ["charge", "pack 7", "reserve"])
        #expect(first.dropFirst(3) == ["refund 9", "release 7", "failed", "alarm"])
        // What read an output of what was taken back is done again, too.
        try project.write("", to: "open")
        let resumed = try await project.converge("resume", "run-1", "--json")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(try resumed.json.at("run", "status")?.string == "succeeded")
        let second = try takeLog(project)
        #expect(second.prefix(3).sorted() == ["charge", "pack 7", "reserve"])
        #expect(second.dropFirst(3).sorted() == ["0", "ship", "succeeded"])
        let told = try await project.converge("show", "run-1")
        #expect(told.output.contains("undone"))
    }

    @Test func `a run tells what was taken back, and what was not`() async throws {
        let project = try Project(["order.recipe": Self.order, "broke": ""])
        let failed = try await project.converge("run", "order.recipe", "--yes")
        #expect(failed.code == 1)
        #expect(failed.errors.contains("Not taken back: reserve, charge. `cancel run-1 --undo` goes on with that."))
        #expect(failed.output.contains(", 2 not taken back)"), "\(failed.output)")
        #expect(try takeLog(project).contains("refund 9"))
        // What ends failed is told so at its end, whoever asked for it.
        let asked = try await project.converge("cancel", "run-1", "--undo")
        #expect(asked.code == 1)
        #expect(asked.output.hasPrefix("run-1 failed ("), "\(asked.output)")
        #expect(asked.output.contains("2 not taken back)") && asked.errors.contains("Not taken back: reserve, charge."))
        #expect(try takeLog(project) == ["refund 9", "failed", "alarm"])
        try FileManager.default.removeItem(atPath: project.path("broke"))
        let cancelled = try await project.converge("cancel", "run-1", "--undo")
        #expect(cancelled.code == 0, "\(cancelled.output)\(cancelled.errors)")
        #expect(cancelled.errors.contains("Taken back: reserve, charge."), "\(cancelled.errors)")
        #expect(try takeLog(project) == ["refund 9", "release 7", "cancelled"])
        let again = try await project.converge("cancel", "run-1", "--undo", "--json")
        #expect(again.code == 0)
        #expect(try takeLog(project).isEmpty)
        #expect(try await project.converge("runs").output.contains("cancelled"))
    }

    @Test func `the end that finally is told is that of the run, also where a failed one is cancelled later`()
        async throws
    {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { run: "exit 3" }
              finally {
                step tell: Shell { run: "echo ${outcome} >> log" }
                step same: Shell { run: "echo same >> log" }
              }
            }

            """
        ])
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 1)
        #expect(try takeLog(project).sorted() == ["failed", "same"])
        for _ in 1...2 {
            let cancelled = try await project.converge("cancel", "run-1", "--undo")
            #expect(cancelled.code == 0 && cancelled.output.hasPrefix("run-1 cancelled"), "\(cancelled)")
        }
        #expect(try takeLog(project) == ["cancelled"])
    }

    @Test func `a run that is killed while something is taken back finishes that first when it is resumed`()
        async throws
    {
        let project = try Project(["order.recipe": Self.order, "hold": ""])
        let started = try project.start(["run", "order.recipe", "--yes"])
        try #require(try await eventually { project.exists("releasing") })
        started.send(SIGKILL)
        _ = await started.end()
        try FileManager.default.removeItem(atPath: project.path("hold"))
        try project.write("", to: "open")
        _ = try takeLog(project)
        let answer = try await project.converge("resume", "run-1", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        let log = try takeLog(project)
        #expect(log.first == "release 7")
        #expect(log.dropFirst().prefix(3).sorted() == ["charge", "pack 7", "reserve"])
        #expect(log.dropFirst(4).sorted() == ["0", "ship", "succeeded"])
    }

    @Test func `what was done side by side is taken back by another process in the order in which it ended`()
        async throws
    {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { @undo: un_a, run: "echo a >> log" }
              step un_a: Shell { run: "echo un_a ${a.code} >> log" }
              step b: Shell { @undo: un_b, run: "echo b >> log" }
              step un_b: Shell { run: "echo un_b ${b.code} >> log" }
              step last: Shell { @needs: [a, b], run: "touch begun; until [ -e go ]; do sleep 0.02; done" }
              finally { step f: Shell { run: "echo ${outcome} >> log" } }
            }

            """
        ])
        let started = try project.start(["run", "w.recipe", "--yes", "--parallelism", "1"])
        try #require(try await eventually { project.exists("begun") })
        started.send(SIGKILL)
        _ = await started.end()
        let answer = try await project.converge("cancel", "run-1", "--undo", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try takeLog(project) == ["a", "b", "un_b 0", "un_a 0", "cancelled"])
        // What failed once comes to its end again, however it ends then.
        let resumed = try project.start(["resume", "run-1", "--parallelism", "1"])
        try project.write("", to: "go")
        #expect(await resumed.end().code == 0)
        #expect(try takeLog(project) == ["a", "b", "succeeded"])
    }

    @Test func `a run that is resumed to its good end says nothing of taking back`() async throws {
        let project = try Project(["order.recipe": Self.order, "broke": ""])
        #expect(try await project.converge("run", "order.recipe", "--yes").code == 1)
        try project.write("", to: "open")
        let resumed = try await project.converge("resume", "run-1")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(!(resumed.output + resumed.errors).contains("aken back"), "\(resumed.output)\(resumed.errors)")
    }

    @Test func `cancelling a run that is under way with --undo lets it finish what it does, and takes all back`()
        async throws
    {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { @undo: un_a, run: "echo a >> log; touch begun; until [ -e go ]; do sleep 0.02; done" }
              step un_a: Shell { run: "echo un_a ${a.code} >> log" }
              step b: Shell { @needs: [a], run: "echo b >> log" }
              finally { step f: Shell { run: "echo ${outcome} >> log" } }
            }

            """
        ])
        let started = try project.start(["run", "w.recipe", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        let cancelling = try project.start(["cancel", "run-1", "--undo", "--json"])
        // It says at once that the run was asked to stop.
        try #require(try await eventually { cancelling.errors.contains("asked to stop") })
        try project.write("", to: "go")
        #expect(await started.end().code == 130)
        let answer = await cancelling.end()
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try statuses(answer) == ["a": "undone", "un_a": "succeeded", "b": "not begun", "f": "succeeded"])
        #expect(try takeLog(project) == ["a", "un_a 0", "cancelled"])
    }

    @Test func `steps with keys are taken back by those of the same key`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              for n in ["x", "y"] {
                step put[n]: Shell { @undo: take[n], run: "echo put ${n} >> log; echo ${n}" }
                step take[n]: Shell { run: "echo take ${put[n].stdout} >> log" }
              }
              step last: Shell { @needs: [put], @retry: { attempts: 2, backoff: 1ms, on: "any" }, run: "echo try >> log; exit 4" }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(answer.code == 1)
        let log = try takeLog(project)
        #expect(log.filter { $0 == "try" }.count == 2)
        #expect(Array(log.suffix(2)).sorted() == ["take x", "take y"])
    }

    @Test func `what is skipped, unchanged or allowed to fail is not taken back`() async throws {
        let project = try Project([
            "w.recipe": """
            param fails: Bool = false
            workflow w {
              step kept: Shell { @undo: un_kept, run: "echo kept >> log; touch kept", writes: ["kept"] }
              step un_kept: Shell { run: "echo un_kept >> log" }
              step no: Shell { @undo: un_no, @when: false, run: "true" }
              step un_no: Shell { run: "echo un_no >> log" }
              step soft: Shell { @undo: un_soft, @on_failure: "continue", run: "exit 2" }
              step un_soft: Shell { run: "echo un_soft >> log" }
              step last: Shell { @needs: [kept, soft], @when: fails, run: "exit 3" }
            }

            """
        ])
        let first = try await project.converge("run", "w.recipe", "--yes")
        #expect(first.code == 1)
        #expect(try takeLog(project) == ["kept"])
        let second = try await project.converge("run", "w.recipe", "--yes", "--set", "fails=true", "--json")
        #expect(second.code == 1)
        #expect(try takeLog(project).isEmpty)
        #expect(try statuses(second)["kept"] == "unchanged")
    }

    @Test func `a step that cannot be taken back for want of what it reads is told`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { @undo: un_a, run: "true" }
              step un_a: Shell { run: "echo ${a.code} ${b.code}" }
              step b: Shell { @needs: [a], run: "exit 1" }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes")
        answer.expectRefusal("E0201", "un_a reads b, which gave nothing", wayOut: "take it back by hand")
        #expect(answer.errors.contains("Not taken back: a."))
    }

    @Test(arguments: [
        ("step a: Shell { @undo: a, run: \"true\" }", "would take itself back"),
        (
            "step a: Shell { @undo: u, run: \"true\" }\nstep b: Shell { @undo: u, run: \"true\" }\nstep u: Shell { run: \"true\" }",
            "is there for two steps"
        ),
        (
            "step a: Shell { @undo: u, run: \"true\" }\nstep u: Shell { @cache: true, run: \"true\" }",
            "'@cache' says nothing at a step that takes another one back"
        ),
        (
            "step a: Shell { @undo: u, run: \"true\" }\nstep u: Shell { run: \"true\" }\nstep b: Shell { run: \"echo ${u.stdout}\" }",
            "'u' runs only to take 'a' back"
        ),
        (
            "finally { step a: Shell { @undo: u, run: \"true\" } }\nstep u: Shell { run: \"true\" }",
            "'finally' begins when everything is taken back already"
        ),
        (
            "step a: Shell { @undo: u, run: \"true\" }\nfinally { step u: Shell { run: \"true\" } }",
            "where it runs whatever happens"
        ),
        (
            "step a: Shell { @needs: [f], run: \"true\" }\nfinally { step f: Shell { run: \"true\" } }",
            "begins once all else has ended"
        ),
        ("if true { finally { step f: Shell { run: \"true\" } } }", "'finally' has no place here"),
        (
            "for n in [\"x\"] { step a[n]: Shell { @undo: u, run: \"true\" } }\nstep u: Shell { run: \"true\" }",
            "would stand in for several steps"
        )
    ])
    func `what could have no meaning is refused`(_ body: String, _ reason: String) async throws {
        let project = try Project(["w.recipe": "workflow w {\n\(body)\n}\n"])
        let answer = try await project.converge("check", "w.recipe")
        #expect(answer.code == 1)
        #expect(answer.errors.contains(reason), "\(answer.errors)")
    }

    @Test func `a failed step of finally fails the run, and the others of it run`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { run: "true" }
              finally {
                step bad: Shell { run: "exit 5" }
                step good: Shell { @needs: [bad], run: "echo ${outcome} > log" }
                step saved: Shell { @recover: spare, run: "exit 6" }
                step spare: Shell { run: "true" }
                step calm: Shell { @recover: unused, run: "true" }
                step unused: Shell { run: "true" }
              }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(answer.code == 1)
        #expect(
            try statuses(answer) == [
                "a": "succeeded", "bad": "failed", "good": "succeeded", "saved": "recovered", "spare": "succeeded",
                "calm": "succeeded", "unused": "skipped"
            ])
        #expect(try project.text(of: "log") == "succeeded\n")
        let again = try await project.converge("resume", "run-1", "--json")
        #expect(try statuses(again)["a"] == "succeeded")
        #expect(again.code == 1)
    }

    @Test func `finally comes after a run that goes on without a failed step, and knows that it failed`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { @on_failure: "continue", run: "exit 1" }
              finally { step f: Shell { run: "echo ${outcome} > log" } }
            }

            """
        ])
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 1)
        #expect(try project.text(of: "log") == "failed\n")
    }
}
