// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// How steps end, come back, branch and multiply, through the executable.
struct StepFlowTests {
    // MARK: Process groups

    /// A step whose program has children and grandchildren, some of which do not want to end.
    private func family(_ meta: String) throws -> Project {
        let program = """
            sleep 617 & echo $! >> family
            (trap '' TERM INT HUP; sleep 618 & echo $! >> family; wait) &
            (sh -c "sleep 619 & echo \\$! >> family; wait") &
            until [ "$(wc -l < family)" = 3 ]; do sleep 0.05; done
            touch begun
            wait
            """
        return try Project([
            "family.sh": program,
            "work.recipe": "workflow work {\n  step big: Shell { \(meta)command: [\"sh\", \"family.sh\"] }\n}\n"
        ])
    }

    private func expectNobodyLeft(_ project: Project) async throws {
        let pids = try project.text(of: "family").split(separator: "\n").compactMap { Int32($0) }
        #expect(pids.count == 3)
        #expect(try await eventually { !pids.contains(where: isAlive) }, "somebody of \(pids) is alive")
    }

    @Test func `a second cancel ends a step with everything that its program started`() async throws {
        let project = try family("")
        let started = try project.start(["run", "work.recipe", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        #expect(try await project.converge("cancel", "run-1").code == 0)
        try #require(try await eventually { !started.hasPending(SIGINT) })
        #expect(try await project.converge("cancel", "run-1").code == 0)
        let answer = await started.end()
        #expect(answer.code == 130, "\(answer.output)\(answer.errors)")
        try await expectNobodyLeft(project)
    }

    @Test func `a step that outlives its time ends with everything that its program started`() async throws {
        let project = try family("@timeout: 3s, ")
        let answer = try await project.converge("run", "work.recipe", "--yes")
        #expect(answer.code == 1 && answer.errors.contains("took longer than 3s"), "\(answer.output)\(answer.errors)")
        try await expectNobodyLeft(project)
    }

    // MARK: @retry

    private func retries(_ answer: Project.Answer) throws -> [Double] {
        try answer.output.split(separator: "\n").map { try Value(json: String($0)) }
            .filter { $0.at("event")?.string == "operation_retry" }.compactMap {
                if case .float(let seconds)? = $0.at("after_seconds") { seconds } else { nil }
            }
    }

    @Test(arguments: [("\"transient\"", 1), ("\"any\"", 4), ("[\"D0801\"]", 4), ("[\"D0101\"]", 1)])
    func `a step comes back for the class of error that it names, and for no other`(on: String, times: Int) async throws
    {
        let project = try Project([
            "w.recipe":
                "workflow w {\n  step s: Shell { @retry: { attempts: 4, backoff: 20ms, on: \(on) }, run: \"echo try >> log; exit 3\" }\n}\n"
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--events")
        #expect(answer.code == 1)
        #expect(try project.text(of: "log").split(separator: "\n").count == times, "\(answer.output)")
        let waits = try retries(answer)
        #expect(waits.count == times - 1)
        // Doubled each time, with up to a quarter more or less.
        for (offset, wait) in waits.enumerated() {
            let middle = 0.02 * Double(1 << offset)
            #expect(wait >= middle * 0.74 && wait <= middle * 1.26, "\(waits)")
        }
    }

    @Test func `a server that is not there yet is asked again, and what was sent to it is sent once`() async throws {
        // Below the ports that the system gives by itself.
        let port = Int.random(in: 20_000..<32_000)
        let project = try Project([
            "server.py": """
            import http.server, sys
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    open("asked", "a").write("x")
                    self.send_response(200); self.end_headers()
                def log_message(self, *a): pass
            http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()

            """,
            "w.recipe": """
            workflow w {
              step s: Http { @retry: { attempts: 20, backoff: 100ms }, method: "POST", url: "http://127.0.0.1:\(port)/" }
            }
            workflow once {
              step s: Http { @retry: { attempts: 3, backoff: 1ms, on: "C0503" }, method: "POST", url: "http://127.0.0.1:1/" }
            }

            """
        ])
        let run = try project.start(["run", "w.recipe", "w", "--yes", "--events"])
        try #require(try await eventually { run.output.contains("operation_retry") })
        let server = try project.startProgram(["python3", "server.py", "\(port)"])
        let answer = await run.end()
        server.send(SIGTERM)
        _ = await server.end()
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(answer.output.contains("C0502"))
        #expect(try project.text(of: "asked") == "x")
        let refused = try await project.converge("run", "w.recipe", "once", "--yes", "--events")
        #expect(refused.code == 1)
        #expect(try retries(refused).isEmpty, "another class of error")
    }

    // MARK: Branches and fan-out over outputs

    @Test(arguments: [("big", "large"), ("small", "little")])
    func `a branch is taken by an output, and its steps alone are executed`(word: String, taken: String) async throws {
        let project = try Project([
            "word": word + "\n",
            "w.recipe": """
            workflow w {
              step look: Shell { run: "cat word" }
              if trim(look.stdout) == "big" {
                step large: Shell { run: "echo large >> log" }
              } else {
                step little: Shell { run: "echo little >> log" }
              }
              step last: Shell { run: "echo last >> log", @needs: [look] }
              output said = large?.stdout ?? "none"
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(Set(try project.text(of: "log").split(separator: "\n").map(String.init)) == [taken, "last"])
        let steps = try answer.json.at("steps")?.list?.compactMap { $0.at("name")?.string } ?? []
        #expect(Set(steps) == ["look", taken, "last"], "\(steps)")
    }

    @Test func `a loop over an output makes a step for each item, whose outputs come together again`() async throws {
        let project = try Project([
            "names": "ann bob eve\n",
            "w.recipe": """
            workflow w {
              step names: Shell { run: "cat names" }
              for name in split(trim(names.stdout), " ") {
                step greet[name]: Shell { run: "echo hello ${name}" }
              }
              step all: Shell { run: "echo ${join([g.stdout for g in values(greet)], "")}" }
              output greeted = keys(greet)
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try answer.json.at("outputs", "greeted")?.list == ["ann", "bob", "eve"])
        let steps = try answer.json.at("steps")?.list?.compactMap { $0.at("name")?.string } ?? []
        #expect(Set(steps) == ["names", #"greet["ann"]"#, #"greet["bob"]"#, #"greet["eve"]"#, "all"], "\(steps)")
    }
}
