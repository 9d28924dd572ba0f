// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Runs that wait for times, signals and people.
struct WaitTests {
    private static let release = """
        workflow release {
          step build: Shell { run: "echo build >> log; echo 1.2" }
          step allow: Approve { by: BY, text: "release ${build.stdout}?", expires: 1d }
          step ship: Shell { run: "echo ship for ${allow.by} >> log" }
          output why = allow.why
        }

        """

    private let me = ProcessInfo.processInfo.userName

    private func release(by people: String) throws -> Project {
        try Project(["release.recipe": Self.release.replacing("BY", with: people)])
    }

    private func log(_ project: Project) throws -> [String] {
        project.exists("log") ? try project.text(of: "log").split(separator: "\n").map(String.init) : []
    }

    @Test func `a run waits for approval without a process, and goes on with it`() async throws {
        let project = try release(by: "[\"\(me)\", \"ana\"]")
        let run = try await project.converge("run", "release.recipe", "--yes")
        #expect(run.code == 3, "\(run.output)\(run.errors)")
        #expect(run.output.contains("run-1 waiting (1 executed, 1 waiting, 1 not begun)."))
        #expect(run.errors.contains("allow waits for approval by \(me) or ana: release 1.2?"))
        #expect(run.errors.contains("`approve run-1 allow` lets it go on."))
        let shown = try await project.converge("show", "run-1", "--json").json
        #expect(shown.at("run", "status")?.string == "waiting")
        #expect(shown.at("steps", "1", "waits_for", "signal")?.string == "approval of allow")
        #expect(try await project.converge("resume", "run-1").code == 3)
        let approved = try await project.converge("approve", "run-1", "--why", "tested", "--json")
        #expect(approved.code == 0, "\(approved.output)\(approved.errors)")
        #expect(try approved.json.at("outputs", "why")?.string == "tested")
        #expect(try log(project) == ["build", "ship for \(me)"])
        let again = try await project.converge("approve", "run-1")
        again.expectRefusal("E0203", "run-1 waits for no approval", wayOut: "show run-1")
        #expect(try await project.converge("audit").output.contains("approve"))
    }

