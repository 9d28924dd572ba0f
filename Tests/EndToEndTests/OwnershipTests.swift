// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What one recipe, one environment or the prompt made is touched by no other.
struct OwnershipTests {
    /// Module and text of every note of an environment.
    private func notes(_ project: Project, _ environment: String = "default") async throws -> [String] {
        let shown = try await project.converge("show", "--env", environment, "--json").json
        return (shown.at("resources")?.list ?? []).map {
            "\($0.at("module")?.string ?? "") \($0.at("address")?.string ?? "") \($0.at("inputs", "text")?.string ?? "")"
        }.sorted()
    }

    private func note(_ text: String) -> String { "resource a: local.Note { text: \"\(text)\" }\n" }

    @Test func `two recipes with equal names in them do not touch each other's things`() async throws {
        let project = try Project(["one.recipe": note("one"), "two.recipe": note("two")])
        #expect(try await project.converge("apply", "one.recipe", "--yes").code == 0)
        let second = try await project.converge("apply", "two.recipe", "--yes", "--json").json
        #expect(second.at("summary", "create") == 1)
        #expect(second.at("changes")?.list?.count == 1, "the plan names its own alone")
        #expect(try await notes(project) == ["one a one", "two a two"])

        try project.write("resource b: local.Note { text: \"other\" }\n", to: "one.recipe")
        #expect(try await project.converge("apply", "one.recipe", "--yes").code == 0)
        #expect(try await notes(project) == ["one b other", "two a two"])
        #expect(try await project.converge("destroy", "one.recipe", "--yes").code == 0)
        #expect(try await notes(project) == ["two a two"])
        #expect(try await project.converge("plan", "two.recipe", "--check").code == 0)
    }

    @Test func `recipes with one name in two folders are two modules`() async throws {
        let project = try Project(["converge.project": "", "a/x.recipe": note("a"), "b/x.recipe": note("b")])
        #expect(try await project.converge("apply", "a/x.recipe", "--yes").code == 0)
        #expect(try await project.converge("apply", "b/x.recipe", "--yes").code == 0)
        #expect(try await notes(project) == ["a/x a a", "b/x a b"])
        #expect(try await project.converge("destroy", "a/x.recipe", "--yes").code == 0)
        #expect(try await notes(project) == ["b/x a b"])
    }

    @Test func `two environments do not touch each other's things`() async throws {
        let project = try Project([
            "converge.project":
                "environment dev {\n  use local\n  set text = \"dev\"\n}\nenvironment prod { use local }\n",
            "note.recipe": "param text: String = \"unset\"\n" + "resource a: local.Note { text: text }\n"
        ])
        #expect(try await project.converge("apply", "note.recipe", "--env", "dev", "--yes").code == 0)
        let prod = try await project.converge("apply", "note.recipe", "--env", "prod", "--yes", "--json").json
        #expect(prod.at("summary", "create") == 1)
        #expect(try await notes(project, "dev") == ["note a dev"])
        #expect(try await notes(project, "prod") == ["note a unset"])
        #expect(try await project.converge("destroy", "note.recipe", "--env", "dev", "--yes").code == 0)
        #expect(try await notes(project, "dev").isEmpty)
        #expect(try await notes(project, "prod") == ["note a unset"])
        #expect(try await project.converge("plan", "note.recipe", "--env", "prod", "--check").code == 0)
    }

    @Test func `a prompt goes on from what another declared meanwhile`() async throws {
        let project = try Project()
        let answer = try await project.program(
            "bash", "-c",
            """
            mkfifo typed
            "\(Project.executable)" <typed >first.txt 2>&1 & exec 3>typed
            echo '20 + 1' >&3
            until grep -q 21 first.txt; do sleep 0.02; done
            echo 'let a = 1' | "\(Project.executable)"
            echo 'let b = a + 1' >&3
            exec 3>&-
            wait $!
            """)
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try project.text(of: "first.txt").contains("Another prompt changed this module"))
        #expect(try project.text(of: ".converge/scratch.recipe") == "let a = 1\nlet b = a + 1\n")
    }

    @Test func `the prompt's module and a recipe do not touch each other's things`() async throws {
        let project = try Project(["one.recipe": note("one")])
        #expect(try await project.converge("apply", "one.recipe", "--yes").code == 0)
        let typed = try await project.run([], input: "resource a: local.Note { text: \"typed\" }\napply --yes\n")
        #expect(typed.code == 0, "\(typed.output)\(typed.errors)")
        #expect(try await notes(project) == ["@scratch a typed", "one a one"])
        #expect(try await project.converge("destroy", "one.recipe", "--yes").code == 0)
        #expect(try await notes(project) == ["@scratch a typed"])
        #expect(try await project.converge("apply", "one.recipe", "--yes").code == 0)
        // The module at the prompt is kept, so that the next visit knows what it made.
        let left = try await project.run([], input: "destroy --yes\n")
        #expect(left.code == 0, "\(left.output)\(left.errors)")
        #expect(try await notes(project) == ["one a one"])
    }

    @Test func `the prompt keeps a module for each environment`() async throws {
        let project = try Project([
            "converge.project": "environment dev { use local }\nenvironment prod { use local }\n"
        ])
        for name in ["dev", "prod"] {
            let typed = try await project.run(
                ["--env", name], input: "resource \(name): local.Note { text: \"\(name)\" }\napply --yes\n")
            #expect(typed.code == 0, "\(typed.output)\(typed.errors)")
        }
        #expect(try await notes(project, "dev").contains("@scratch dev dev"))
        #expect(try await notes(project, "prod").contains("@scratch prod prod"))
        #expect(try await notes(project).isEmpty)
        let left = try await project.run(["--env=dev"], input: "destroy --yes\n")
        #expect(left.code == 0, "\(left.output)\(left.errors)")
        #expect(try await notes(project, "dev").isEmpty)
        #expect(try await notes(project, "prod").contains("@scratch prod prod"))
    }

    @Test func `the prompt names the environment that commands act on`() async throws {
        let project = try Project([
            "converge.project": "environment dev { use local }\nenvironment prod { use local }\n",
            "a.recipe": "resource n: local.Note { text: \"x\" }\n"
        ])
        let prompt = try await PromptTerminal(project, "--env", "prod")
        #expect(try prompt.terminal.screen().lastLine == "converge prod>")
        #expect(try await prompt.enter("plan a.recipe").first == "Environment prod")
        #expect(try await prompt.leave().status == 0)
    }
}
