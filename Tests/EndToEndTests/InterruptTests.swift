// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Commands that are asked to stop: what is in flight is finished and recorded, and the same command goes on.
struct InterruptTests {
    private func chain(_ count: Int) -> String {
        (0..<count).map { number in
            number == 0
                ? "resource n0: local.Note { text: \"0\" }\n"
                : "resource n\(number): local.Note { text: \"\(number) after ${n\(number - 1).id}\" }\n"
        }.joined()
    }

    /// An apply of 300 notes that is held still, until `SIGCONT`, when some are made.
    private func halfway() async throws -> (Project, Started) {
        for _ in 0..<20 {
            let project = try Project(["many.recipe": chain(300)])
            let started = try project.start(["apply", "many.recipe", "--yes"])
            func count() async throws -> Int {
                try await project.converge("show", "--json").json.at("resources")?.list?.count ?? 0
            }
            try #require(try await eventually { try await count() > 2 })
            started.send(SIGSTOP)
            if try await count() < 300 { return (project, started) }
            // It was faster than that look.
            started.send(SIGCONT)
            _ = await started.end()
        }
        throw CancellationError()
    }

    @Test func `an interrupted apply ends with 130 and goes on where it stopped`() async throws {
        let (project, started) = try await halfway()
        started.send(SIGINT)
        started.send(SIGCONT)
        let answer = await started.end()
        #expect(answer.code == 130, "\(answer.output)\(answer.errors)")
        #expect(answer.errors.contains("The same command goes on from there"))

        let shown = try await project.converge("show", "--json").json
        let made = try #require(shown.at("resources")?.list)
        #expect(made.count > 2 && made.count < 300)
        #expect(made.allSatisfy { $0.at("status")?.string == "ready" }, "nothing is half recorded")
        let runs = try await project.converge("runs", "--json").json
        #expect(runs.at("runs", "0", "status")?.string == "cancelled")

        let again = try await project.converge("apply", "many.recipe", "--yes", "--json")
        #expect(again.code == 0, "\(again.output)\(again.errors)")
        #expect(try again.json.at("summary", "create")?.int == Int64(300 - made.count))
    }

    /// Two steps, of which the first waits until the test lets it go.
    private func twoSteps() throws -> Project {
        try Project([
            "work.recipe": """
            workflow work {
              step first: Shell { run: "echo first >> log; touch begun; while [ ! -e go ]; do sleep 0.05; done; echo ended >> log" }
              step second: Shell { @needs: [first], run: "echo second >> log" }
            }

            """
        ])
    }

