// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Two commands that want the same environment at the same time.
struct LeaseTests {
    /// A project in which an apply is under way, held still until `SIGCONT`.
    private func busy() async throws -> (Project, Started) {
        let notes = (0..<300).map { number in
            number == 0
                ? "resource n0: local.Note { text: \"0\" }"
                : "resource n\(number): local.Note { text: \"\(number) after ${n\(number - 1).id}\" }"
        }
        for _ in 0..<20 {
            let project = try Project(["many.recipe": notes.joined(separator: "\n") + "\n"])
            let first = try project.start(["apply", "many.recipe", "--yes"])
            func status() async throws -> String? {
                try await project.converge("runs", "--json").json.at("runs", "0", "status")?.string
            }
            try #require(try await eventually { try await status() != nil })
            first.send(SIGSTOP)
            if try await status() == "running" { return (project, first) }
            // It was faster than that look.
            first.send(SIGCONT)
            _ = await first.end()
        }
        throw CancellationError()
    }

    @Test func `a second apply is told who holds the environment and since when`() async throws {
        let (project, first) = try await busy()
        let second = try await project.converge("apply", "many.recipe", "--yes")
        second.expectRefusal("L0301", "another process is changing the resources of environment default")
        #expect(second.errors.contains("process \(first.pid)"))
        #expect(second.errors.contains(/since 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d/))
        #expect(second.errors.contains("--wait 30s"))
        first.send(SIGCONT)
        #expect(await first.end().code == 0)
        let plan = try await project.converge("plan", "many.recipe", "--check")
        #expect(plan.code == 0, "the first was not disturbed")
    }

    @Test func `a second apply that waits does its work after the first`() async throws {
        let (project, first) = try await busy()
        try project.write("resource late: local.Note { text: \"late\" }\n", to: "late.recipe")
        let waiting = try project.start(["apply", "late.recipe", "--yes", "--wait", "300s", "--json"])
        first.send(SIGCONT)
        let second = await waiting.end()
        #expect(second.code == 0, "\(second.output)\(second.errors)")
        #expect(try second.json.at("summary", "create") == 1)
        #expect(await first.end().code == 0)
        let runs = try await project.converge("runs", "--json").json
        let ended = try #require(runs.at("runs", "1", "ended")?.string)
        let started = try #require(runs.at("runs", "0", "started")?.string)
        #expect(ended <= started, "one after the other")
    }

    /// The model that the ledger takes for the one in service.
    private func served(_ project: Project) async throws -> Value? {
        try await project.converge("show", "endpoint", "--json").json.at("resources", "0", "outputs", "model")
    }

