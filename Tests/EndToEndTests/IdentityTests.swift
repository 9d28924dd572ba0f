// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What stays the same thing, whatever it is called and wherever it is declared.
struct IdentityTests {
    private func actions(_ project: Project, _ file: String = "a.recipe") async throws -> [String] {
        let plan = try await project.converge("plan", file, "--json")
        try #require(plan.code == 0, "\(plan.errors)")
        return try (plan.json.at("changes")?.list ?? []).compactMap { change in
            change.at("address")?.string.map { "\(change.at("action")?.string ?? "") \($0)" }
        }
    }

    private func applied(_ text: String) async throws -> Project {
        let project = try Project(["a.recipe": text])
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        try #require(apply.code == 0, "\(apply.errors)")
        return project
    }

    @Test func `keys never shuffle: a new one in front changes nothing of the others`() async throws {
        let project = try await applied(
            "for key in [\"b\", \"c\"] { resource n[key]: local.Note { text: key } }\n")
        try project.write(
            "for key in [\"a\", \"c\", \"b\"] { resource n[key]: local.Note { text: key } }\n", to: "a.recipe")
        #expect(try await actions(project) == ["create n[\"a\"]"])
    }

    @Test(arguments: [#""/n""#, #""/n[${k}]""#, #""/n[\"${k}\"]""#])
    func `the things of a loop move into a module and out of it, each with its key`(former: String) async throws {
        let project = try await applied(#"for k in ["a", "b c"] { resource n[k]: local.Note { text: k } }"# + "\n")
        try project.write(
            "for k in [\"a\", \"b c\"] { resource x[k]: local.Note { text: k, @formerly: \(former) } }\n",
            to: "part.recipe")
        try project.write("import \"part.recipe\" as p\n", to: "a.recipe")
        #expect(try await actions(project).sorted() == [#"move p/x["a"]"#, #"move p/x["b c"]"#])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        for back in ["p.x", "p.x[k]", #""p/x[${k}]""#] {
            try project.write(
                "for k in [\"a\", \"b c\"] { resource m[k]: local.Note { text: k, @formerly: \(back) } }\n",
                to: "a.recipe")
            #expect(try await actions(project).sorted() == [#"move m["a"]"#, #"move m["b c"]"#], "\(back)")
        }
    }

    @Test func `an import that is renamed keeps what it made`() async throws {
        let project = try Project([
            "part.recipe": """
            for k in ["a"] { resource x[k]: local.Note { text: k } }
            resource lake: DataLakeStorage { name: "big" }
            import "inner.recipe" as inner

            """, "inner.recipe": "resource i: local.Note { text: \"i\" }\n",
            "a.recipe": "import \"part.recipe\" as p\n"
        ])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write("import \"part.recipe\" as q { @formerly: p }\n", to: "a.recipe")
        let moves = try await actions(project)
        #expect(moves.contains(#"move q/x["a"]"#) && moves.contains("move q/inner/i"), "\(moves)")
        #expect(moves.allSatisfy { $0.hasPrefix("move ") }, "\(moves)")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        #expect(try await actions(project).isEmpty)
        try project.write("import \"part.recipe\" as q { @formely: p }\n", to: "a.recipe")
        try await project.converge("check", "a.recipe").expectRefusal("R0208", "@formely", wayOut: "did you mean")
    }

    @Test func `formerly moves into a loop, out of it, and across modules`() async throws {
        let project = try await applied(
            """
            resource single: local.Note { text: "s" }
            for key in ["a", "b"] { resource n[key]: local.Note { text: key } }
            resource own: local.Note { text: "o" }

            """)
        try project.write(
            "resource inner: local.Note { text: \"o\", @formerly: \"own\" }\noutput id = inner.id\n", to: "part.recipe")
        try project.write(
            """
            for key in ["s"] { resource many[key]: local.Note { text: key, @formerly: "single" } }
            for key in ["a"] { resource m[key]: local.Note { text: key, @formerly: n[key] } }
            resource b: local.Note { text: "b", @formerly: n["b"] }
            import "part.recipe" as part {}
            resource own2: local.Note { text: "o", @formerly: own }

            """, to: "a.recipe")
        #expect(
            try await actions(project).sorted()
                == [
                    "move b", "move m[\"a\"]", "move many[\"s\"]", "move own2", "create part/inner"
                ].sorted())
        try project.write(
            """
            for key in ["s"] { resource many[key]: local.Note { text: key, @formerly: "single" } }
            for key in ["a"] { resource m[key]: local.Note { text: key, @formerly: n[key] } }
            resource b: local.Note { text: "b", @formerly: n["b"] }
            import "part.recipe" as part {}

            """, to: "a.recipe")
        try project.write(
            "resource inner: local.Note { text: \"o\", @formerly: \"/own\" }\noutput id = inner.id\n", to: "part.recipe"
        )
        #expect(
            try await actions(project).sorted()
                == ["move b", "move m[\"a\"]", "move many[\"s\"]", "move part/inner"].sorted())
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
    }

