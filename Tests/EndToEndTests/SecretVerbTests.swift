// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Secrets that the project keeps, through the executable.
struct SecretVerbTests {
    private static let key = ["CONVERGE_KEY": Data(repeating: 7, count: 32).base64EncodedString()]

    private static let recipe = """
        workflow work {
          step say: Shell {
            run: "printf %s $WORD | wc -c; printf '%s' $CONVERGE_KEY$CONVERGE_PASSPHRASE | wc -c"
            env: { WORD: secret("WORD") }
          }
          output counts = say.stdout
        }

        """

    private func counts(_ project: Project, _ environment: [String: String]) async throws -> [String] {
        let run = try await project.converge("run", "work.recipe", "--yes", "--json", environment: environment)
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        return (try run.json.at("outputs", "counts")?.string ?? "").split(whereSeparator: \.isWhitespace).map(
            String.init)
    }

    @Test func `a secret is set, used, listed, replaced and removed; steps do not get its key`() async throws {
        let project = try Project(["work.recipe": Self.recipe])
        let set = try await project.converge("secret", "set", "WORD", input: "canary-7\n", environment: Self.key)
        #expect(set.code == 0 && set.output == "The secret WORD is set.\n", "\(set.output)\(set.errors)")
        #expect(try await counts(project, Self.key) == ["8", "0"])
        #expect(
            try await counts(project, Self.key.merging(["WORD": "longer-than-that"]) { $1 }) == ["16", "0"],
            "a variable comes first")
        let again = try await project.converge(
            "secret", "set", "WORD", "--json", input: "canary-seven", environment: Self.key)
        #expect(try again.document == ["secret": "WORD", "replaced": true, "key_file": nil])
        let list = try await project.converge("secret", "list", "--json")
        #expect(try list.json.at("secrets", "0", "name") == "WORD" && list.json.at("secrets")?.list?.count == 1)
        #expect(try await project.converge("secret", "list").output.contains("WORD"))
        let trail = try await project.converge("audit", "--json")
        #expect(
            try trail.json.at("audit")?.list?.compactMap { $0.at("detail")?.string }.filter { $0.contains("WORD") }
                == ["replaced WORD", "set WORD"])
        #expect(try await project.converge("secret", "remove", "WORD", environment: Self.key).code == 0)
        #expect(
            try await project.converge("secret", "list").output
                == "The project keeps no secrets. `secret set NAME` keeps one.\n")
        let missing = try await project.converge("run", "work.recipe", "--yes", environment: Self.key)
        missing.expectRefusal("P0201", "looked for in the environment variable WORD, in the file that WORD_FILE names")
        #expect(try await project.program("grep", "-rl", "canary", ".").output.isEmpty)
    }

    @Test func `no program of a step finds a key, a passphrase or where a key lies`() async throws {
        let project = try Project([
            "env.recipe": """
            workflow shows {
              step all: Shell { run: "env | cut -d= -f1 | grep -E '^CONVERGE_|^SHOWN' | sort | tr '\\\\n' ' '" }
              step own: Shell { run: "printf %s $CONVERGE_KEY_FILE", env: { CONVERGE_KEY_FILE: "mine" } }
              output all = all.stdout
              output own = own.stdout
            }

            """
        ])
        #expect(try await project.converge("secret", "init", "--key-file", "key").code == 0)
        let names = ["", "NEW_"].flatMap { ["CONVERGE_\($0)KEY", "CONVERGE_\($0)PASSPHRASE", "CONVERGE_\($0)KEY_FILE"] }
        var environment = Dictionary(uniqueKeysWithValues: names.map { ($0, "") })
        environment["CONVERGE_KEY_FILE"] = project.path("key")
        environment["CONVERGE_NEW_PASSPHRASE"] = "correct horse"
        environment["CONVERGE_LEDGER_KEY_FILE"] = project.path("ledger-key")
        environment["SHOWN"] = "yes"
        let run = try await project.converge(
            "run", "env.recipe", "--yes", "--json", environment: environment)
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        let shown = try run.json.at("outputs", "all")?.string?.split(separator: " ").map(String.init) ?? []
        #expect(shown.contains("SHOWN"))
        #expect(Set(shown).isDisjoint(with: names + ["CONVERGE_LEDGER_KEY_FILE"]), "\(shown)")
        #expect(try run.json.at("outputs", "own")?.string == "mine")
    }

    @Test(arguments: [
        ["WORD", "canary-7"], ["WORD=canary-7"], ["WORD", "--value", "canary-7"], ["WORD", "--value=canary-7"]
    ])
    func `a secret on the command line is refused and not repeated`(words: [String]) async throws {
        let project = try Project()
        let answer = try await project.run(["secret", "set"] + words, input: "x", environment: Self.key)
        #expect(answer.code == 64)
        #expect(!(answer.output + answer.errors).contains("canary"), "\(answer.errors)")
        #expect(!project.exists(".converge/secrets"))
    }

    @Test func `a key file is made, and a rotation takes another one`() async throws {
        let project = try Project(["work.recipe": Self.recipe])
        let made = try await project.converge("secret", "init", "--key-file", "keys/old")
        #expect(made.code == 0 && made.output.contains("export CONVERGE_KEY_FILE="), "\(made.output)\(made.errors)")
        let old = ["CONVERGE_KEY_FILE": project.path("keys/old")]
        #expect(try await project.converge("secret", "set", "WORD", input: "canary-7", environment: old).code == 0)
        let unset = try await project.converge("run", "work.recipe", "--yes")
        unset.expectRefusal("P0205", "opens with a key, and none is given")
        let rotated = try await project.converge(
            "secret", "rotate", "--key-file", "keys/new", "--json", environment: old)
        #expect(try rotated.document == ["secrets": 1, "key_file": "keys/new"], "\(rotated.errors)")
        let refused = try await project.converge("run", "work.recipe", "--yes", environment: old)
        refused.expectRefusal("P0204", "the key does not open the store of secrets")
        #expect(try await counts(project, ["CONVERGE_KEY_FILE": project.path("keys/new")]) == ["8", "0"])
        let word = ["CONVERGE_PASSPHRASE": "correct horse", "CONVERGE_NEW_PASSPHRASE": "correct horse"]
        let worded = try await project.converge(
            "secret", "rotate", "--passphrase",
            environment: word.merging(["CONVERGE_KEY_FILE": project.path("keys/new")]) { $1 })
        #expect(worded.output == "1 secret is encrypted with the new key.\n", "\(worded.errors)")
        #expect(try await counts(project, word) == ["8", "0"])
    }

    @Test func `a test finds the project's secrets and leaves the store alone`() async throws {
        let project = try Project([
            "work.recipe": Self.recipe + """
                test "the word" {
                  run work
                  expect work.counts != ""
                }

                """
        ])
        #expect(try await project.converge("secret", "set", "WORD", input: "canary-7", environment: Self.key).code == 0)
        let test = try await project.converge("test", "work.recipe", environment: Self.key)
        #expect(test.code == 0, "\(test.output)\(test.errors)")
    }

    @Test func `at the prompt a secret and a passphrase are typed unseen and in no history`() async throws {
        let project = try Project(["work.recipe": Self.recipe])
        let prompt = try await PromptTerminal(project)
        try prompt.terminal.enter("secret set WORD")
        try await prompt.terminal.wait(for: "Secret WORD, not shown:")
        try prompt.terminal.enter("canary-7")
        try await prompt.terminal.wait(for: "New passphrase for the project's secrets:")
        try prompt.terminal.enter("canary horse")
        try await prompt.terminal.wait(for: "The same once more:")
        try prompt.terminal.enter("canary horse")
        try await prompt.terminal.wait(for: "The secret WORD is set.", within: .seconds(30))
        try await prompt.terminal.wait(for: "the prompt") { $0.lastLine == "converge>" }
        #expect(try await prompt.enter("secret list").contains { $0.hasPrefix("WORD") })
        for statement in ["secret set WORD canary-8", "secret set WORD=canary-9", "secret set WORD \"canary 10"] {
            try prompt.terminal.type(statement)
            try prompt.terminal.press("Enter")
            try await prompt.abandonLine()
        }
        try await prompt.terminal.wait(for: "the prompt") { $0.lastLine == "converge>" }
        let history = try project.text(of: prompt.historyFile)
        #expect(history.contains("secret set WORD ***") && !history.contains("canary"), "\(history)")
        #expect(!(try prompt.terminal.screen(.all).text.contains("canary-7")))
        #expect(try await prompt.enter("1 + 1") == ["2"], "what is typed is shown again")
        #expect(try await prompt.leave().status == 0)

        // Another process asks for the passphrase in the middle of a run, once it knows that it is wrong again.
        let shell = try PromptTerminal.shell(project)
        try shell.enter("\(Project.executable) run work.recipe --yes")
        try await shell.wait(for: "Passphrase of the project's secrets:", within: .seconds(30))
        try shell.enter("canary mule")
        try await shell.wait(for: "That does not open them.", within: .seconds(30))
        try shell.enter("canary horse")
        try await shell.wait(for: "succeeded", within: .seconds(30))
        #expect(!(try shell.screen(.all).text.contains("canary")))
        try shell.enter("exit")
        #expect(try await project.program("grep", "-rl", "canary", ".").output.isEmpty)
    }

    @Test func `Ctrl-C at a question changes nothing and ends with 130`() async throws {
        let project = try Project()
        let shell = try PromptTerminal.shell(project)
        try shell.enter(
            "\(Project.executable) secret set WORD; echo ended with $?; stty -a | grep -q ' echo ' && echo it is sho''wn"
        )
        try await shell.wait(for: "Secret WORD, not shown:")
        try shell.press("C-c")
        try await shell.wait(for: "ended with 130")
        try await shell.wait(for: "it is shown")
        #expect(!project.exists(".converge/secrets"))
        try shell.enter("exit")
    }
}
