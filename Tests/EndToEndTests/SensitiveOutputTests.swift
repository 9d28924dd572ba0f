// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What plugins call sensitive, and secrets whose texts change.
struct SensitiveOutputTests {
    private static let password = "sesame/\"öffne\" \\ dich+1"
    private static let recipe = """
        resource door: safe.Safe { label: "front", token: secret("TOKEN") }
        resource copy: safe.Safe { label: "back", token: door.password }

        workflow open {
          step try: Shell {
            command: ["sh", "-c", "test \\"$PASSWORD\\" = \\"$WANTED\\" && test \\"$CODE\\" = \\"$WANTED\\" && echo opened"]
            env: { PASSWORD: door.password, CODE: crack.code, WANTED: secret("WANTED") }
          }
          step crack: Crack { size: 1 }
          output said = try.stdout
          output code = crack.code
        }
        output password = door.password

        workflow shout {
          step say: Shell { command: ["python3", "say.py", "0"], env: { PASSWORD: door.password } }
          output said = say.stdout
        }

        workflow fail {
          step say: Shell { command: ["python3", "say.py", "3"], env: { PASSWORD: door.password } }
        }

        """
    /// Shows the password in every encoding.
    private static let program = """
        import base64, json, os, re, sys, urllib.parse
        text = os.environ["PASSWORD"]
        for stream in [sys.stdout, sys.stderr]:
            percent = urllib.parse.quote(text, safe="")
            print("plain", text, json.dumps(text), json.dumps(text, ensure_ascii=False), file=stream)
            print(json.dumps(text, ensure_ascii=False).replace("/", "\\/"), file=stream)
            print(percent, urllib.parse.quote_plus(text), file=stream)
            print(re.sub("%..", lambda code: code.group().lower(), percent), file=stream)
            for before in ["", "u", "us"]:
                print(base64.b64encode((before + text).encode()).decode(), file=stream)
        sys.exit(int(sys.argv[1]))

        """

    private let project: Project
    private let platform: SafePlatform

    init() async throws {
        project = try Project([
            "converge.project": "environment default { use local\n use safe }\n", "doors.recipe": Self.recipe,
            "say.py": Self.program
        ])
        platform = try SafePlatform(password: Self.password)
        try await SafePlugin().install(in: project)
    }

    private func converge(_ words: String..., token: String = "first") async throws -> Project.Answer {
        try await project.run(
            words,
            environment: platform.environment.merging(["TOKEN": token, "WANTED": Self.password]) { $1 })
    }

    private static let wanted = SecretCanaryTests.forms(of: password) + ["sesame", "c2VzYW1l"]

    private func expectNone(_ answer: Project.Answer, _ place: String) {
        for text in Self.wanted {
            #expect(!answer.output.contains(text) && !answer.errors.contains(text), "\(place)")
        }
    }

    private func expectNoneInFiles() throws {
        let all = FileManager.default.enumerator(atPath: project.folder.path)?.compactMap { $0 as? String } ?? []
        for name in all where !name.hasSuffix(".so") {
            guard let content = FileManager.default.contents(atPath: project.path(name)) else { continue }
            for text in Self.wanted where content.range(of: Data(text.utf8)) != nil {
                Issue.record("\(name) holds '\(text)'")
            }
        }
    }

    @Test func `a sensitive output is usable and nowhere in clear`() async throws {
        for words in [["plan", "doors.recipe", "--out", "saved.plan"], ["apply", "saved.plan", "--yes", "--events"]] {
            let answer = try await project.run(
                words, environment: platform.environment.merging(["TOKEN": "first", "WANTED": Self.password]) { $1 })
            #expect(answer.code == 0, "\(words): \(answer.output)\(answer.errors)")
            expectNone(answer, words.joined(separator: " "))
        }
        let mode = try FileManager.default.attributesOfItem(atPath: project.path(".converge/ledger.key"))
        #expect(mode[.posixPermissions] as? Int == 0o600)
        let run = try await converge("run", "doors.recipe", "open", "--yes", "--json")
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        #expect(try run.document["outputs"]?.at("said")?.string == "opened", "\(run.output)")
        #expect(try run.document["outputs"]?.at("code")?.string == "(sensitive)")
        expectNone(run, "run")
        for words in [["show", "--json"], ["show", "door"], ["runs", "--json"], ["drift", "doors.recipe", "--json"]] {
            let answer = try await project.run(words, environment: platform.environment)
            #expect(answer.code == 0, "\(words): \(answer.output)\(answer.errors)")
            expectNone(answer, words.joined(separator: " "))
        }
        for (workflow, code) in [("shout", Int32(0)), ("fail", 1)] {
            for form in ["--json", "--events"] {
                let answer = try await converge("run", "doors.recipe", workflow, "--yes", form)
                #expect(answer.code == code, "\(answer.output)\(answer.errors)")
                expectNone(answer, workflow)
                #expect((answer.output + answer.errors).contains("(secret sensitive)"), "\(answer.output)")
            }
        }
        for id in ["run-3", "run-5"] {
            expectNone(try await converge("logs", id), "logs")
            expectNone(try await converge("show", id, "--json"), "show")
        }
        let again = try await converge("plan", "doors.recipe", "--json")
        #expect(try again.document["changes"]?.list == [], "\(again.output)")
        try expectNoneInFiles()
    }

