// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What the meta fields of steps make of a run.
struct StepControlTests {
    private func statuses(_ answer: Project.Answer) throws -> [String: String] {
        let steps = try answer.json.at("steps")?.list ?? []
        return Dictionary(
            steps.map { ($0.at("name")?.string ?? "", $0.at("status")?.string ?? "") },
            uniquingKeysWith: { first, _ in first })
    }

    // MARK: @cache

    @Test func `@cache decides whether a step whose result is known runs again`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step always: Shell { @cache: false, run: "echo always >> log; touch made", writes: ["made"] }
              step known: Shell { run: "echo known >> log; touch kept", writes: ["kept"] }
              step plain: Shell { run: "echo plain >> log" }
              step trusted: Shell { @cache: true, run: "echo trusted >> log; cat in", reads: ["in"] }
              step young: Shell { @cache: 1h, run: "echo young >> log" }
              step old: Shell { @cache: 1ms, run: "echo old >> log" }
              step gone: Shell { @cache: true, run: "echo gone >> log; touch away", writes: ["away"] }
            }

            """, "in": "1\n"
        ])
        let all = ["always", "gone", "known", "old", "plain", "trusted", "young"]
        func runs(_ words: String..., afterwards: [String]) async throws {
            try project.write("", to: "log")
            let answer = try await project.run(["run", "w.recipe", "--yes", "--json"] + words)
            #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
            #expect(try project.text(of: "log").split(separator: "\n").map(String.init).sorted() == afterwards)
            let executed = try statuses(answer).filter { $0.value == "succeeded" }.keys.sorted()
            #expect(executed == afterwards)
        }
        try await runs(afterwards: all)
        try await runs(afterwards: ["always", "old", "plain"])
        try project.write("2\n", to: "in")
        try FileManager.default.removeItem(atPath: project.path("away"))
        try await runs(afterwards: ["always", "gone", "old", "plain", "trusted"])
        try await runs("--fresh", afterwards: all)
    }

    // MARK: @concurrency

    @Test func `steps of a group are under way one at a time, those of a larger one together up to its limit`()
        async throws
    {
        let project = try Project([
            "w.recipe": """
            workflow w {
              for n in range(6) {
                step one[string(n)]: Shell {
                  @concurrency: "lock"
                  run: "mkdir lock && sleep 0.1 && rmdir lock"
                }
              }
              step left: Shell {
                @concurrency: { group: "pair", limit: 2 }
                run: "touch left; until [ -e right ]; do sleep 0.02; done"
              }
              step right: Shell {
                @concurrency: { group: "pair", limit: 2 }
                run: "touch right; until [ -e left ]; do sleep 0.02; done"
              }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--json", "--parallelism", "8")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try statuses(answer).values.allSatisfy { $0 == "succeeded" })
        #expect(try statuses(answer).count == 8)
    }

    @Test func `a failed step begins no more of its group`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { @concurrency: "g", run: "exit 1" }
              step b: Shell { @concurrency: "g", run: "touch b" }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(answer.code == 1)
        #expect(try statuses(answer) == ["a": "failed", "b": "not begun"])
        #expect(!project.exists("b"))
    }

    @Test func `two limits of one group are told with both places`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Shell { @concurrency: { group: "g", limit: 2 }, run: "true" }
              step b: Shell { @concurrency: "g", run: "true" }
            }

            """
        ])
        let answer = try await project.converge("check", "w.recipe")
        answer.expectRefusal("R0209", "has two limits", wayOut: "say the same limit")
        #expect(answer.errors.contains("2 here"))
        #expect(answer.errors.contains("1 here"))
    }

    // MARK: @recover

    @Test func `a step stands in for one that has failed, and the run goes on with its outputs`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step first: Shell { @recover: second, @retry: { attempts: 2, backoff: 1ms, on: "any" }, run: "echo first >> log; exit 3" }
              step second: Shell { run: "echo second >> log; echo from the second" }
              step reader: Shell { run: "echo ${first.stdout}" }
              step calm: Shell { @recover: unused, run: "echo calm" }
              step unused: Shell { run: "touch unused" }
              output word = reader.stdout
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try answer.json.at("run", "status")?.string == "succeeded")
        #expect(try answer.json.at("outputs", "word")?.string == "from the second")
        #expect(
            try statuses(answer) == [
                "first": "recovered", "second": "succeeded", "reader": "succeeded", "calm": "succeeded",
                "unused": "skipped"
            ])
        #expect(try project.text(of: "log") == "first\nfirst\nsecond\n")
        #expect(!project.exists("unused"))
        let told = try await project.converge("run", "w.recipe", "--yes")
        #expect(told.output.contains("succeeded (3 executed, 1 recovered, 1 skipped)."), "\(told.output)")
    }

    @Test func `where the step that stands in fails too, both are told and the run fails`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step first: Shell { @recover: second, run: "exit 3" }
              step second: Shell { run: "exit 4" }
              step reader: Shell { @needs: [first], run: "touch read" }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(answer.code == 1)
        #expect(try statuses(answer) == ["first": "failed", "second": "failed", "reader": "not begun"])
        #expect(
            try answer.diagnostics.compactMap { $0.at("message")?.string }.map { $0.contains("3") } == [true, false])
        #expect(!project.exists("read"))
        // The step itself is tried once more, and then the one that stands in for it.
        let again = try await project.converge("resume", "run-1", "--json")
        #expect(again.code == 1)
        #expect(try statuses(again) == ["first": "failed", "second": "failed", "reader": "not begun"])
    }

    @Test func `a run that is killed while a step stands in goes on with that one`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step first: Shell { @recover: second, run: "echo first >> log; exit 3" }
              step second: Shell { run: "echo second >> log; touch begun; until [ -e go ]; do sleep 0.02; done" }
              step last: Shell { @needs: [first], run: "echo last >> log" }
            }

            """
        ])
        let started = try project.start(["run", "w.recipe", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        started.send(SIGKILL)
        _ = await started.end()
        try project.write("", to: "go")
        let answer = try await project.converge("resume", "run-1", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try project.text(of: "log") == "first\nsecond\nsecond\nlast\n")
        #expect(try statuses(answer) == ["first": "recovered", "second": "succeeded", "last": "succeeded"])
    }

    @Test(arguments: [1, 2])
    func `a run that is stopped while a step stands in goes on with that one`(requests: Int) async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step first: Shell { @recover: second, run: "echo first >> log; exit 3" }
              step second: Shell { run: "echo second >> log; touch begun; until [ -e go ]; do sleep 0.02; done" }
              step last: Shell { @needs: [first], run: "echo last >> log" }
            }

            """
        ])
        let started = try project.start(["run", "w.recipe", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        for _ in 0..<requests {
            started.send(SIGINT)
            try #require(try await eventually { !started.hasPending(SIGINT) })
        }
        // Asked once, it finishes what is in flight.
        if requests == 1 { try project.write("", to: "go") }
        let stopped = await started.end()
        #expect(stopped.code == 130, "\(stopped.output)\(stopped.errors)")
        #expect(stopped.output.contains("run-1 cancelled"))
        try project.write("", to: "go")
        let answer = try await project.converge("resume", "run-1", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try project.text(of: "log") == "first\n" + String(repeating: "second\n", count: requests) + "last\n")
        #expect(try statuses(answer) == ["first": "recovered", "second": "succeeded", "last": "succeeded"])
    }
}