    @Test func `a run that goes on without a failed step waits all the same, and fails in the end`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step soft: Shell { @on_failure: "continue", run: "exit 3" }
              step pause: Wait { signal: "go" }
              finally { step tell: Shell { run: "echo ${outcome} >> log" } }
            }

            """
        ])
        let run = try await project.converge("run", "w.recipe", "--yes")
        #expect(run.code == 3, "\(run.output)\(run.errors)")
        #expect(try log(project).isEmpty)
        #expect(try await project.converge("signal", "run-1", "go").code == 1)
        #expect(try log(project) == ["failed"])
    }

    @Test func `a run whose approval was denied is over, and is not taken back a second time`() async throws {
        let project = try Project([
            "release.recipe": """
            workflow release {
              step build: Shell { @undo: clean, run: "echo build >> log" }
              step clean: Shell { run: "echo clean >> log" }
              step allow: Approve { @needs: [build], text: "release?" }
              finally { step tell: Shell { run: "echo ${outcome} >> log" } }
            }

            workflow whole {
              step part: Run { workflow: "release" }
            }

            """
        ])
        #expect(try await project.converge("run", "release.recipe", "release", "--yes").code == 3)
        let later = try await project.converge("approve", "run-1", "--deny", "--why", "not on a Friday", "--later")
        #expect(later.code == 0, "\(later.errors)")
        // It is the run that takes what was said.
        let denied = try await project.converge("resume", "run-1")
        denied.expectRefusal("D1101", "\(me) denied it: not on a Friday")
        #expect(denied.errors.contains("the run is over, and `run release.recipe release` asks anew."))
        #expect(try log(project) == ["build", "clean", "failed"])
        for _ in 1...2 {
            try await project.converge("resume", "run-1").expectRefusal(
                "E0108", "run-1 is over: \(me) denied 'allow': not on a Friday", wayOut: "run release.recipe release")
        }
        #expect(try log(project) == ["build", "clean", "failed"])
        #expect(try await project.converge("show", "run-1", "--json").json.at("run", "status")?.string == "failed")

        #expect(try await project.converge("run", "release.recipe", "whole", "--yes").code == 3)
        try await project.converge("approve", "run-3", "--deny").expectRefusal("E0205", "run-3 of release failed")
        try await project.converge("resume", "run-2").expectRefusal(
            "E0108", "run-2 is over: \(me) denied 'allow' of run-3", wayOut: "run release.recipe whole")
    }

    @Test func `a run that failed beside a denial which something stands in for is gone on with`() async throws {
        let project = try Project([
            "release.recipe": """
            workflow release {
              step allow: Approve { @recover: anyway, text: "release?" }
              step anyway: Shell { run: "echo anyway >> log" }
              step ship: Shell { @needs: [allow], run: "echo ship >> log; test -e ready" }
            }

            """
        ])
        #expect(try await project.converge("run", "release.recipe", "--yes").code == 3)
        try await project.converge("approve", "run-1", "--deny").expectRefusal("D0801", "ended with code 1")
        try project.write("", to: "ready")
        let resumed = try await project.converge("resume", "run-1")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(try log(project) == ["anyway", "ship", "ship"])
    }

    @Test func `only those who are named may approve`() async throws {
        let project = try release(by: "[\"somebody-else\"]")
        #expect(try await project.converge("run", "release.recipe", "--yes").code == 3)
        let answer = try await project.converge("approve", "run-1")
        answer.expectRefusal("E0204", "\(me) may not approve allow of run-1", wayOut: "ask one of them")
        #expect(answer.errors.contains("somebody-else may"))
        #expect(try await project.converge("show", "run-1").output.contains("waiting"))
    }

    @Test func `an approval that nobody gives in time fails`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w { step allow: Approve { text: "go?", expires: 50ms } }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes")
        answer.expectRefusal("D1101", "nobody approved until", wayOut: "raise `expires`")
    }

    @Test func `@timeout counts from the beginning of a step that waits`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w { step allow: Approve { text: "go?", @timeout: 100ms } }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes")
        answer.expectRefusal("E0105", "allow took longer than 100ms")
    }

    @Test func `a run takes a signal that comes while it works, and one that comes while nobody is there`() async throws
    {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step slow: Shell { run: "touch begun; until [ -e go ]; do sleep 0.02; done" }
              step early: Wait { signal: "early" }
              step next: Shell { run: "echo ${early.value["n"]} >> log; touch go" }
              step late: Wait { signal: "late", duration: 1h }
              step last: Shell { @needs: [late], run: "echo last >> log" }
              output late = late.value
              output signalled = late.signalled
            }

            """
        ])
        let started = try project.start(["run", "w.recipe", "--yes", "--json"])
        try #require(try await eventually { project.exists("begun") })
        try #require(
            try await eventually { try await project.converge("signal", "run-1", "early", "{ n: 7 }").code == 0 })
        let ended = await started.end()
        #expect(ended.code == 3, "\(ended.output)\(ended.errors)")
        #expect(try log(project) == ["7"])
        let unknown = try await project.converge("signal", "run-1", "lates")
        unknown.expectRefusal("E0203", "run-1 waits for no signal 'lates'")
        #expect(unknown.errors.contains("it waits for late"))
        let later = try await project.converge("signal", "run-1", "late", "two words", "--later")
        #expect(later.code == 0)
        #expect(later.output.contains("`resume run-1` goes on with it"))
        let resumed = try await project.converge("resume", "run-1", "--json")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(try resumed.json.at("outputs", "late")?.string == "two words")
        #expect(try resumed.json.at("outputs", "signalled")?.bool == true)
        #expect(try log(project) == ["7", "last"])
    }

    @Test func `a literal that cannot be read is refused, and anything else is text`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step late: Wait { signal: "late", duration: 1h }
              output late = late.value
            }

            """
        ])
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 3)
        for word in ["{ a: 1", "[1, 2", "\"open", " { a: }"] {
            let answer = try await project.converge("signal", "run-1", "late", word)
            #expect(answer.code == 1 && answer.errors.contains("error[S"), "\(word): \(answer.errors)")
        }
        #expect(try await project.converge("show", "run-1").output.contains("waiting"))
        let given = try await project.converge("signal", "run-1", "late", "it's (fine", "--json")
        #expect(given.code == 0, "\(given.output)\(given.errors)")
        #expect(try given.json.at("outputs", "late")?.string == "it's (fine")
    }

    @Test func `a run that has been cancelled is cancelled already`() async throws {
        let project = try release(by: "[]")
        #expect(try await project.converge("run", "release.recipe", "--yes").code == 3)
        #expect(try await project.converge("cancel", "run-1").code == 0)
        let again = try await project.converge("cancel", "run-1")
        #expect(again.code == 1 && again.errors.contains("run-1 is cancelled already"), "\(again.errors)")
    }

    @Test func `an environment that is not declared is refused where a run is named`() async throws {
        let project = try release(by: "[]")
        #expect(try await project.converge("run", "release.recipe", "--yes").code == 3)
        let commands = [
            ["approve", "run-1"], ["signal", "run-1", "late"], ["show", "run-1"], ["logs", "run-1"],
            ["resume", "run-1"], ["cancel", "run-1"], ["export", "terraform"]
        ]
        for words in commands {
            try await project.run(words + ["--env", "nope"])
                .expectRefusal("X0112", "there is no environment 'nope'")
        }
        #expect(try await project.converge("show", "run-1", "--env", "default").output.contains("waiting"))
    }

    @Test func `short times are waited for, and a run that was killed meanwhile waits no longer than the rest`()
        async throws
    {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step pause: Wait { duration: 3s }
              step last: Shell { @needs: [pause], run: "echo last >> log" }
              output at = pause.at
            }

            """
        ])
        let started = try project.start(["run", "w.recipe", "--yes", "--events"])
        try #require(try await eventually { started.output.contains("operation_paused") })
        started.send(SIGKILL)
        _ = await started.end()
        let before = try await project.converge("show", "run-1", "--json").json
        #expect(before.at("run", "status")?.string == "interrupted")
        let resumed = try await project.converge("resume", "run-1", "--json")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        let began = try #require(Self.time(before.at("steps", "0", "started")))
        let end = try #require(Self.time(try resumed.json.at("outputs", "at")))
        #expect(end.since(began) < .seconds(4))
        #expect(try log(project) == ["last"])
    }

    private static func time(_ value: Value?) -> Timestamp? { (value?.string).flatMap { Timestamp($0) } }

    @Test func `a run that waits is cancelled like any other`() async throws {
        let project = try release(by: "[]")
        #expect(try await project.converge("run", "release.recipe", "--yes").code == 3)
        let cancelled = try await project.converge("cancel", "run-1")
        #expect(cancelled.output.contains("run-1 waited; it is closed now"))
        #expect(try await project.converge("runs").output.contains("cancelled"))
        #expect(try await project.converge("approve", "run-1", "--later").code == 0)
        #expect(try await project.converge("resume", "run-1").code == 0)
    }

    @Test func `several approvals are told apart, those of steps with keys too`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              for name in ["eu", "us"] {
                step allow[name]: Approve { text: "release to ${name}?" }
                step ship[name]: Shell { @needs: [allow[name]], run: "echo ${name} >> log" }
              }
            }

            """
        ])
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 3)
        let which = try await project.converge("approve", "run-1")
        which.expectRefusal("E0203", "run-1 waits for several approvals", wayOut: "release to us?")
        #expect(which.errors.contains("approve run-1 'allow[\"eu\"]'"))
        #expect(try await project.converge("approve", "run-1", "allow[\"us\"]").code == 3)
        #expect(try log(project) == ["us"])
        #expect(try await project.converge("approve", "run-1").code == 0)
        #expect(try log(project) == ["us", "eu"])
    }

    @Test func `what is done at the end has no time to wait`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow ask {
              step allow: Approve { text: "sure?" }
            }

            workflow w {
              param last: String = "ask"
              step a: Shell { run: "true" }
              finally { step sure: Run { workflow: last } }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "w", "--yes")
        answer.expectRefusal("E0202", "sure would wait for allow of run-2", wayOut: "as a step of its own")
    }

    @Test func `the daemon goes on with runs whose time or signal has come, whoever began them`() async throws {
        let served = try ServedProject([
            "w.recipe": """
            workflow w {
              step first: Wait { signal: "go" }
              step pause: Wait { @needs: [first], duration: 61s, signal: "soon" }
              step last: Shell { @needs: [pause], run: "echo last >> log" }
              on schedule "0 0 1 1 *"
            }

            """
        ])
        #expect(try await served.project.converge("run", "w.recipe", "--yes").code == 3)
        let daemon = try await served.serve()
        let given = try await served.project.converge("signal", "run-1", "go")
        #expect(given.code == 0)
        #expect(given.output.contains("the daemon goes on with it"))
        #expect(
            try await eventually {
                try await served.project.converge("show", "run-1", "--json").json.at("steps", "1", "waits_for") != nil
            })
        #expect(try await served.project.converge("signal", "run-1", "soon").code == 0)
        #expect(try await eventually { try served.lines("log") == ["last"] })
        #expect(
            try await eventually {
                try await served.project.converge("show", "run-1", "--json").json.at("run", "status")?.string
                    == "succeeded"
            })
        let answer = try await served.end(daemon)
        #expect(try answer.events("resumed").count == 2)
    }

    // MARK: @priority, @rate

    @Test func `of steps that could begin those of higher priority do first`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step low: Shell { @priority: -1, run: "echo low >> log" }
              step plain: Shell { run: "echo plain >> log" }
              step high: Shell { @priority: 10, run: "echo high >> log" }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--parallelism", "1")
        #expect(answer.code == 0, "\(answer.errors)")
        #expect(try log(project) == ["high", "plain", "low"])
    }

    @Test func `a failed step lets none begin that only wait for a free place`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step bad: Shell { run: "exit 1" }
              step other: Shell { run: "echo other >> log" }
            }

            """
        ])
        #expect(try await project.converge("run", "w.recipe", "--yes", "--parallelism", "1").code == 1)
        #expect(try log(project).isEmpty)
    }

    @Test func `so many steps of a paced group begin in its time`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              for n in range(5) {
                step call[string(n)]: Shell { @rate: { group: "api", limit: 2, per: 400ms }, run: "true" }
              }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes")
        #expect(answer.code == 0, "\(answer.errors)")
        let steps = try await project.converge("show", "run-1", "--json").json.at("steps")?.list ?? []
        let starts = steps.compactMap { Self.time($0.at("started")) }.sorted()
        try #require(starts.count == 5)
        for (first, third) in zip(starts, starts.dropFirst(2)) {
            // The beginning of a step is noted a little after it was let begin.
            #expect(third.since(first) > .milliseconds(350))
        }
    }

    @Test func `two rates of one group, and rates that cannot be, are told`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { @rate: { group: "g", limit: 2 }, run: "true" }
              step b: Shell { @rate: { group: "g", limit: 3 }, run: "true" }
            }

            """,
            "v.recipe": """
            workflow v { step a: Shell { @rate: { group: "g", limit: 0 }, run: "true" } }

            """,
            "u.recipe": """
            workflow u { step a: Shell { @rate: 5, run: "true" } }

            """
        ])
        try await project.converge("check", "w.recipe").expectRefusal("R0209", "'@rate' has two limits")
        try await project.converge("check", "v.recipe").expectRefusal("R0209", "a limit from 1", wayOut: "R0209")
        try await project.converge("check", "u.recipe").expectRefusal("R0209", "'@rate' takes group, limit and per")
    }
}