    @Test func `a deletion and a creation that look like one rename are told with the edit, and asked about`()
        async throws
    {
        let project = try await applied(
            "resource note: local.Note { text: \"same\" }\nresource files: DataLakeStorage {}\n")
        try project.write(
            "resource memo: local.Note { text: \"same\" }\nresource lake: DataLakeStorage {}\n", to: "a.recipe")
        let plan = try await project.converge("plan", "a.recipe")
        #expect(
            plan.output.contains(
                "note goes, and memo comes and is the same  (to keep it, write `@formerly: note` at a.recipe:1)"),
            "\(plan.output)")
        let likely = try await project.converge("plan", "a.recipe", "--json").json.at("likely_renames")?.list ?? []
        #expect(likely.compactMap { $0.at("edit")?.string } == ["@formerly: files", "@formerly: note"], "\(likely)")

        let prompt = try await PromptTerminal(project)
        try prompt.terminal.type("apply a.recipe")
        try prompt.terminal.press("Enter")
        for question in ["files goes, and lake comes", "note goes, and memo comes", "Apply these changes?"] {
            try await prompt.terminal.wait(for: question) { $0.text.contains(question) }
            if question.hasPrefix("Apply") { break }
            try prompt.terminal.type("yes")
            try prompt.terminal.press("Enter")
        }
        let answer = try await prompt.enter("yes").joined(separator: "\n")
        #expect(answer.contains("2 moved"), "\(answer)")
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
    }

    @Test func `of a renamed loop the edit is told once, and it keeps all`() async throws {
        func loop(_ declaration: String) -> String {
            "for k in [\"a\", \"b\"] {\n  resource \(declaration): local.Note { text: k }\n}\n"
        }
        let project = try await applied(loop("n[k]"))
        try project.write(loop("m[k]"), to: "a.recipe")
        let likely = try await project.converge("plan", "a.recipe", "--json").json.at("likely_renames")?.list ?? []
        #expect(likely.compactMap { $0.at("edit")?.string } == ["@formerly: n[k]"], "\(likely)")
        try project.write(loop("m[k]").replacing("text: k", with: "@formerly: n[k], text: k"), to: "a.recipe")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0 && apply.output.contains("2 moved"), "\(apply.output)\(apply.errors)")
    }

    @Test func `a plan has a line for each capability that is fulfilled by another version of its mapping`()
        async throws
    {
        func recipe(_ version: Int) -> String {
            """
            capability Notice { param text: String }
            mapping Notice on local service "Note" version \(version) {
              resource memo: local.Note { text: text }
              output id = memo.id
              output access = {}
            }
            resource n: Notice { text: "x" }

            """
        }
        let project = try await applied(recipe(1))
        try project.write(recipe(2), to: "a.recipe")
        let plan = try await project.converge("plan", "a.recipe")
        #expect(
            plan.output.contains("n  Notice  the mapping by \"Note\" on local: version 1 -> version 2"),
            "\(plan.output)\(plan.errors)")
        #expect(try await project.converge("plan", "a.recipe", "--json").json.at("mappings", "0", "to", "version") == 2)
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0 && apply.output.contains("version 1 -> version 2"), "\(apply.output)\(apply.errors)")
        #expect(try await project.converge("plan", "a.recipe").output.contains("Mappings") == false)
    }

    @Test func `a thing that takes over the name of one that goes is made once that is gone`() async throws {
        let project = try await applied("resource a: local.Lake { name: \"big\" }\n")
        try project.write("resource b: local.Lake { name: \"big\", retention: 9d }\n", to: "a.recipe")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0 && apply.output.contains("1 created, 1 deleted"), "\(apply.output)\(apply.errors)")
        // What goes only after the new one is there cannot make room for it.
        let reader = "resource n: local.Note { text: LAKE.id }\n"
        try project.write(
            "resource b: local.Lake { name: \"big\" }\n" + reader.replacing("LAKE", with: "b"), to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(
            "resource c: local.Lake { name: \"big\", retention: 9d }\n" + reader.replacing("LAKE", with: "c"),
            to: "a.recipe")
        try await project.converge("apply", "a.recipe", "--yes")
            .expectRefusal("G0110", "cannot be made beside b", wayOut: "@formerly: b")
    }

    @Test func `what only looks alike in part, or like several, is no rename`() async throws {
        let project = try await applied(
            "resource a: local.Note { text: \"x\" }\nresource b: local.Note { text: \"x\" }\n")
        try project.write("resource c: local.Note { text: \"x\" }\n", to: "a.recipe")
        #expect(
            try await project.converge("plan", "a.recipe", "--json").json.at("likely_renames")?.list?.isEmpty == true)
    }

    @Test func `contrary wishes of replacement are an error at check, with both places`() async throws {
        let project = try Project([
            "a.recipe": """
            resource first: local.Lake { @replace: "delete_first" }
            resource second: local.Note { text: first.id, @replace: "create_first" }

            """
        ])
        let check = try await project.converge("check", "a.recipe")
        check.expectRefusal("G0109", "second is made anew before its old self goes")
        #expect(check.errors.contains("a.recipe:1") && check.errors.contains("a.recipe:2"), "\(check.errors)")
        try await project.converge("plan", "a.recipe").expectRefusal("G0109", "first, which it needs, after")
    }

    @Test func `a deletion waits until what used the thing lets go of it`() async throws {
        let project = try Project([
            "converge.project": "environment default { use local\n use harbour }\n",
            "a.recipe": """
            resource base: harbour.Crate { text: "base" }
            resource user: harbour.Crate { text: base.id }

            """
        ])
        try await HarbourPlugin.install(in: project)
        let server = try await HarbourServer(project, cranes: 9)
        #expect(try await project.run(["apply", "a.recipe", "--yes"], environment: server.environment).code == 0)
        try project.write("resource user: harbour.Crate { text: \"alone\" }\n", to: "a.recipe")
        let apply = try await project.run(["apply", "a.recipe", "--yes"], environment: server.environment)
        #expect(apply.code == 0, "\(apply.errors)")
        let update = try #require(apply.errors.range(of: "✓ user"))
        let delete = try #require(apply.errors.range(of: "✓ base"))
        #expect(update.lowerBound < delete.lowerBound, "\(apply.errors)")
        await server.end()
    }

    @Test func `an old thing that cannot be deleted is in nobody's way, and goes later`() async throws {
        let project = try Project([
            "converge.project": "environment default { use local\n use harbour }\n",
            "a.recipe": "resource old: harbour.Crate { text: \"old\" }\n"
        ])
        try await HarbourPlugin.install(in: project)
        let server = try await HarbourServer(project, cranes: 9)
        #expect(try await project.run(["apply", "a.recipe", "--yes"], environment: server.environment).code == 0)
        try project.write(
            "resource new: harbour.Crate { text: \"new\" }\nresource reader: harbour.Crate { text: new.id }\n",
            to: "a.recipe")
        try project.write("", to: "stuck")
        let apply = try await project.run(["apply", "a.recipe", "--yes"], environment: server.environment)
        #expect(apply.code == 1 && apply.output.contains("2 created"), "\(apply.output)\(apply.errors)")
        #expect(apply.errors.contains("the harbour answered 500"), "\(apply.errors)")
        try FileManager.default.removeItem(atPath: project.path("stuck"))
        let again = try await project.run(["apply", "a.recipe", "--yes"], environment: server.environment)
        #expect(again.code == 0 && again.output.contains("1 deleted"), "\(again.output)\(again.errors)")
        #expect(try await server.counts()["crates"] == 2)
        await server.end()
    }

    @Test(arguments: [
        (
            "resource b: local.Note { text: \"a\", @formerly: a }\nresource c: local.Note { text: \"b\", @formerly: b }\n",
            "declared as b"
        ),
        (
            "resource b: local.Note { text: \"b\" }\nresource a: local.Note { text: \"n\" }\nresource d: local.Note { text: \"a\", @formerly: a }\n",
            "declared as a"
        ),
        (
            "resource a: local.Note { text: \"b\", @formerly: b }\nresource b: local.Note { text: \"a\", @formerly: a }\n",
            "each say that they were the other one"
        )
    ])
    func `names that change hands in one apply are refused, and nothing is lost`(edit: String, reason: String)
        async throws
    {
        let project = try Project([
            "a.recipe": "resource a: local.Note { text: \"a\" }\nresource b: local.Note { text: \"b\" }\n"
        ])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let before = try await project.converge("show", "--json").json.at("resources")
        try project.write(edit, to: "a.recipe")
        for verb in [["plan", "a.recipe"], ["apply", "a.recipe", "--yes"]] {
            try await project.run(verb).expectRefusal("G0103", reason)
        }
        #expect(try await project.converge("show", "--json").json.at("resources") == before)
    }

    @Test func `what goes on under another name is kept until that is decided in a later phase`() async throws {
        let project = try Project([
            "a.recipe": """
            param word: String = "one"
            resource seed: local.Lake { name: word }
            resource late: local.Note { text: "kept" }
            for k in ["x", "y"] { resource n[k]: local.Note { text: k } }

            """
        ])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        func ids() async throws -> [String: String] {
            let resources = try await project.converge("show", "--json").json.at("resources")?.list ?? []
            return Dictionary(
                resources.compactMap { resource in
                    guard let text = resource.at("inputs", "text")?.string,
                        let id = resource.at("outputs", "id")?.string
                    else { return nil }
                    return (text, id)
                }, uniquingKeysWith: { first, _ in first })
        }
        let before = try await ids()
        try project.write(
            """
            param word: String = "two"
            resource seed: local.Lake { name: word }
            if seed.id != "" { resource late2: local.Note { text: "kept", @formerly: late } }
            for k in split("x,y", if seed.id == "" then "," else ",") { resource m[k]: local.Note { text: k, @formerly: n[k] } }

            """, to: "a.recipe")
        let plan = try await project.converge("plan", "a.recipe")
        #expect(!plan.output.contains("- late") && !plan.output.contains("- n["), "\(plan.output)")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0, "\(apply.output)\(apply.errors)")
        #expect(try await ids() == before, "the things are the same")
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
    }
}
