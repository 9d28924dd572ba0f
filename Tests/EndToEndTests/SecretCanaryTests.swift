// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Secrets that would be noticed anywhere: of each origin one, shown in every encoding by programs and a server, in
/// steps that succeed and steps that fail.
@Suite(.serialized)
struct SecretCanaryTests {
    private static let names = ["ENV_CANARY", "FILE_CANARY", "STORE_CANARY"]

    /// With characters that each encoding writes in its own way.
    private static func text(of name: String) -> String { "canary/\"\(name)\" \\ é+1" }

    /// Shows its secrets in every encoding, waits until it was looked at, and ends with the code that it was given.
    private static let program = """
        import base64, json, os, pathlib, re, sys, time, urllib.parse
        for name in ["ENV_CANARY", "FILE_CANARY", "STORE_CANARY"]:
            text = os.environ[name]
            for stream in [sys.stdout, sys.stderr]:
                print("plain", text, "json", json.dumps(text), json.dumps(text, ensure_ascii=False), file=stream)
                print(json.dumps(text, ensure_ascii=False).replace("/", "\\/"), file=stream)
                percent = urllib.parse.quote(text, safe="")
                print(percent, urllib.parse.quote_plus(text), file=stream)
                print(re.sub("%..", lambda code: code.group().lower(), percent), file=stream)
                for before in ["", "u", "us"]:
                    print(base64.b64encode((before + text).encode()).decode(), file=stream)
                print(base64.urlsafe_b64encode(text.encode()).decode(), flush=True, file=stream)
        project = pathlib.Path(sys.argv[1])
        (project / ("running-" + sys.argv[2])).touch()
        while not (project / "go").exists():
            time.sleep(0.02)
        if "CONVERGE_MODEL" in os.environ:
            folder = pathlib.Path(os.environ["CONVERGE_MODEL"])
            folder.mkdir(parents=True, exist_ok=True)
            serve = {"command": ["true"], "health": "/health", "predict": "/predict"}
            (folder / "model.json").write_text(json.dumps({"serve": serve, "metrics": {"n": 1}}))
            pathlib.Path(os.environ["CONVERGE_METRICS"]).write_text('{"n": 1}')
        sys.exit(int(sys.argv[3]))

        """

    /// Sends back every header that begins with X, in the answer's headers and its body.
    private static let server = """
        import http.server
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                sent = {n: v for n, v in self.headers.items() if n.startswith("X")}
                self.send_response(400 if "bad" in self.path else 200)
                for name, value in sent.items(): self.send_header(name, value)
                self.end_headers()
                self.wfile.write(repr(sent).encode())
            def log_message(self, *a): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print("port", server.server_port, flush=True)
        server.serve_forever()

        """

    private static let environment = names.map { "\($0): secret(\"\($0)\")" }.joined(separator: ", ")
    // A header is a line of ASCII: it gets a secret without more.
    private static let recipe = """
        param port: Int
        param place: String
        param token: Secret<String> = secret("ENV_CANARY")
        resource note: local.Note { text: "n" }

        workflow good {
          step shout: Shell { command: ["python3", "say.py", place, "shout", "0"], env: { \(environment) } }
          step call: Http {
            url: "http://127.0.0.1:${port}/good"
            headers: { "X-Token": secret("HEADER_CANARY"), "X-Auth": "Bearer ${secret("HEADER_CANARY")}" }
          }
          step fit: Train {
            command: ["python3", "say.py", place, "fit", "0"]
            files: ["say.py"]
            env: { \(environment) }
          }
          output said = shout.stdout
          output heard = call.body
        }

        workflow bad {
          step shout: Shell { command: ["python3", "say.py", place, "bad", "3"], env: { \(environment) } }
        }

        workflow bad_fit {
          step fit: Train {
            command: ["python3", "say.py", place, "bad", "3"]
            files: ["say.py"]
            env: { \(environment) }
          }
        }

        workflow bad_call {
          step call: Http {
            url: "http://127.0.0.1:${port}/bad"
            headers: { "X-Token": secret("HEADER_CANARY") }
          }
        }

        """

