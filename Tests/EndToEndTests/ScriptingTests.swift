// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What scripts may count on: exit codes, documents, precedence, and plain text where nobody looks.
struct ScriptingTests {
    private let note = """
        param text: String = "declared"
        resource a: local.Note { text: text }
        output id = a.id

        """
    private let work = """
        workflow work {
          step say: Shell { command: ["echo", "said"] }
          output word = say.stdout
        }

        """

    // MARK: Exit codes

    @Test func `each outcome has its exit code`() async throws {
        let project = try Project(["a.recipe": note, "bad.recipe": "resource a: local.Note { txt: 1 }\n"])
        func code(_ words: String...) async throws -> Int32 { try await project.run(words).code }
        #expect(try await code("check", "a.recipe") == 0)
        #expect(try await code("check", "bad.recipe") == 1)
        #expect(try await code("plan", "a.recipe") == 0)
        #expect(try await code("plan", "a.recipe", "--check") == 2)
        #expect(try await code("apply", "a.recipe", "--yes") == 0)
        #expect(try await code("plan", "a.recipe", "--check") == 0)
        #expect(try await code("drift", "a.recipe") == 0)
        #expect(try await code("show") == 0)
        #expect(try await code("--version") == 0)
        #expect(try await code("--help") == 0)
    }

    @Test(arguments: [
        ["nosuchverb"], ["plan"], ["apply", "a.recipe", "--nosuch"], ["apply", "a.recipe", "--wait", "soon"],
        ["apply", "a.recipe", "--parallelism", "0"], ["plan", "a.recipe", "--set", "text"], ["run"], ["--nosuch"],
        ["plan", "a.recipe", "b.recipe"], ["resume"], ["fmt"]
    ]) func `wrong usage ends with 64 and changes nothing`(words: [String]) async throws {
        let project = try Project(["a.recipe": note])
        let answer = try await project.run(words)
        #expect(answer.code == 64, "\(answer.output)\(answer.errors)")
        #expect(answer.output.isEmpty)
        #expect(!answer.errors.isEmpty)
        #expect(!project.exists(".converge"))
    }

    @Test func `a run with a failed step fails, also where the step says to continue`() async throws {
        let project = try Project([
            "work.recipe": """
            workflow work {
              step bad: Shell { @on_failure: "continue", run: "exit 1" }
              step good: Shell { run: "touch done" }
            }

            """
        ])
        let answer = try await project.converge("run", "work.recipe", "--yes", "--json")
        #expect(answer.code == 1)
        #expect(try answer.json.at("run", "status")?.string == "failed")
        #expect(project.exists("done"))
    }

    @Test func `fmt --check ends with 2 where it would change something, and changes nothing`() async throws {
        let ugly = "resource a:local.Note{text:\"x\"}\n"
        let project = try Project(["a.recipe": note, "ugly.recipe": ugly, "bad.recipe": "resource ("])
        #expect(try await project.converge("fmt", "--check", "a.recipe").code == 0)
        let check = try await project.converge("fmt", "--check", "ugly.recipe")
        #expect(check.code == 2)
        #expect((check.output + check.errors).contains("ugly.recipe"))
        #expect(try project.text(of: "ugly.recipe") == ugly)
        #expect(try await project.converge("fmt", "ugly.recipe").code == 0)
        #expect(try await project.converge("fmt", "--check", "ugly.recipe").code == 0)
        #expect(try await project.converge("fmt", "bad.recipe").code == 1)
        #expect(try project.text(of: "bad.recipe") == "resource (")
    }

    // MARK: Documents

    @Test func `check prints its diagnostics as a document`() async throws {
        let project = try Project(["bad.recipe": "resource a: local.Note { txt: \"x\" }\n"])
        let answer = try await project.converge("check", "bad.recipe", "--json")
        let diagnostic = try #require(try answer.diagnostics.first)
        #expect(diagnostic.at("code")?.string == "R0203")
        #expect(diagnostic.at("severity")?.string == "error")
        #expect(diagnostic.at("message")?.string?.contains("'txt'") == true)
        #expect(diagnostic.at("file")?.string == "bad.recipe")
        #expect(diagnostic.at("line") == 1)
        #expect(diagnostic.at("column") == 26)
        #expect(diagnostic.at("help")?.list != nil)
    }