    private func begin(_ project: Project) async throws -> Started {
        let started = try project.start(["run", "work.recipe", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        return started
    }

    @Test func `an interrupted run finishes the step in flight, and resume does the rest`() async throws {
        let project = try twoSteps()
        let started = try await begin(project)
        started.send(SIGINT)
        try project.write("", to: "go")
        let answer = await started.end()
        #expect(answer.code == 130, "\(answer.output)\(answer.errors)")
        #expect(try project.text(of: "log") == "first\nended\n")
        let runs = try await project.converge("runs", "--json").json
        #expect(runs.at("runs", "0", "status")?.string == "cancelled")

        let resumed = try await project.converge("resume", "run-1", "--json")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(try resumed.json.at("run", "id")?.string == "run-1")
        #expect(try project.text(of: "log") == "first\nended\nsecond\n")
        try await project.converge("resume", "run-1").expectRefusal("E0108", "run-1 has ended well")
    }

    @Test(arguments: [SIGTERM, SIGHUP])
    func `a run that is told to end, or whose terminal is closed, finishes the step in flight`(
        _ signal: Int32
    ) async throws {
        let project = try twoSteps()
        let started = try await begin(project)
        started.send(signal)
        try project.write("", to: "go")
        let answer = await started.end()
        #expect(answer.code == 130, "\(answer.output)\(answer.errors)")
        #expect(try project.text(of: "log") == "first\nended\n")
        #expect(try await project.converge("runs", "--json").json.at("runs", "0", "status") == "cancelled")
        #expect(try await project.converge("resume", "run-1").code == 0)
    }

    @Test func `a run goes on without its terminal where nohup asks for that`() async throws {
        let project = try twoSteps()
        let begun = Task {
            try await project.program("sh", "-c", "trap '' HUP; exec '\(Project.executable)' run work.recipe --yes")
        }
        try #require(try await eventually { project.exists("begun") })
        let folder = project.folder.resolvingSymlinksInPath().path
        let own = processes(with: "run work.recipe --yes").filter { pid in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) == folder
        }
        try #require(own.count == 1, "nobody to send the signal to")
        #expect(kill(own[0], SIGHUP) == 0)
        try project.write("", to: "go")
        #expect(try await begun.value.code == 0)
        #expect(try project.text(of: "log") == "first\nended\nsecond\n")
    }

    @Test func `a second interrupt stops what is in flight`() async throws {
        let project = try twoSteps()
        let started = try await begin(project)
        started.send(SIGINT)
        try #require(try await eventually { !started.hasPending(SIGINT) })
        started.send(SIGINT)
        let answer = await started.end()
        #expect(answer.code == 130, "\(answer.output)\(answer.errors)")
        #expect(try project.text(of: "log") == "first\n")
        #expect(processes(with: project.folder.path).isEmpty)
    }

    @Test func `a run is cancelled from another process`() async throws {
        let project = try twoSteps()
        let started = try await begin(project)
        let cancel = try await project.converge("cancel", "run-1")
        #expect(cancel.code == 0, "\(cancel.errors)")
        try project.write("", to: "go")
        let answer = await started.end()
        #expect(answer.code == 130, "\(answer.output)\(answer.errors)")
        #expect(try project.text(of: "log") == "first\nended\n")
        let resumed = try await project.converge("resume", "run-1")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(try project.text(of: "log") == "first\nended\nsecond\n")
        let late = try await project.converge("cancel", "run-1")
        #expect(late.code == 1)
        #expect(late.errors.contains("run-1 has succeeded already"))
    }

    @Test func `a run that nobody knows is neither cancelled, resumed nor shown`() async throws {
        let project = try twoSteps()
        for verb in ["cancel", "resume", "show", "logs"] {
            try await project.converge(verb, "run-99").expectRefusal("E0107", "there is no run 'run-99'")
        }
    }

    @Test func `who looks at a platform that does not answer is let go at the first interrupt`() async throws {
        try await Forge.serving(try Project()) { url in
            let project = try Project([
                "shop.recipe": "resource p: forge.Part { name: \"p\", finish: \"polished\" }\n",
                "silent.py": """
                import socket
                server = socket.create_server(("127.0.0.1", 0))
                open("port.new", "w").write(str(server.getsockname()[1]))
                __import__("os").rename("port.new", "port")
                asked = []
                while True:
                    asked.append(server.accept())
                    asked[-1][0].recv(1)
                    open("asked", "w").close()

                """
            ])
            try await Forge.install(in: project)
            func connect(_ url: String) throws {
                try project.write("environment default {\n  use forge { url: \"\(url)\" }\n}\n", to: "converge.project")
            }
            try connect(url)
            let made = try await project.converge("apply", "shop.recipe", "--yes")
            #expect(made.code == 0, "\(made.output)\(made.errors)")
            let silent = try project.startProgram(["python3", "silent.py"])
            try #require(try await eventually { project.exists("port") })
            try connect("http://127.0.0.1:\(try project.text(of: "port"))")
            for words in [["plan", "shop.recipe"], ["drift", "shop.recipe"], ["apply", "shop.recipe", "--yes"]] {
                let started = try project.start(words)
                try #require(try await eventually { project.exists("asked") })
                started.send(SIGINT)
                let answer = await started.end()
                #expect(
                    answer.code == 130 && answer.errors.contains("stopped while reading"), "\(words): \(answer.errors)")
                try FileManager.default.removeItem(atPath: project.path("asked"))
            }
            silent.send(SIGKILL)
            _ = await silent.end()
        }
    }
}