    @Test func `a run records what it changed of a resource when another process lets it`() async throws {
        let project = try SmallModel.project()
        #expect(try await project.converge("run", "model.recipe", "--yes").code == 0)
        let before = try await served(project)
        let holder = try HeldLease(project)
        let run = try project.start(["run", "model.recipe", "--yes", "--set", "how=next", "--wait", "300s", "--json"])
        try #require(
            try await eventually {
                let latest = try await project.converge("runs", "--json").json.at("runs", "0")
                return latest?.at("workflow") == "serve" && latest?.at("id") != "run-2"
                    && latest?.at("status") == "succeeded"
            })
        #expect(try await served(project) == before, "somebody else may be changing that row")
        holder.free()
        let answer = await run.end()
        #expect(answer.code == 0)
        #expect(try answer.diagnostics.isEmpty)
        #expect(try await served(project) != before)
        #expect(try await project.converge("destroy", "model.recipe", "--yes").code == 0)
    }

    @Test func `a run that waited in vain says what is not recorded, and refresh takes it in`() async throws {
        let project = try SmallModel.project()
        #expect(try await project.converge("run", "model.recipe", "--yes").code == 0)
        let before = try await served(project)
        let holder = try HeldLease(project)
        let answer = try await project.converge("run", "model.recipe", "--yes", "--set", "how=next")
        holder.free()
        #expect(answer.code == 0)
        #expect(answer.errors.contains("warning[L0301]"), "\(answer.errors)")
        #expect(answer.errors.contains("the run is recorded, but not what it changed of endpoint/"))
        #expect(try await served(project) == before)
        #expect(try await project.converge("refresh", "model.recipe").code == 0)
        #expect(try await served(project) != before)
        #expect(try await project.converge("destroy", "model.recipe", "--yes").code == 0)
    }

    @Test func `a lease of a process that was killed is free at once`() async throws {
        let (project, first) = try await busy()
        first.send(SIGKILL)
        #expect(await first.end().code == -SIGKILL)
        let second = try await project.converge("apply", "many.recipe", "--yes", "--json")
        #expect(second.code == 0, "\(second.output)\(second.errors)")
    }

    @Test func `a second run of a workflow mixes nothing into the first`() async throws {
        let project = try Project([
            "work.recipe": """
            param x: Int = 1
            resource house: DataWarehousing {}
            workflow work {
              step t: Transform { in: house, sql: "select ${x} as x" }
              step pause: Shell { @needs: [t], run: "touch begun-${x}; while [ ! -e go ]; do sleep 0.05; done" }
              step u: Transform { @needs: [pause], in: house, sql: "select max(x) as x from ${t.table}" }
              step tell: Shell { @needs: [u], run: "echo ${x} >> ended" }
            }
            workflow other {
              step say: Shell { run: "echo other" }
            }

            """
        ])
        let first = try project.start(["run", "work.recipe", "work", "--yes"])
        try #require(try await eventually { project.exists("begun-1") })
        let second = try await project.converge("run", "work.recipe", "work", "--yes", "--set", "x=2")
        second.expectRefusal("L0301", "another process is running the workflow work of work in environment default")
        #expect(second.errors.contains("process \(first.pid)") && second.errors.contains("--wait 30s"))
        #expect(try await project.converge("run", "work.recipe", "other", "--yes").code == 0, "another workflow may")
        let patient = try project.start(
            ["run", "work.recipe", "work", "--yes", "--set", "x=2", "--wait", "300s", "--json"])
        try project.write("", to: "go")
        #expect(await first.end().code == 0)
        #expect(await patient.end().code == 0)
        #expect(try project.text(of: "ended") == "1\n2\n")
        let runs = try await project.converge("runs", "--json").json
        #expect(runs.at("runs")?.list?.compactMap { $0.at("workflow")?.string } == ["work", "other", "work"])
    }

    @Test func `two workflows that write one table come one after the other`() async throws {
        let project = try Project([
            "work.recipe": """
            resource house: DataWarehousing {}
            workflow first {
              step t: Transform { in: house, table: "shared", sql: "select 1 as x" }
              step pause: Shell { @needs: [t], run: "touch begun; while [ ! -e go ]; do sleep 0.05; done" }
              step u: Transform { @needs: [pause], in: house, sql: "select max(x) as x from ${t.table}" }
              step tell: Shell { @needs: [u], run: "echo first >> ended" }
            }
            workflow second {
              step early: Shell { run: "echo early >> early" }
              step t: Transform { @needs: [early], in: house, table: "Shared", sql: "select 2 as x" }
              step tell: Shell { @needs: [t], run: "echo second >> ended" }
            }
            workflow third {
              step t: Transform { in: house, table: "own", sql: "select count(*) as n from shared" }
            }

            """
        ])
        let first = try project.start(["run", "work.recipe", "first", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        let refused = try await project.converge("run", "work.recipe", "second", "--yes")
        refused.expectRefusal("L0301", "another process is running a workflow that writes the table shared of house")
        #expect(refused.errors.contains("process \(first.pid)") && refused.errors.contains("--wait 30s"))
        #expect(try await project.converge("run", "work.recipe", "third", "--yes").code == 0, "readers may")
        let patient = try project.start(["resume", "run-3", "--wait", "300s"])
        try project.write("", to: "go")
        #expect(await first.end().code == 0)
        #expect(await patient.end().code == 0)
        #expect(try project.text(of: "ended") == "first\nsecond\n")
        #expect(try project.text(of: "early") == "early\n", "what was done is not done again")
        #expect(!project.exists(".converge/locks/table-default.work.house%2Fwarehouse.shared.lock"))
    }

    @Test func `a resumed run keeps the tables that it wrote before`() async throws {
        let project = try Project([
            "work.recipe": """
            resource house: DataWarehousing {}
            workflow first {
              step t: Transform { in: house, table: "shared", sql: "select 1 as x" }
              step pause: Shell { @needs: [t], run: "touch begun; [ -e go ] || exit 1; while [ ! -e end ]; do sleep 0.05; done" }
            }
            workflow second {
              step t: Transform { in: house, table: "shared", sql: "select 2 as x" }
            }

            """
        ])
        #expect(try await project.converge("run", "work.recipe", "first", "--yes").code == 1)
        try FileManager.default.removeItem(atPath: project.path("begun"))
        try project.write("", to: "go")
        let resumed = try project.start(["resume", "run-2"])
        try #require(try await eventually { project.exists("begun") })
        try await project.converge("run", "work.recipe", "second", "--yes").expectRefusal("L0301", "the table shared")
        try project.write("", to: "end")
        #expect(await resumed.end().code == 0)
        #expect(try await project.converge("run", "work.recipe", "second", "--yes").code == 0)
    }

    @Test func `a resume waits for the process that is at work on the run, if it may`() async throws {
        let project = try Project([
            "work.recipe": """
            workflow work {
              step long: Shell { run: "touch begun; while [ ! -e go ]; do sleep 0.05; done" }
            }

            """
        ])
        let first = try project.start(["run", "work.recipe", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        try await project.converge("resume", "run-1").expectRefusal("L0301", "another process is executing run-1")
        let patient = try project.start(["resume", "run-1", "--wait", "300s"])
        try project.write("", to: "go")
        #expect(await first.end().code == 0)
        let answer = await patient.end()
        #expect(answer.errors.contains("run-1 has ended well"), "\(answer.output)\(answer.errors)")
    }
}

/// The apply lease of a project's environment, held by the test.
private final class HeldLease: Sendable {
    private let descriptor: Int32

    init(_ project: Project) throws {
        descriptor = open(project.path(".converge/locks/apply-default.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        // Linux' F_OFD_SETLK: the lock is of this descriptor, not of the process.
        guard descriptor >= 0, fcntl(descriptor, 37, &lock) == 0 else { throw POSIXError(.EAGAIN) }
    }

    func free() { close(descriptor) }
}
