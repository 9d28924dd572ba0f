// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

struct TestVerbTests {
    private let notes = """
        param greeting: String = "hello"
        resource note: local.Note { text: greeting }
        workflow w { param n: Int = 1; step s: Shell { run: "echo ${n}" }; output out = s.stdout }

        """

    private func outcome(_ project: Project, _ arguments: String...) async throws -> [String: String] {
        let words = ["test", "--json"] + arguments
        let tests = try await project.run(words).json.at("tests")?.list ?? []
        return Dictionary(
            tests.map { ($0.at("name")?.string ?? "", $0.at("status")?.string ?? "") },
            uniquingKeysWith: { first, _ in first })
    }

    @Test func `tests see the module, apply, run and expect, and leave nothing behind`() async throws {
        let project = try Project([
            "a.recipe": notes + """
                test good {
                  resource copy: local.Note { text: note.id }
                  apply --set greeting=hi
                  expect note.text == "hi"
                  expect copy.text == note.id "it names it"
                  run w { n: 5 }
                  expect w.out == "5"
                }
                test bad { apply; expect note.text == "good morning" }
                test early { expect note.id == "x" }
                test unrun { expect w.out == "x" }

                """
        ])
        #expect(
            try await outcome(project) == ["good": "passed", "bad": "failed", "early": "failed", "unrun": "failed"])
        #expect(!FileManager.default.fileExists(atPath: project.path(".converge")))
        #expect(try await project.converge("test", "--only", "good").code == 0)
        let bad = try await project.converge("test", "a.recipe", "--only", "bad")
        #expect(bad.code == 1 && bad.output.contains("1 test: 0 passed, 1 failed"), "\(bad.output)")
        #expect(bad.errors.contains("left:  \"hello\"") && bad.errors.contains("a.recipe:12:19"), "\(bad.errors)")
    }

    @Test func `an error is expected of check, plan, apply and run`() async throws {
        let project = try Project([
            "a.recipe": notes + """
                policy polite for local.Note { deny when self.text == "rude" "be polite" }
                test good {
                  expect_error "R0203" { resource m: local.Note { txt: "x" } }
                  expect_error "G0106" { resource m: local.Note { text: "rude" } }
                  expect_error "G0106" { resource m: local.Note { text: "rude" }; apply }
                  expect_error "R0503" { apply --set nobody=5 }
                  apply
                  expect_error "G0102" { resource p: local.Note { text: "a", @protect: true }; apply; destroy }
                }
                test wrong { expect_error "R0203" { resource m: local.Note { text: "rude" } } }
                test none { expect_error "R0203" { resource m: local.Note { text: "x" } } }

                """
        ])
        #expect(try await outcome(project) == ["good": "passed", "wrong": "failed", "none": "failed"])
    }

    @Test func `what a test serves ends with it`() async throws {
        let project = try Project([
            "serve.py": """
            import http.server, os
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200); self.end_headers(); self.wfile.write(b"{}")
                def do_POST(self):
                    self.rfile.read(int(self.headers["Content-Length"])); self.do_GET()
                def log_message(self, *arguments): pass
            http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()

            """,
            "a.recipe": """
            resource endpoint: ModelServing {}
            test serves { apply; expect starts_with(endpoint.url, "http://127.0.0.1") }

            """
        ])
        #expect(try await outcome(project) == ["serves": "passed"])
    }

    @Test func `check tells mistakes in tests, once and in their place`() async throws {
        let project = try Project([
            "a.recipe": notes
                + "test one { expect nothing == 1 }\ntest two { resource note: local.Note { text: \"a\" } }\n"
        ])
        let check = try await project.converge("check", "a.recipe", "--json")
        let found = try check.json.at("diagnostics")?.list ?? []
        #expect(check.code == 1)
        #expect(found.compactMap { $0.at("code")?.string } == ["R0101", "R0102"], "\(found)")
        #expect(found.first?.at("line") == 4)
        #expect(try await project.converge("plan", "a.recipe").code == 0, "the recipe itself is right")
    }

    @Test func `an environment gives its values and policies, and not its connections`() async throws {
        let project = try Project([
            "converge.project": """
            environment strict { use local as main; set greeting = "moin"; import "rules.recipe" as org }
            environment default { use local }

            """,
            "rules.recipe": "policy short for local.Note { deny when length(self.text) > 4 \"short\" }\n",
            "a.recipe": notes + "test t { apply; expect note.text == \"moin\" }\n"
        ])
        #expect(try await outcome(project, "a.recipe", "--env", "strict") == ["t": "passed"])
        #expect(try await outcome(project, "a.recipe") == ["t": "failed"])
    }

    @Test func `results are written for CI`() async throws {
        let project = try Project(["a.recipe": notes + "test t { apply; expect note.text == \"<&>\" }\n"])
        #expect(try await project.converge("test", "--junit", "out.xml").code == 1)
        let parsed = try await project.program(
            "python3", "-c",
            "import xml.etree.ElementTree as e; r = e.parse('out.xml').getroot(); print(r.get('failures'), "
                + "r.find('.//testcase').get('name'), '<&>' in r.find('.//failure').text)")
        #expect(parsed.output == "1 t True\n", "\(parsed.output)\(parsed.errors)")
    }

    @Test func `Ctrl-C ends tests with 130 and takes their folders away`() async throws {
        let project = try Project([
            "a.recipe": """
            workflow w {
              step s: Shell { run: "touch begun; while [ ! -e go ]; do sleep 0.05; done" }
            }
            test t { run w; run w }

            """
        ])
        try FileManager.default.createDirectory(atPath: project.path("beds"), withIntermediateDirectories: false)
        let running = try project.start(["test"], environment: ["TMPDIR": project.path("beds")])
        try #require(await eventually { project.exists("begun") })
        running.send(SIGINT)
        try #require(await eventually { !running.hasPending(SIGINT) })
        try project.write("", to: "go")
        let ended = await running.end()
        #expect(ended.code == 130, "\(ended)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: project.path("beds")).isEmpty)
    }
}