    @Test func `plan, apply and show print what changes and what is there as documents`() async throws {
        let project = try Project(["a.recipe": note])
        for verb in [["plan", "a.recipe", "--json"], ["apply", "a.recipe", "--json", "--yes"]] {
            let document = try await project.run(verb).json
            for action in ["create", "update", "replace", "delete", "move", "unchanged"] {
                #expect(document.at("summary", action) == (action == "create" ? 1 : 0), "\(verb) \(action)")
            }
            let change = try #require(document.at("changes", "0"))
            #expect(change.at("address")?.string == "a")
            #expect(change.at("kind")?.string == "local.Note")
            #expect(change.at("action")?.string == "create")
            #expect(change.at("reasons")?.list?.isEmpty == false)
        }
        let unchanged = try await project.converge("apply", "a.recipe", "--json", "--yes").json
        #expect(unchanged.at("summary", "unchanged") == 1)
        let resource = try #require(try await project.converge("show", "--json").json.at("resources", "0"))
        for (name, value) in [
            ("environment", "default"), ("module", "a"), ("address", "a"), ("kind", "local.Note"),
            ("provider", "local"), ("status", "ready")
        ] { #expect(resource.at(name)?.string == value) }
        #expect(resource.at("inputs", "text")?.string == "declared")
        #expect(resource.at("outputs", "id")?.string?.isEmpty == false)
    }

    @Test func `run and runs print steps and outputs as documents`() async throws {
        let project = try Project(["work.recipe": work])
        let run = try await project.converge("run", "work.recipe", "--yes", "--json").json
        #expect(run.at("run", "id")?.string == "run-1")
        #expect(run.at("run", "status")?.string == "succeeded")
        #expect(run.at("steps", "0", "name")?.string == "say")
        #expect(run.at("steps", "0", "status")?.string == "succeeded")
        #expect(run.at("steps", "0", "outputs", "stdout")?.string == "said")
        #expect(run.at("outputs", "word")?.string == "said")
        let runs = try await project.converge("runs", "--json").json
        #expect(runs.at("runs", "0", "id")?.string == "run-1")
        #expect(runs.at("runs", "0", "workflow")?.string == "work")
        #expect(runs.at("runs", "0", "status")?.string == "succeeded")
        #expect(runs.at("runs", "0", "started")?.string?.contains("T") == true)
    }

    @Test func `mapping prints all rows of the table`() async throws {
        let answer = try await Project().converge("mapping", "--json")
        let rows = try #require(try answer.json.at("rows")?.list)
        #expect(rows.count == 24)
        for row in rows {
            #expect(row.at("capability")?.string?.isEmpty == false)
            #expect(row.at("functionality")?.string?.isEmpty == false)
            for provider in ["aws", "azure", "gcp", "local"] {
                let services = try #require(row.at("providers", provider)?.list, "\(row) \(provider)")
                for service in services {
                    #expect(service.at("service")?.string != nil)
                    #expect(["fulfilled", "missing"].contains(service.at("status")?.string))
                }
            }
        }
        for name in ["DataLakeStorage", "DataWarehousing", "ExperimentTracking", "ModelServing"] {
            let row = rows.first { $0.at("capability")?.string == name }
            #expect(row?.at("providers", "local")?.list?.contains { $0.at("status")?.string == "fulfilled" } == true)
        }
    }

    @Test func `events are one object a line`() async throws {
        let project = try Project(["a.recipe": note, "work.recipe": work])
        for words in [["apply", "a.recipe", "--yes", "--events"], ["run", "work.recipe", "--events"]] {
            let answer = try await project.run(words)
            #expect(answer.code == 0, "\(answer.errors)")
            let lines = answer.output.split(separator: "\n")
            #expect(lines.count >= 3)
            for line in lines { #expect(try Value(json: String(line)).object != nil, "\(line)") }
        }
    }

    @Test func `a failed command prints its document too, and nothing else on standard output`() async throws {
        let project = try Project(["bad.recipe": "resource ("])
        for words in [
            ["plan", "bad.recipe"], ["apply", "bad.recipe", "--yes"], ["run", "bad.recipe"], ["show", "nothing"]
        ] {
            let answer = try await project.run(words + ["--json"])
            #expect(answer.code == 1)
            #expect(try answer.diagnostics.first?.at("code")?.string != nil, "\(words): \(answer.output)")
        }
    }

    // MARK: Text

    @Test(arguments: [[:], ["NO_COLOR": "1", "TERM": "xterm-256color"], ["TERM": "dumb"]])
    func `what is piped has no control sequences`(environment: [String: String]) async throws {
        let project = try Project(["a.recipe": note, "work.recipe": work, "bad.recipe": "resource ("])
        for words in [
            ["check", "bad.recipe"], ["plan", "a.recipe"], ["apply", "a.recipe", "--yes"], ["show"],
            ["run", "work.recipe"],
            ["runs"], ["mapping"], ["explain", "DataLakeStorage"], ["--help"]
        ] {
            let answer = try await project.run(words, environment: environment)
            #expect(!answer.hasEscapes, "\(words)")
        }
        let typed = try await project.run([], input: "1 + 1\nshow\n", environment: environment)
        #expect(!typed.hasEscapes)
        #expect(typed.output.hasPrefix("2\n"), "no banner and no prompt: \(typed.output)")
    }

    @Test func `piped input alternates declarations, expressions and commands, and its first error ends it`()
        async throws
    {
        let project = try Project()
        let good = try await project.run(
            [],
            input:
                "let n = 20\nn + 1\nresource a: local.Note { text: \"x\" }\nplan\napply --yes\nresource b: local.Note {\n  text: a.id\n}\napply --yes\nshow b.text\n"
        )
        #expect(good.code == 0, "\(good.output)\(good.errors)")
        #expect(good.output.contains("21\n"))
        let background = try await project.run(
            [], input: "workflow w { step a: Shell { run: \"touch ran\" } }\nrun w &\n3 + 3\n")
        #expect(background.code == 1 && background.errors.contains("X0114"), "\(background.errors)")
        #expect(!project.exists("ran") && !background.output.contains("6\n"), "it is neither run nor waited for")
        let bad = try await project.run([], input: "1 + 1\nnosuch + 1\n3 + 3\n")
        #expect(bad.code == 1)
        #expect(bad.output.contains("2\n") && !bad.output.contains("6\n"))
        #expect(bad.errors.contains("error["))
    }

    // MARK: Parameters and projects

    @Test func `a parameter is set by the environment, then by a variable, then by --set`() async throws {
        let project = try Project([
            "converge.project": """
            environment default { use local }

            environment dev {
              use local
              set text = "environment"
            }

            """, "a.recipe": note
        ])
        func text(_ words: [String], _ variables: [String: String] = [:]) async throws -> String? {
            try await project.run(["plan", "a.recipe", "--json"] + words, environment: variables).json
                .at("changes", "0", "fields", "0", "after")?.string
        }
        let variable = ["CONVERGE_PARAM_text": "variable"]
        #expect(try await text([]) == "declared")
        #expect(try await text(["--env", "dev"]) == "environment")
        #expect(try await text(["--env", "dev"], variable) == "variable")
        #expect(try await text(["--env", "dev", "--set", "text=set"], variable) == "set")
        #expect(try await text(["--set", "text=\"quoted\" ${text}"]) == "\"quoted\" ${text}", "text as it is")
        let unknown = try await project.converge("plan", "a.recipe", "--set", "txt=1")
        #expect(unknown.code == 1)
        #expect(unknown.errors.contains("error[R0503]"))
    }

    @Test func `the project is the nearest folder upwards that is one`() async throws {
        let project = try Project([
            "converge.project": "", "deep/er/a.recipe": note, "other/converge.project": "", "other/a.recipe": note
        ])
        #expect(try await project.converge("apply", "deep/er/a.recipe", "--yes").code == 0)
        #expect(project.exists(".converge/ledger.db") && !project.exists("deep/er/.converge"))
        let shown = try await project.converge("show", "--json").json
        #expect(shown.at("resources", "0", "module")?.string == "deep/er/a")
        #expect(try await project.converge("apply", "other/a.recipe", "--yes").code == 0)
        #expect(project.exists("other/.converge/ledger.db"))
        #expect(try await project.converge("show", "--json").json.at("resources")?.list?.count == 1)
    }

    @Test func `without a project the recipe's folder is one, and the home folder is none`() async throws {
        let project = try Project([".converge/old": "", "work/a.recipe": note])
        // The test's folder is the home folder of what it starts.
        #expect(try await project.converge("apply", "work/a.recipe", "--yes").code == 0)
        #expect(project.exists("work/.converge/ledger.db") && !project.exists(".converge/ledger.db"))
    }

    @Test(arguments: [
        ("plan --chek", "X0124", "Unknown option '--chek'"), ("open b.recipe", "X0108", "is a verb of the prompt")
    ])
    func `a script whose commands cannot all be carried out does nothing`(
        command: String, code: String, reason: String
    ) async throws {
        let project = try Project(["s.recipe": note + "apply\n\(command)\n"])
        let check = try await project.converge("check", "s.recipe")
        #expect(check.code == 1 && check.errors.contains("error[\(code)]"), "\(check.errors)")
        #expect(check.errors.contains(reason) && check.errors.contains("--> s.recipe:"), "\(check.errors)")
        #expect(try await project.converge("s.recipe", "--yes").code == 1)
        #expect(try await project.converge("show", "--json").json.at("resources")?.list?.isEmpty == true)
    }

    @Test func `a script with --json prints one document for all its commands`() async throws {
        let project = try Project(["s.recipe": note + "plan\napply\nshow\n"])
        let answer = try await project.converge("s.recipe", "--yes", "--json", "--parallelism", "2", "--wait", "1s")
        #expect(answer.code == 0, "\(answer.errors)")
        let commands = try #require(try answer.json.at("commands")?.list)
        #expect(commands.compactMap { $0.at("command")?.string } == ["plan", "apply", "show"])
        #expect(commands.map { $0.at("code") } == [0, 0, 0])
        #expect(commands[2].at("document", "resources")?.list?.count == 1)
        let failing = try Project(["s.recipe": note + "plan --out s.recipe\napply\n"])
        let refused = try await failing.converge("s.recipe", "--yes", "--json")
        #expect(refused.code == 1)
        #expect(try refused.json.at("commands", "0", "document", "diagnostics", "0", "code") == "X0111")
        #expect(try refused.json.at("commands")?.list?.count == 1)
    }

    @Test func `events of a script, of logs and of a refusal are one object a line`() async throws {
        let recipe = """
            workflow w {
              step s: Shell { run: "echo hello" }
              step t: Shell { @when: false, run: "true" }
              for n in ["a", "b"] { step l[n]: Shell { run: "echo ${n}" } }
            }
            run w

            """
        let project = try Project(["s.recipe": recipe])
        let script = try await project.converge("s.recipe", "--yes", "--events")
        let events = try script.output.split(separator: "\n").map { try Value(json: String($0)) }
        #expect(events.first?.at("operations") == 4, "\(script.output)")
        #expect(events.contains { $0.at("status") == "skipped" && $0.at("address") == "t" })
        let lines = try await project.converge("logs", "run-1", "--events")
        #expect(try Value(json: String(lines.output.split(separator: "\n")[0])).at("run") == "run-1")
        let logs = try await project.converge("logs", "run-1", "l", "--json")
        #expect(try logs.json.at("lines")?.list?.compactMap { $0.at("text")?.string }.sorted() == ["a", "b"])
        try await project.converge("logs", "run-1", "x").expectRefusal("X0120", "has begun no step 'x'")
        let refused = try await project.converge("apply", "no.recipe", "--yes", "--events")
        #expect(try Value(json: String(refused.output.split(separator: "\n")[0])).at("event") == "refused")
    }

    @Test func `a run whose process was killed is shown as interrupted, and a new one says so`() async throws {
        let project = try Project(["w.recipe": "workflow w { step s: Shell { run: \"test -e go || sleep 60\" } }\n"])
        let started = try project.start(["run", "w.recipe"])
        #expect(
            try await eventually {
                try await project.converge("runs", "--json").json.at("runs", "0", "status") == "running"
            })
        kill(started.pid, SIGKILL)
        _ = await started.end()
        #expect(try await project.converge("runs", "--json").json.at("runs", "0", "status") == "interrupted")
        #expect(try await project.converge("show", "run-1", "--json").json.at("run", "status") == "interrupted")
        try project.write("", to: "go")
        let again = try await project.converge("run", "w.recipe")
        #expect(again.code == 0 && again.errors.contains("run-1 of this workflow was interrupted"), "\(again.errors)")
    }

    @Test func `a plan is never written over another file, and a saved one takes no parameters`() async throws {
        let project = try Project(["a.recipe": note, "keep.txt": "kept"])
        for name in ["a.recipe", "keep.txt"] {
            try await project.converge("plan", "a.recipe", "--out", name).expectRefusal("X0111", "is there already")
        }
        #expect(try project.text(of: "keep.txt") == "kept")
        for _ in 0..<2 { #expect(try await project.converge("plan", "a.recipe", "--out", "a.plan").code == 0) }
        #expect(try await project.converge("apply", "a.plan", "--set", "x=1").code == 64)
        #expect(try await project.converge("plan", "a.recipe", "--parallelism", "0").code == 64)
    }

    @Test(arguments: ["show", "runs", "history"])
    func `an environment that is not there is no empty one`(verb: String) async throws {
        let project = try Project(["a.recipe": note])
        try await project.converge(verb, "--env", "zzz").expectRefusal("X0112", "there is no environment 'zzz'")
    }

    @Test func `state is readable by its owner alone`() async throws {
        let project = try Project(["a.recipe": note])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        for (name, mode) in [(".converge", 0o700), (".converge/ledger.db", 0o600), (".converge/project.json", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: project.path(name))
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode, "\(name)")
        }
    }

    // MARK: Secrets and environments

    @Test func `a secret on a command line is refused and not repeated`() async throws {
        let project = try Project([
            "work.recipe": """
            param password: Secret<String>

            workflow work {
              step say: Shell { run: "printf %s $WORD | wc -c", env: { WORD: password } }
              output length = say.stdout
            }

            """
        ])
        for verb in ["check", "plan", "run"] {
            let answer = try await project.converge(verb, "work.recipe", "--set", "password=canary-7", "--json")
            #expect(answer.code == 1)
            #expect(!(answer.output + answer.errors).contains("canary"), "\(answer.output)\(answer.errors)")
            #expect(answer.output.contains("R0504"))
        }
        let run = try await project.converge(
            "run", "work.recipe", "--yes", "--json", environment: ["CONVERGE_PARAM_password": "canary-7"])
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        #expect(try run.json.at("outputs", "length")?.string?.trimmingCharacters(in: .whitespaces) == "8")
        let kept = try await project.program("grep", "-rl", "canary", ".")
        #expect(kept.output.isEmpty, "\(kept.output)")
    }

    @Test func `where environments are declared, one of them is named`() async throws {
        let project = try Project([
            "a.recipe": note, "converge.project": "environment dev { use local }\nenvironment prod { use local }\n"
        ])
        let answer = try await project.converge("apply", "a.recipe", "--yes")
        answer.expectRefusal("X0112", "there is no environment 'default'")
        #expect(answer.errors.contains("--env dev or --env prod"))
        #expect(try await project.converge("apply", "a.recipe", "--yes", "--env", "dev").code == 0)
    }
}