    /// A workflow that a signed request starts.
    private static let hook = """
        param place: String
        workflow hook {
          on webhook "/shout" { secret: secret("HOOK_CANARY"), with: { word: event.body } }
          param word: Any
          step shout: Shell { command: ["python3", "say.py", place, "hook", "0"], env: { \(environment) } }
        }

        """

    /// Sends a signed request to the port that it is given.
    private static let request = """
        import hashlib, hmac, json, os, sys, time, urllib.error, urllib.request
        stamp, body = str(int(time.time())), json.dumps({"word": os.environ.get("WORD", "word")}).encode()
        code = hmac.new(os.environ["HOOK_CANARY"].encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(
            f"http://127.0.0.1:{sys.argv[1]}/shout", body, headers={
                "Content-Type": "application/json", "X-Converge-Timestamp": stamp,
                "X-Converge-Signature": "sha256=" + code})
        try:
            print(urllib.request.urlopen(request).status)
        except urllib.error.HTTPError as problem:
            print(problem.code)

        """

    /// How a text can be written down.
    static func forms(of text: String) -> [String] {
        let bytes = Data(text.utf8)
        let ascii = text.unicodeScalars.map { $0.isASCII ? String($0) : String(format: "\\u%04x", $0.value) }.joined()
        let escaped = { (text: String) in
            text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
                .replacingOccurrences(of: "\\\\u", with: "\\u")
        }
        let percent = { (code: String) in
            bytes.map { byte in
                let isPlain =
                    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                    || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || "-._~".utf8.contains(byte)
                return isPlain ? String(decoding: [byte], as: UTF8.self) : String(format: code, byte)
            }.joined()
        }
        // Without the digits at both ends, which depend on what stands beside it.
        let base64 = ["", "u", "us"].map { before in
            String((Data(before.utf8) + bytes).base64EncodedString().dropFirst(4).prefix(bytes.count))
        }
        return [
            text, escaped(text), escaped(ascii), escaped(text).replacingOccurrences(of: "/", with: "\\/"),
            percent("%%%02X"), percent("%%%02x"), percent("%%%02X").replacingOccurrences(of: "%20", with: "+")
        ] + base64
    }

    private static let wanted = (names.map(text) + ["canary-header-77", "canary-hook-88"]).flatMap { forms(of: $0) }

    private func expectNone(in text: some StringProtocol, _ place: String) {
        for form in Self.wanted where text.contains(form) { Issue.record("\(place) holds '\(form)'") }
    }

    private func expectNone(in answer: Project.Answer, _ place: String) {
        expectNone(in: answer.output, "\(place): output")
        expectNone(in: answer.errors, "\(place): errors")
    }

    /// What every process of this machine was started with.
    private func expectNoneInArguments() throws {
        for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(process) != nil {
            // One that has ended meanwhile has none.
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { continue }
            expectNone(in: String(decoding: line, as: UTF8.self), "arguments of \(process)")
        }
    }

    /// Every file below the project but those that the test itself has put there.
    private func expectNoneInFiles(_ project: Project) throws {
        let all = FileManager.default.enumerator(atPath: project.folder.path)?.compactMap { $0 as? String } ?? []
        #expect(all.contains { $0.hasPrefix(".converge/backups/") } && all.contains(".converge/runs.db"))
        for name in all where name != "file-canary" {
            guard let content = FileManager.default.contents(atPath: project.path(name)) else { continue }
            let found = Self.wanted.filter { content.range(of: Data($0.utf8)) != nil }
            if !found.isEmpty { Issue.record("\(name) holds \(found)") }
        }
    }

