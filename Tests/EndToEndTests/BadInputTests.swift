// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What goes wrong around a recipe: each ends with a code, the reason, the way out, and a ledger that tells the truth.
struct BadInputTests {
    private let note = "resource a: local.Note { text: \"x\" }\n"

    @Test func `a missing recipe`() async throws {
        let project = try Project()
        for verb in ["check", "plan", "apply", "destroy", "run"] {
            let answer = try await project.converge(verb, "missing.recipe")
            #expect(answer.code == 1)
            #expect(answer.errors.contains("error[X0101]"))
            #expect(answer.errors.contains("missing.recipe cannot be read: there is no such file"))
        }
        #expect(!project.exists(".converge"))
    }

    @Test func `a recipe that is a folder`() async throws {
        let project = try Project(["folder.recipe/inside": ""])
        let answer = try await project.converge("apply", "folder.recipe", "--yes")
        #expect(answer.code == 1)
        #expect(answer.errors.contains("error[X0101]: folder.recipe is a folder, not a recipe"))
    }

    @Test func `a recipe that is no file`() async throws {
        let project = try Project()
        for name in ["pipe.recipe", "pipe"] { try #require(mkfifo(project.path(name), 0o600) == 0) }
        for verb in ["check", "plan", "apply", "destroy", "run", "fmt"] {
            for path in ["pipe.recipe", "pipe", "/dev/zero"] {
                try await project.converge(verb, path).expectRefusal("X0101", "is no regular file")
            }
        }
        let memory = try await project.converge("check", "/proc/self/mem")
        #expect(memory.code == 1 && memory.errors.contains("error[X0101]"), "\(memory.errors)")
        #expect(memory.errors.contains("cannot be read"), "\(memory.errors)")
        #expect(!project.exists(".converge"))
    }

    @Test(arguments: ["Fifo.json", "libFifo.so"])
    func `a pipe in a folder of plugins stops no command`(_ name: String) async throws {
        let project = try Project(["a.recipe": note, ".converge/plugins/other": ""])
        try #require(mkfifo(project.path(".converge/plugins/\(name)"), 0o600) == 0)
        #expect(try await project.converge("check", "a.recipe").code == 0)
        let plugins = try await project.converge("plugins")
        #expect(plugins.code == 1, "\(plugins.output)\(plugins.errors)")
        #expect(plugins.errors.contains("is no regular file"), "\(plugins.errors)")
    }

    @Test func `plugins tells of every damage before something needs the plugin`() async throws {
        let project = try Project(["a.recipe": note, "plugins/other": ""])
        let products = URL(fileURLWithPath: Project.executable).deletingLastPathComponent()
        for file in ["libLocal.so", "Local.json"] {
            try FileManager.default.copyItem(
                at: products.appendingPathComponent(file), to: project.folder.appendingPathComponent("plugins/\(file)"))
        }
        let here = ["CONVERGE_PLUGIN_PATH": project.path("plugins")]
        #expect(try await project.converge("plugins", environment: here).code == 0)
        #expect(truncate(project.path("plugins/libLocal.so"), 100_000) == 0)
        for words in [["plugins"], ["plugins", "local"], ["plugins", "--json"]] {
            let answer = try await project.run(words, environment: here)
            #expect(answer.code == 1, "\(words)")
            #expect((answer.output + answer.errors).contains("P0106"), "\(answer.output)\(answer.errors)")
        }
        #expect(try await project.converge("check", "a.recipe", environment: here).code == 0, "reads manifests only")
        try FileManager.default.createSymbolicLink(
            atPath: project.path("plugins/Gone.json"), withDestinationPath: "/nowhere/Gone.json")
        let dangling = try await project.converge("plugins", environment: here)
        #expect(dangling.errors.contains("Gone.json' is a link to nothing"), "\(dangling.errors)")
    }

    @Test func `a run without a place for its logs is done, and says so`() async throws {
        let project = try Project(["work.recipe": "workflow work { step do: Shell { run: \"echo hello\" } }\n"])
        #expect(try await project.converge("run", "work.recipe", "--yes").code == 0)
        for name in ["runs.db-wal", "runs.db-shm"] where project.exists(".converge/\(name)") {
            try FileManager.default.removeItem(atPath: project.path(".converge/\(name)"))
        }
        try project.write("nonsense", to: ".converge/runs.db")
        let again = try await project.converge("run", "work.recipe", "--yes", "--fresh", "--json")
        #expect(again.code == 0, "\(again.output)\(again.errors)")
        #expect(try again.json.at("run", "status") == "succeeded")
        #expect(again.errors.contains("warning[L0501]") && again.errors.contains("but not what it said"))
        let runs = try await project.converge("runs", "--json").json
        #expect(runs.at("runs", "0", "status") == "succeeded")
    }

    @Test func `a recipe that is not UTF-8`() async throws {
        let project = try Project()
        try project.write(
            bytes: Array("resource a: local.Note { text: \"".utf8) + [0xE9, 0x22, 0x20, 0x7D], to: "a.recipe")
        try await project.converge("apply", "a.recipe", "--yes").expectRefusal("S0101", "is not UTF-8")
    }

    @Test func `a plugin that is not there`() async throws {
        let project = try Project(["a.recipe": "use nosuch\nresource a: nosuch.Thing {}\n"])
        let answer = try await project.converge("apply", "a.recipe", "--yes")
        answer.expectRefusal("R0202", "there is no plugin 'nosuch'")
        #expect(answer.errors.components(separatedBy: "error[").count == 2, "one cause, one error: \(answer.errors)")
    }

    @Test func `an environment that is not declared`() async throws {
        let project = try Project(["a.recipe": note])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        for words in [
            ["apply", "a.recipe", "--yes"], ["serve"], ["serve", "a.recipe"], ["test"], ["test", "a.recipe"], ["audit"],
            ["audit", "verify"], ["ledger", "backups"], ["ledger", "clean"], ["ledger", "repair"],
            ["ledger", "restore"],
            ["ledger", "rotate"], ["ledger", "audit"], ["plugins"], ["plugins", "local"], ["explain", "Shell"],
            ["mapping"],
            ["environment", "list"], ["show"], ["runs"], ["logs", "apply-1"], ["history"]
        ] {
            let answer = try await project.run(words + ["--env", "nosuch"])
            #expect(answer.code == 1, "\(words)")
            #expect(answer.errors.contains("error[X0112]: there is no environment 'nosuch'"), "\(words): \(answer)")
        }
    }

    @Test func `a state folder whose place is taken by a file`() async throws {
        let project = try Project(["a.recipe": note, "converge.project": "", ".converge": "a file"])
        try await project.converge("apply", "a.recipe", "--yes").expectRefusal("L0204", ".converge is no folder")
        #expect(try project.text(of: ".converge") == "a file")
    }

    @Test func `a ledger whose place is taken by a folder`() async throws {
        let project = try Project(["a.recipe": note, "converge.project": "", ".converge/ledger.db/inside": ""])
        let answer = try await project.converge("apply", "a.recipe", "--yes")
        answer.expectRefusal("L0204", "ledger.db is a folder", wayOut: "move the folder away")
        #expect(project.exists(".converge/ledger.db/inside"))
    }

    @Test(arguments: [
        [UInt8]("param x: Str".utf8) + [0xFF] + Array("ng = \"a\"\n".utf8), [0x1F, 0x8B, 0x08, 0x00, 0x27, 0x22, 0xFE]
    ])
    func `bytes that are not UTF-8 are told once, and nothing that follows from them`(bytes: [UInt8]) async throws {
        let project = try Project()
        try project.write(bytes: bytes, to: "a.recipe")
        let answer = try await project.converge("check", "a.recipe", "--json")
        #expect(try answer.diagnostics.compactMap { $0.at("code")?.string } == ["S0101"])
    }

    // MARK: Files that are ingested

    private static let load = """
        param worst: Int = 100
        resource warehouse: DataWarehousing {}
        workflow load {
          step orders: Ingest { from: "data/orders.csv", into: warehouse }
          step counted: Transform { in: warehouse, sql: "select ${orders.bad} as bad, count(*) as good from ${orders.table}" }
          step quality: Expect { table: counted.table, rules: [expect.between("bad", 0, worst)] }
          output good = orders.rows
          output bad = orders.bad
        }

        """

    /// A thousand rows of which each twentieth has too many fields.
    private static let dirty =
        "id,n\n" + (0..<1000).map { $0 % 20 == 0 ? "\($0),1,2,3\n" : "\($0),\($0 % 7)\n" }.joined()

    @Test func `a file with a row in twenty broken is ingested, counted and judged by the quality step`() async throws {
        let project = try Project(["load.recipe": Self.load, "data/orders.csv": Self.dirty])
        let passed = try await project.converge("run", "load.recipe", "--yes", "--json")
        #expect(passed.code == 0, "\(passed.output)\(passed.errors)")
        #expect(try passed.json.at("outputs", "good") == 950)
        #expect(try passed.json.at("outputs", "bad") == 50)

        let strict = try await project.converge("run", "load.recipe", "--yes", "--set", "worst=10")
        strict.expectRefusal("D0301", "between(bad)")
        let runs = try await project.converge("runs", "--json")
        #expect(try runs.json.at("runs", "0", "status")?.string == "failed")
        #expect(try runs.json.at("runs", "1", "status")?.string == "succeeded")
    }

    @Test func `a data file that is missing`() async throws {
        let project = try Project(["load.recipe": Self.load])
        try await project.converge("run", "load.recipe", "--yes")
            .expectRefusal("D0001", "there is no file 'data/orders.csv'")
        try await expectFailedRun(project, step: "orders")
        // The way out is the right one: the file comes, and the run goes on.
        try project.write(Self.dirty, to: "data/orders.csv")
        let resumed = try await project.converge("resume", "run-2", "--json")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(try resumed.json.at("outputs", "good") == 950)
    }

    @Test func `a data file whose folder is a file`() async throws {
        let project = try Project(["load.recipe": Self.load, "data": "no folder"])
        try await project.converge("run", "load.recipe", "--yes")
            .expectRefusal("D0002", "'data/orders.csv' cannot be read: Not a directory")
        try await expectFailedRun(project, step: "orders")
    }

    @Test func `a folder that may not be read`() async throws {
        let project = try Project(["load.recipe": Self.load, "data/orders.csv": Self.dirty])
        chmod(project.path("data"), 0)
        defer { chmod(project.path("data"), 0o700) }
        // Without these capabilities permissions hold for root too; for others the line changes nothing.
        let asEverybody = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        let command = [Project.executable, "run", "load.recipe", "--yes"]
        try await project.program(getuid() == 0 ? asEverybody + command : command)
            .expectRefusal("D0002", "Permission denied")
        try await expectFailedRun(project, step: "orders")
    }

    // MARK: Commands

    private func shell(_ fields: String) throws -> Project {
        try Project(["work.recipe": "workflow work {\n  step act: Shell {\n    \(fields)\n  }\n}\n"])
    }

    /// What the ledger says after a run of which one step failed.
    private func expectFailedRun(
        _ project: Project, step: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let runs = try await project.converge("runs", "--json").json
        let id = try #require(runs.at("runs", "0", "id")?.string, sourceLocation: sourceLocation)
        #expect(runs.at("runs", "0", "status")?.string == "failed", sourceLocation: sourceLocation)
        let shown = try await project.converge("show", id, "--json").json
        #expect(shown.at("run", "status")?.string == "failed", sourceLocation: sourceLocation)
        let failed = shown.at("steps")?.list?.filter { $0.at("status")?.string == "failed" } ?? []
        #expect(failed.compactMap { $0.at("name")?.string } == [step], "\(shown)", sourceLocation: sourceLocation)
    }

    @Test func `a command that fails`() async throws {
        let project = try shell("run: \"echo the disk is full >&2; exit 3\"")
        let answer = try await project.converge("run", "work.recipe", "--yes")
        answer.expectRefusal("D0801", "ended with code 3")
        #expect(answer.errors.contains("the disk is full"))
        try await expectFailedRun(project, step: "act")
        let logs = try await project.converge("logs", "run-1")
        #expect(logs.output.contains("the disk is full"), "\(logs.output)\(logs.errors)")
    }

    @Test func `a command that is not there`() async throws {
        let project = try shell("command: [\"no-such-program-at-all\"]")
        try await project.converge("run", "work.recipe", "--yes").expectRefusal(
            "D0502", "there is no program 'no-such-program-at-all'")
        try await expectFailedRun(project, step: "act")
    }

    @Test func `a command that hangs ends in time with everything that it started`() async throws {
        let project = try shell(
            "@timeout: 2s\n    run: \"trap '' TERM; sleep 617 & echo $! > child; echo $$ > self; wait; sleep 617\"")
        let started = ContinuousClock.now
        try await project.converge("run", "work.recipe", "--yes").expectRefusal(
            "E0105", "act took longer than 2s", wayOut: "resume run-1")
        #expect(ContinuousClock.now - started < .seconds(60))
        for name in ["self", "child"] {
            let text = try project.text(of: name).trimmingCharacters(in: .whitespacesAndNewlines)
            let pid = try #require(Int32(text))
            #expect(!isAlive(pid), "\(name) is left behind")
        }
        try await expectFailedRun(project, step: "act")
    }

    @Test func `a server that hangs is told as such, and not as the step's own time-out`() async throws {
        let project = try Project([
            "work.recipe": """
            param port: Int
            workflow work {
              step ask: Http { @timeout: 1h, url: "http://127.0.0.1:${port}/", timeout: 200ms }
            }

            """
        ])
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(server) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(server, address, length)
                getsockname(server, address, &length)
            }
        }
        listen(server, 8)
        try await project.converge("run", "work.recipe", "--yes", "--set", "port=\(address.sin_port.bigEndian)")
            .expectRefusal("C0408", "did not answer within 200ms", wayOut: "resume run-1")
    }

    @Test func `steps of loops that wait for one another are told before anything is done`() async throws {
        let project = try Project([
            "work.recipe": """
            workflow work {
              for name in ["a", "b"] { step weigh[name]: Shell { run: "true", @needs: [pack] } }
              for name in ["a", "b"] { step pack[name]: Shell { run: "true", @needs: [weigh] } }
            }

            """
        ])
        try await project.converge("run", "work.recipe", "--yes").expectRefusal(
            "R0103", #"steps need one another: weigh["a"] -> pack["a"] -> weigh["a"]"#)
        #expect(!project.exists(".converge"))
    }

    @Test func `a loop over the output of a step that waits for it`() async throws {
        let project = try Project([
            "work.recipe": """
            workflow work {
              step names: Shell { run: "echo one", @needs: [greet] }
              for name in split(names.stdout, " ") { step greet[name]: Shell { run: "echo ${name}" } }
            }

            """
        ])
        try await project.converge("run", "work.recipe", "--yes").expectRefusal(
            "E0110", "a loop or condition of work waits for a step that waits for it",
            wayOut: "take one of the references")
    }

    @Test func `an output that is not UTF-8`() async throws {
        let project = try shell("command: [\"printf\", r\"\\377\\376abc\"]")
        try await project.converge("run", "work.recipe", "--yes").expectRefusal("D0803", "is not UTF-8")
        try await expectFailedRun(project, step: "act")
    }

    // MARK: Models

    @Test(arguments: [
        ("crash", "V0402", "ended with code 1"),
        ("hang", "V0403", "did not answer its health check within"),
        ("nonsense", "V0404", "something that is no HTTP")
    ]) func `a model that crashes, hangs or answers nonsense`(how: String, code: String, reason: String) async throws {
        let project = try SmallModel.project()
        try project.write(SmallModel.recipe.replacingOccurrences(of: "20s", with: "8s"), to: "model.recipe")
        let refused = try await project.converge("run", "model.recipe", "--yes", "--set", "how=\(how)")
        refused.expectRefusal(code, reason)
        #expect(refused.errors.contains("nothing is in service"))
        if how == "crash" { #expect(refused.errors.contains("the weights are gone")) }
        try await expectFailedRun(project, step: "release")

        let shown = try await project.converge("show", "endpoint", "--json").json
        #expect(shown.at("resources", "0", "status")?.string == "ready")
        #expect(shown.at("resources", "0", "outputs", "model") == .null)
        let url = try #require(shown.at("resources", "0", "outputs", "url")?.string)
        let reply = try await ask(url)
        #expect(reply.status == 503, "\(reply)")
        #expect(!reply.text.isEmpty, "the reason is said")

        let destroyed = try await project.converge("destroy", "model.recipe", "--yes")
        #expect(destroyed.code == 0, "\(destroyed.errors)")
        #expect(try await eventually { processes(with: project.folder.path).isEmpty }, "a process is left behind")
    }
}