    @Test func `a secret that changed is a change, and a sensitive output that changed reaches its readers`()
        async throws
    {
        #expect(try await converge("apply", "doors.recipe", "--yes").code == 0)
        let same = try await converge("plan", "doors.recipe")
        #expect(same.output.contains("Nothing to change"), "\(same.output)")
        let changed = try await converge("plan", "doors.recipe", token: "second")
        #expect(changed.output.contains("token: secret changed"), "\(changed.output)\(changed.errors)")
        #expect(changed.output.contains("1 to update") && !changed.output.contains("second"))
        #expect(try await converge("apply", "doors.recipe", "--yes", token: "second").code == 0)
        let applied = try await converge("plan", "doors.recipe", token: "second")
        #expect(applied.output.contains("Nothing to change"), "\(applied.output)")
        // Out of reach, nobody says that it changed.
        let absent = try await project.converge("plan", "doors.recipe", environment: platform.environment)
        #expect(absent.output.contains("Nothing to change"), "\(absent.output)\(absent.errors)")

        try platform.write("another", to: "password")
        let dependant = try await converge("plan", "doors.recipe", token: "second")
        #expect(dependant.output.contains("copy") && dependant.output.contains("token: (sensitive)"))
        #expect(dependant.output.contains("1 to update") && !dependant.output.contains("another"))
    }

    @Test func `another key opens what the old one sealed, in backups too`() async throws {
        #expect(try await converge("apply", "doors.recipe", "--yes").code == 0)
        let before = try project.text(of: ".converge/ledger.key")
        let rotated = try await converge("ledger", "rotate", "--json")
        #expect(rotated.code == 0, "\(rotated.errors)")
        #expect(try rotated.document["encrypted"]?.int ?? 0 >= 2 && rotated.document["unreadable"]?.int == 0)
        #expect(try project.text(of: ".converge/ledger.key") != before)
        let plan = try await converge("plan", "doors.recipe")
        #expect(plan.output.contains("Nothing to change"), "\(plan.output)\(plan.errors)")
        #expect(try await converge("ledger", "audit").output.contains("rotate"))
        let restored = try await converge("ledger", "restore", "--yes")
        #expect(restored.code == 0, "\(restored.errors)")
        let run = try await converge("run", "doors.recipe", "open", "--yes", "--json")
        #expect(try run.document["outputs"]?.at("said")?.string == "opened", "\(run.output)\(run.errors)")
    }

    @Test func `a key that is missing or wrong is told, and loses no row`() async throws {
        #expect(try await converge("apply", "doors.recipe", "--yes").code == 0)
        let key = try project.text(of: ".converge/ledger.key")
        try FileManager.default.removeItem(atPath: project.path(".converge/ledger.key"))
        let missing = try await converge("plan", "doors.recipe")
        #expect(missing.code == 1 && missing.errors.contains("P0210"), "\(missing.output)\(missing.errors)")
        #expect(missing.errors.contains("ledger rotate --lost") && !project.exists(".converge/ledger.key"))
        #expect(try await converge("show").output.contains("door"))

        try project.write("{}", to: ".converge/ledger.key")
        let wrong = try await converge("plan", "doors.recipe")
        #expect(wrong.code == 1 && wrong.errors.contains("P0211"), "\(wrong.errors)")
        try FileManager.default.removeItem(atPath: project.path(".converge/ledger.key"))

        let elsewhere = project.path("elsewhere.key")
        try project.write(key, to: "elsewhere.key")
        let named = try await project.converge(
            "plan", "doors.recipe",
            environment: platform.environment.merging(["TOKEN": "first", "CONVERGE_LEDGER_KEY_FILE": elsewhere]) { $1 })
        #expect(named.output.contains("Nothing to change"), "\(named.errors)")

        // Without any key the platforms are asked again.
        let lost = try await converge("ledger", "rotate", "--lost")
        #expect(lost.code == 0 && lost.output.contains("cannot be read"), "\(lost.output)\(lost.errors)")
        #expect(try await converge("refresh", "doors.recipe").code == 0)
        #expect(try await converge("apply", "doors.recipe", "--yes").code == 0)
        let run = try await converge("run", "doors.recipe", "open", "--yes", "--json")
        #expect(try run.document["outputs"]?.at("said")?.string == "opened", "\(run.output)\(run.errors)")
        #expect(try platform.made == ["door", "copy"])
    }
}