    @Test func `no secret is found in anything that is written, printed or passed to other processes`() async throws {
        let project = try Project([
            "say.py": Self.program, "server.py": Self.server, "work.recipe": Self.recipe,
            "hook.recipe": Self.hook, "request.py": Self.request,
            "file-canary": Self.text(of: "FILE_CANARY") + "\n"
        ])
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: project.path("file-canary"))
        // Without Converge all that is looked for is there.
        try project.write("", to: "go")
        let shown = try await project.program(
            ["env"] + Self.names.map { "\($0)=\(Self.text(of: $0))" } + ["python3", "say.py", ".", "alone", "0"])
        for form in Self.names.flatMap({ Self.forms(of: Self.text(of: $0)) }) {
            #expect(shown.output.contains(form) && shown.errors.contains(form), "\(form)")
        }
        try FileManager.default.removeItem(atPath: project.path("go"))
        let server = try project.startProgram(["python3", "-u", "server.py"])
        do {
            try await use(project, server)
        } catch {
            server.send(SIGTERM)
            _ = await server.end()
            throw error
        }
        server.send(SIGTERM)
        _ = await server.end()
        try expectNoneInFiles(project)
    }

    private func use(_ project: Project, _ server: Started) async throws {
        var port = ""
        try #require(
            try await eventually {
                port = server.output.firstMatch(of: #/port ([0-9]+)/#).map { String($0.output.1) } ?? ""
                return !port.isEmpty
            })
        let environment = [
            "CONVERGE_KEY": Data(repeating: 7, count: 32).base64EncodedString(),
            "ENV_CANARY": Self.text(of: "ENV_CANARY"), "FILE_CANARY_FILE": project.path("file-canary"),
            "HEADER_CANARY": "canary-header-77", "CONVERGE_PARAM_port": port,
            "CONVERGE_PARAM_place": project.folder.path
        ]
        let set = try await project.converge(
            "secret", "set", "STORE_CANARY", input: Self.text(of: "STORE_CANARY"), environment: environment)
        #expect(set.code == 0, "\(set.errors)")
        expectNone(in: set, "secret set")

        for words in [
            ["check", "work.recipe"], ["plan", "work.recipe", "--out", "saved.plan"], ["plan", "work.recipe", "--json"],
            ["apply", "saved.plan", "--yes", "--events"], ["secret", "list", "--json"], ["fmt", "work.recipe"]
        ] {
            let answer = try await project.run(words, environment: environment)
            #expect(answer.code == 0, "\(words): \(answer.output)\(answer.errors)")
            expectNone(in: answer, words.joined(separator: " "))
        }

        // The arguments of all processes are looked at while its steps run.
        let good = try project.start(["run", "work.recipe", "good", "--yes", "--json"], environment: environment)
        #expect(try await eventually { project.exists("running-shout") })
        try expectNoneInArguments()
        try project.write("", to: "go")
        let ended = await good.end()
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        expectNone(in: ended, "run good")
        #expect(ended.output.contains("(secret ENV_CANARY)") && ended.output.contains("(secret STORE_CANARY)"))
        #expect(ended.output.contains("(secret FILE_CANARY)") && ended.output.contains("(secret HEADER_CANARY)"))

        for (workflow, form) in [
            ("bad", ["--events"]), ("bad", []), ("bad_fit", ["--json"]), ("bad_fit", []), ("bad_call", ["--json"]),
            ("bad_call", [])
        ] {
            let failed = try await project.run(
                ["run", "work.recipe", workflow, "--yes"] + form, environment: environment)
            #expect(failed.code == 1, "\(workflow): \(failed.output)\(failed.errors)")
            expectNone(in: failed, "run \(workflow) \(form)")
        }

        try await serve(project, environment.merging(["HOOK_CANARY": "canary-hook-88"]) { $1 })
        try await prompt(project, environment)

        // Later commands do not know the secrets, and show what was recorded.
        let runs = try await project.converge("runs", "--json").json.at("runs")?.list ?? []
        #expect(runs.count >= 7)
        var recorded: [[String]] = [
            ["runs"], ["audit", "--json"], ["show"], ["history", "--json"], ["graph", "work.recipe", "--json"]
        ]
        for id in runs.compactMap({ $0.at("id")?.string }) {
            recorded += [["logs", id], ["logs", id, "--json"], ["show", id], ["show", id, "--json"]]
        }
        for words in recorded {
            let answer = try await project.run(
                words, environment: ["CONVERGE_PARAM_port": port, "CONVERGE_PARAM_place": project.folder.path])
            #expect(answer.code == 0, "\(words): \(answer.errors)")
            expectNone(in: answer, words.joined(separator: " "))
        }
    }

    @Test func `what is said to a run is refused where it holds a secret`() async throws {
        let project = try Project([
            "asks.recipe": """
            param token: Secret<String> = secret("ENV_CANARY")
            workflow asks {
              step allow: Approve { text: "go?" }
              step wait: Wait { signal: "key" }
              step use: Shell { command: ["python3", "-c", "import os; print(len(os.environ['T']))"], env: { T: wait.value } }
              step after: Shell { @needs: [use], command: ["true"], env: { T: token } }
              output count = use.stdout
            }

            """
        ])
        let environment = [
            "CONVERGE_KEY": Data(repeating: 7, count: 32).base64EncodedString(),
            "ENV_CANARY": Self.text(of: "ENV_CANARY")
        ]
        #expect(
            try await project.converge(
                "secret", "set", "STORE_CANARY", input: Self.text(of: "STORE_CANARY"), environment: environment
            ).code == 0)
        #expect(try await project.converge("run", "asks.recipe", "--yes", environment: environment).code == 3)
        for name in ["ENV_CANARY", "STORE_CANARY"] {
            let text = Self.text(of: name)
            for words in [
                ["approve", "run-1", "--why", "with \(text)"], ["approve", "run-1", "--deny", "--why", text],
                ["signal", "run-1", "key", text], ["signal", "run-1", "key", Value.string("x\(text)").literal],
                ["signal", "run-1", "key", Value.object(["a": ["b": .list([.string(text)])]]).literal]
            ] {
                let answer = try await project.run(words, environment: environment)
                answer.expectRefusal("X0128", "holds a secret", wayOut: "run-1")
                #expect(answer.errors.contains("(secret \(name))"), "\(answer.errors)")
                expectNone(in: answer, words[0])
            }
        }
        #expect(
            try await project.converge("approve", "run-1", "--why", "tested", environment: environment).code == 3)
        let ended = try await project.converge(
            "signal", "run-1", "key", "secret(\"STORE_CANARY\")", "--json", environment: environment)
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        #expect(
            try ended.json.at("outputs", "count")?.string == "\(Self.text(of: "STORE_CANARY").unicodeScalars.count)")
        for name in try FileManager.default.subpathsOfDirectory(atPath: project.folder.path) {
            guard let content = FileManager.default.contents(atPath: project.path(name)) else { continue }
            let found = Self.wanted.filter { content.range(of: Data($0.utf8)) != nil }
            if !found.isEmpty { Issue.record("\(name) holds \(found)") }
        }
    }

    @Test func `a parameter in clear is refused where it holds a secret`() async throws {
        let project = try Project([
            "w.recipe": """
            param word: String = "w"
            param token: Secret<String> = secret("ENV_CANARY")
            resource note: local.Note { text: word }
            workflow say {
              param said: String = "nothing"
              step use: Shell { command: ["python3", "-c", "import os; print(len(os.environ['T']))"], env: { T: token } }
              step last: Shell { @needs: [use], command: ["echo", said] }
              output count = use.stdout
            }

            """
        ])
        let environment = [
            "CONVERGE_KEY": Data(repeating: 7, count: 32).base64EncodedString(),
            "ENV_CANARY": Self.text(of: "ENV_CANARY")
        ]
        let set = try await project.converge(
            "secret", "set", "STORE_CANARY", input: Self.text(of: "STORE_CANARY"), environment: environment)
        #expect(set.code == 0, "\(set.errors)")
        for name in ["ENV_CANARY", "STORE_CANARY"] {
            let text = Self.text(of: name)
            for (words, added) in [
                (["plan", "w.recipe", "--set", "word=\(text)"], [:]),
                (["plan", "w.recipe", "--out", "saved.plan"], ["CONVERGE_PARAM_word": "with \(text)"]),
                (["apply", "w.recipe", "--yes", "--set", "word=\(text)"], [:]),
                (["run", "w.recipe", "say", "--yes", "--set", "word=\(text)"], [:]),
                (["run", "w.recipe", "say", Value.object(["said": .string(text)]).literal, "--yes"], [:]),
                (["run", "w.recipe", "say", "--yes", "--set", "token=\(text)"], [:])
            ] as [([String], [String: String])] {
                let answer = try await project.run(words, environment: environment.merging(added) { $1 })
                #expect(answer.code == 1, "\(words): \(answer.output)\(answer.errors)")
                expectNone(in: answer, words[0])
            }
            try await project.converge("plan", "w.recipe", "--set", "word=\(text)", environment: environment)
                .expectRefusal("X0128", "the value of 'word' holds a secret", wayOut: "--set word='secret(")
        }
        // By its name it is taken.
        let ended = try await project.converge(
            "run", "w.recipe", "say", "--yes", "--json", "--set", "token=secret(\"STORE_CANARY\")",
            environment: environment)
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        #expect(
            try ended.json.at("outputs", "count")?.string == "\(Self.text(of: "STORE_CANARY").unicodeScalars.count)")
        for name in try FileManager.default.subpathsOfDirectory(atPath: project.folder.path) {
            guard let content = FileManager.default.contents(atPath: project.path(name)) else { continue }
            let found = Self.wanted.filter { content.range(of: Data($0.utf8)) != nil }
            if !found.isEmpty { Issue.record("\(name) holds \(found)") }
        }
    }

    @Test func `a program finds no secret among its variables that it was not given`() async throws {
        let look =
            "[\"python3\", \"-c\", \"import os; print(*sorted(n for n in os.environ if 'CANARY' in n or n.startswith('CONVERGE_KEY')))\"]"
        let project = try Project([
            "w.recipe": """
            param token: Secret<String> = secret("ENV_CANARY")
            param other: Secret<String> = secret("FILE_CANARY")
            workflow look {
              step bare: Shell { command: \(look) }
              step given: Shell { command: \(look), env: { ENV_CANARY: token } }
              output bare = bare.stdout
              output given = given.stdout
            }

            """,
            "file-canary": Self.text(of: "FILE_CANARY")
        ])
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: project.path("file-canary"))
        let environment = [
            "CONVERGE_KEY": Data(repeating: 7, count: 32).base64EncodedString(), "CONVERGE_KEY_FILE": "/nowhere",
            "ENV_CANARY": Self.text(of: "ENV_CANARY"), "FILE_CANARY_FILE": project.path("file-canary"),
            "PLAIN_CANARY": "no secret of the project"
        ]
        let ended = try await project.converge(
            "run", "w.recipe", "--yes", "--json", environment: environment)
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        #expect(try ended.json.at("outputs", "bare")?.string == "PLAIN_CANARY")
        #expect(try ended.json.at("outputs", "given")?.string == "ENV_CANARY PLAIN_CANARY")
    }

    /// A daemon takes a signed request and runs what shouts.
    private func serve(_ project: Project, _ environment: [String: String]) async throws {
        let daemon = try project.start(
            ["serve", "hook.recipe", "--json", "--listen", "127.0.0.1:0"], environment: environment)
        let port = try await daemon.listeningPort()
        let sent = try await eventually {
            let answer = try await project.program([
                "env", "HOOK_CANARY=canary-hook-88", "python3", "request.py", "\(port)"
            ])
            return answer.output == "202\n"
        }
        #expect(sent, "\(daemon.errors)")
        // One that holds a secret is not taken.
        let refused = try await project.program([
            "env", "HOOK_CANARY=canary-hook-88", "WORD=\(Self.text(of: "STORE_CANARY"))", "python3", "request.py",
            "\(port)"
        ])
        #expect(refused.output == "422\n", "\(refused.errors)")
        #expect(try await eventually { project.exists("running-hook") })
        #expect(
            try await eventually {
                try await project.converge("runs", "--json").json.at("runs", "0", "status")?.string == "succeeded"
            })
        daemon.send(SIGTERM)
        let answer = await daemon.end()
        #expect(answer.code == 0, "\(answer.errors)")
        expectNone(in: answer, "serve")
    }

    /// The prompt shows what shouts, and keeps what is typed.
    private func prompt(_ project: Project, _ environment: [String: String]) async throws {
        let prompt = try await PromptTerminal(project, environment: environment, columns: 400, rows: 60)
        let command = "[\"python3\", \"say.py\", \"\(project.folder.path)\", \"prompt\", \"0\"]"
        try await prompt.enter(
            "workflow shouting { step shout: Shell { command: \(command), env: { \(Self.environment) } } }")
        try await prompt.enter("run shouting --yes")
        try await prompt.enter("logs")
        #expect(project.exists("running-prompt"))
        let screen = try prompt.terminal.screen(.all)
        expectNone(in: screen.lines.joined(separator: "\n"), "prompt")
        #expect(screen.contains("(secret ENV_CANARY)"))
        #expect(try await prompt.leave().status == 0)
    }
}
