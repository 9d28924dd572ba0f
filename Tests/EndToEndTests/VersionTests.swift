// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Every apply is a version that can be listed, compared and returned to.
struct VersionTests {
    private let first = """
        param greeting: String = "hello"
        resource note: local.Note { text: greeting }
        resource reply: local.Note { text: "re ${note.id}" }
        """

    private func applied() async throws -> Project {
        let project = try Project(["notes.recipe": first])
        #expect(try await project.converge("apply", "notes.recipe", "--yes").code == 0)
        #expect(try await project.converge("apply", "notes.recipe", "--set", "greeting=hi", "--yes").code == 0)
        try project.write("resource note: local.Note { text: \"alone\" }\n", to: "notes.recipe")
        #expect(try await project.converge("apply", "notes.recipe", "--yes").code == 0)
        return project
    }

    private func texts(_ project: Project) async throws -> [String: String] {
        let resources = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        return Dictionary(
            resources.compactMap { resource in
                guard let address = resource.at("address")?.string, let text = resource.at("inputs", "text")?.string
                else { return nil }
                return (address, text)
            }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `history lists what each apply changed and who gave it, the newest first`() async throws {
        let project = try await applied()
        let history = try await project.converge("history", "notes.recipe", "--json")
        let versions = try #require(try history.json.at("versions")?.list)
        #expect(versions.compactMap { $0.at("id")?.string } == ["apply-3", "apply-2", "apply-1"])
        #expect(versions.map { $0.at("changes", "create") } == [0, 0, 2])
        #expect(versions.map { $0.at("changes", "update") } == [1, 1, 0])
        #expect(versions.map { $0.at("changes", "delete") } == [1, 0, 0])
        #expect(versions.allSatisfy { $0.at("actor")?.string?.isEmpty == false })
    }

    @Test func `lists of versions, runs and the audit trail say that there are more than they show`() async throws {
        let project = try await applied()
        for (verb, list, what) in [
            ("history", "versions", "versions"), ("runs", "runs", "runs"), ("audit", "audit", "entries")
        ] {
            let short = try await project.converge(verb, "--limit", "2")
            #expect(short.output.contains("more than 2 \(what); --limit 20 shows more of them"), "\(short.output)")
            let document = try await project.converge(verb, "--limit", "2", "--json").json
            #expect(document.at(list)?.list?.count == 2 && document.at("more") == true, "\(document)")
            let whole = try await project.converge(verb, "--limit", "\(Int.max)")
            #expect(whole.code == 0 && !whole.output.contains("more than"), "\(whole.output)\(whole.errors)")
            let all = try await project.converge(verb, "--json").json
            #expect(all.at("more") == false && all.at(list)?.list?.count ?? 0 >= 3, "\(all)")
        }
        let exact = try await project.converge("history", "--limit", "3")
        #expect(!exact.output.contains("more than"), "\(exact.output)")
        let times = exact.output.matches(of: /\d{4}-\d\d-\d\dT\S+/).map { String($0.output) }
        #expect(times.count == 3 && times.allSatisfy { $0.wholeMatch(of: /\S{10}T\d\d:\d\d:\d\dZ/) != nil }, "\(times)")
    }

    @Test func `diff shows each field that differs between two versions, or a version and now`() async throws {
        let project = try await applied()
        let two = try await project.converge("diff", "apply-1", "apply-2", "--json")
        #expect(two.code == 2, "\(two.errors)")
        let change = try #require(try two.json.at("changes", "0"))
        #expect(change.at("address") == "note" && change.at("action") == "update")
        #expect(change.at("fields", "0", "before") == "hello" && change.at("fields", "0", "after") == "hi")
        let now = try await project.converge("diff", "apply-2")
        #expect(now.code == 2)
        #expect(now.output.contains("- reply") && now.output.contains("\"hi\" -> \"alone\""), "\(now.output)")
        let none = try await project.converge("diff", "apply-3")
        #expect(none.code == 0 && none.output.contains("Nothing differs"), "\(none.output)")
    }

    @Test func `rollback returns to a version with its recipe and parameters, as a version of its own`() async throws {
        let project = try await applied()
        let back = try await project.converge("rollback", "apply-2", "--yes")
        #expect(back.code == 0, "\(back.output)\(back.errors)")
        #expect(back.errors.contains("The recipe still says otherwise"), "\(back.errors)")
        let id = try #require(try await project.converge("show", "note.id").output.split(separator: "\n").first)
        // The reply is made anew and names the note that there is.
        #expect(try await texts(project) == ["note": "hi", "reply": "re \(id)"])
        let again = try await project.converge("rollback", "apply-2", "--yes")
        #expect(again.code == 0 && again.output.contains("Nothing to change"), "\(again.output)")
        let before = try await project.converge("rollback", "notes.recipe", "--yes")
        #expect(before.code == 0, "\(before.errors)")
        #expect(try await texts(project) == ["note": "alone"])
        let versions = try await project.converge("history", "--json").json.at("versions")?.list ?? []
        #expect(versions.first?.at("id") == "rollback-5", "\(versions)")
    }

    @Test func `a rollback goes on where it was going, and phases and attempts of one apply are one version`()
        async throws
    {
        let recipe = """
            param name: String = "one"
            resource first: local.Note { text: name }
            resource lake[first.id]: local.Lake { name: name }
            """
        let project = try Project([
            "a.recipe": recipe, "other.recipe": "param name: String\nresource taker: local.Lake { name: name }\n"
        ])
        func apply(_ file: String, _ name: String) async throws -> Int32 {
            try await project.converge("apply", file, "--set", "name=\(name)", "--yes").code
        }
        func note() async throws -> String? { try await texts(project)["first"] }
        #expect(try await apply("a.recipe", "one") == 0)
        #expect(try await apply("other.recipe", "two") == 0)
        // Its second phase fails, and is tried twice.
        let failed = try await project.converge("apply", "a.recipe", "--set", "name=two", "--yes")
        #expect(failed.code == 1 && failed.errors.contains("Or go back: `rollback apply-2`"), "\(failed.errors)")
        #expect(try await apply("a.recipe", "two") == 1)
        #expect(try await note() == "two")
        let back = try await project.converge("rollback", "a.recipe", "--yes")
        #expect(try await note() == "one", "\(back.output)\(back.errors)")
        let told = try await project.converge("rollback", "a.recipe", "--set", "name=x", "--yes")
        #expect(told.code == 64 && told.errors.contains("leave --set out"), "\(told.errors)")
    }

    @Test func `after a destroy the version before it can be returned to, though the recipe is gone`() async throws {
        let project = try await applied()
        #expect(try await project.converge("destroy", "notes.recipe", "--yes").code == 0)
        try FileManager.default.removeItem(atPath: project.path("notes.recipe"))
        #expect(try await project.converge("rollback", "apply-1", "--yes").code == 0)
        #expect(try await texts(project)["note"] == "hello")
        #expect(try await project.converge("rollback", "destroy-4", "--yes").code == 0)
        #expect(try await texts(project).isEmpty)
    }

    @Test func `a rename is no change of the thing in a version`() async throws {
        let project = try Project(["notes.recipe": "resource note: local.Note { text: \"a\" }\n"])
        #expect(try await project.converge("apply", "notes.recipe", "--yes").code == 0)
        try project.write("resource memo: local.Note { @formerly: note, text: \"a\" }\n", to: "notes.recipe")
        #expect(try await project.converge("apply", "notes.recipe", "--yes").code == 0)
        try project.write("resource memo: local.Note { text: \"b\" }\n", to: "notes.recipe")
        #expect(try await project.converge("apply", "notes.recipe", "--yes").code == 0)
        let changes = try await project.converge("diff", "apply-2", "apply-3", "--json").json.at("changes")?.list ?? []
        #expect(changes.compactMap { $0.at("address")?.string } == ["memo"])
        #expect(changes.first?.at("fields", "0", "before") == "a", "\(changes)")
    }

    @Test func `a run that goes on keeps the recipe and parameters that it began with`() async throws {
        let recipe = """
            param word: String = "one"
            workflow w {
              step say: Shell { run: "echo ${word}" }
              step wait: Shell { @needs: [say], run: "test -e ready" }
              step end: Shell { @needs: [wait], run: "echo ${word}" }
              output said = end.stdout
            }
            """
        let project = try Project(["w.recipe": recipe])
        #expect(try await project.converge("run", "w.recipe", "--set", "word=two").code == 1)
        try project.write(recipe.replacingOccurrences(of: "echo", with: "echo new"), to: "w.recipe")
        try project.write("", to: "ready")
        let resumed = try await project.converge("resume", "run-1", "--json")
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try resumed.json.at("outputs", "said") == "two")
        #expect(resumed.errors.contains("The recipe changed since run-1 began"), "\(resumed.errors)")
    }

    @Test func `a rollback takes back what was forgotten, where it is still there`() async throws {
        let project = try await applied()
        let id = try await project.converge("show", "note.id").output
        #expect(try await project.converge("forget", "note", "--yes").code == 0)
        let back = try await project.converge("rollback", "apply-3", "--yes")
        #expect(back.code == 0 && back.output.contains("1 adopted"), "\(back.output)\(back.errors)")
        #expect(try await project.converge("show", "note.id").output == id)
        // What another resource has become meanwhile is not taken from it.
        #expect(try await project.converge("forget", "note", "--yes").code == 0)
        try project.write(
            "resource other: local.Note { text: \"alone\", @adopt: \"\(id.filter { !$0.isWhitespace })\" }\n",
            to: "b.recipe")
        #expect(try await project.converge("apply", "b.recipe", "--yes").code == 0)
        let another = try await project.converge("rollback", "apply-3", "--yes")
        #expect(
            another.output.contains("this is another one") && another.output.contains("1 created"), "\(another.output)")
        #expect(try await project.converge("show", "note.id").output != id)
    }

    @Test func `after a failure it is said what is done and what is not, and both ways`() async throws {
        let project = try Project([
            "a.recipe": """
            resource fine: local.Note { text: "fine" }
            resource first: local.Lake { name: "orders" }
            resource second: local.Lake { name: "orders", @needs: [first] }
            resource reader: local.Note { text: second.id }

            """
        ])
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 1)
        for text in [
            "Done: fine, first.", "Failed: second.", "Not begun: reader.", "Go on: mend the cause",
            "Or go back: `destroy a.recipe`, as there is no version before it."
        ] {
            #expect(apply.errors.contains(text), "\(text) is missing: \(apply.errors)")
        }
        let again = try await project.converge("apply", "a.recipe", "--yes", "--json")
        #expect(
            try again.json.at("failed", "0") == "second" && again.json.at("left", "0") == "reader", "\(again.output)")
        try project.write("resource fine: local.Note { text: \"fine\" }\n", to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(
            "resource fine: local.Note { text: \"other\" }\nresource bad: local.Lake { name: \"a\" }\n"
                + "resource worse: local.Lake { name: \"a\", @needs: [bad] }\n", to: "a.recipe")
        let back = try await project.converge("apply", "a.recipe", "--yes")
        #expect(back.errors.contains("Or go back: `rollback apply-3`."), "\(back.errors)")
        #expect(try await project.converge("rollback", "apply-3", "--yes").code == 0)
    }

    @Test func `a rollback over a rename keeps the thing, and a diff calls it moved`() async throws {
        let project = try Project(["a.recipe": "resource a: DataLakeStorage { name: \"big\", retention: 8d }\n"])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let lake = ".converge/local/default/local/lakes/big"
        try project.write("kept", to: lake + "/precious")
        try project.write(
            "resource b: DataLakeStorage { name: \"big\", retention: 9d, @formerly: a }\n", to: "a.recipe")
        let plan = try await project.converge("plan", "a.recipe")
        #expect(plan.output.contains("because it was a/folder before"), "\(plan.output)")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write("resource c: DataLakeStorage { name: \"big\", @formerly: b }\n", to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let diff = try await project.converge("diff", "apply-1", "apply-3")
        #expect(diff.code == 2 && diff.output.contains("it was a/folder before"), "\(diff.output)")
        #expect(!diff.output.contains("delete") && !diff.output.contains("create"), "\(diff.output)")
        let back = try await project.converge("rollback", "apply-1", "--yes")
        #expect(back.code == 0 && !back.output.contains("delete"), "\(back.output)\(back.errors)")
        #expect(project.exists(lake + "/precious"))
        let shown = try await project.converge("show", "a", "--json")
        #expect(try shown.json.at("resources", "0", "inputs", "retention") != nil, "\(shown.output)")
    }

    @Test func `the versions of a recipe go on where its file has another name`() async throws {
        let note = "resource n: local.Note { text: \"\(1)\" }\n"
        let project = try Project(["a.recipe": note])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let id = try await project.converge("show", "n.id").output
        try project.write(note.replacing("1", with: "2"), to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try FileManager.default.moveItem(
            at: project.folder.appendingPathComponent("a.recipe"), to: project.folder.appendingPathComponent("b.recipe")
        )
        #expect(try await project.converge("apply", "b.recipe", "--yes", "--renamed-from", "a.recipe").code == 0)
        // The same command may be given again.
        #expect(try await project.converge("apply", "b.recipe", "--yes", "--renamed-from", "a.recipe").code == 0)
        let history = try await project.converge("history", "b.recipe", "--json")
        let ids = try history.json.at("versions")?.list?.compactMap { $0.at("id")?.string }
        #expect(ids?.suffix(2) == ["apply-2", "apply-1"], "\(history.output)")
        let back = try await project.converge("rollback", "apply-1", "--yes")
        #expect(back.code == 0 && back.output.contains("1 updated"), "\(back.output)\(back.errors)")
        let all = try await project.converge("show", "--json")
        #expect(try all.json.at("resources")?.list?.count == 1, "\(all.output)")
        #expect(try await project.converge("show", "n.id").output == id)
        try await project.converge("apply", "b.recipe", "--yes", "--renamed-from", "c.recipe")
            .expectRefusal("X0122", "c.recipe has made nothing")
    }

    @Test func `a version or a run of one environment is not acted on in the name of another`() async throws {
        let project = try Project([
            "converge.project": "environment dev { use local }\nenvironment prod { use local }\n",
            "a.recipe": "resource n: local.Note { text: \"1\" }\nworkflow w { step s: Shell { run: \"false\" } }\n"
        ])
        for environment in ["dev", "prod"] {
            let plan = try await project.converge("plan", "a.recipe", "--env", environment)
            #expect(plan.output.hasPrefix("Environment \(environment)\n"), "\(plan.output)")
            #expect(try await project.converge("apply", "a.recipe", "--env", environment, "--yes").code == 0)
        }
        #expect(try await project.converge("destroy", "a.recipe", "--env", "dev", "--yes").code == 0)
        try await project.converge("rollback", "apply-1", "--env", "prod", "--yes")
            .expectRefusal("X0116", "apply-1 is of environment dev, not of prod")
        #expect(try await project.converge("run", "a.recipe", "w", "--env", "dev", "--yes").code == 1)
        let runs = try await project.converge("runs", "--json").json.at("runs")?.list ?? []
        let run = try #require(runs.compactMap { $0.at("id")?.string }.first { $0.hasPrefix("run-") })
        try await project.converge("resume", run, "--env", "prod").expectRefusal(
            "X0116", "\(run) is of environment dev")
        #expect(try await project.converge("rollback", "apply-1", "--env", "dev", "--yes").code == 0)
        try await project.converge("history").expectRefusal("X0112", "there is no environment 'default'")
    }

    @Test func `what is no version is refused`() async throws {
        let project = try await applied()
        try await project.converge("rollback", "apply-9", "--yes").expectRefusal("E0107", "there is no run 'apply-9'")
        try await project.converge("diff", "apply-1", "run-9").expectRefusal("E0107", "there is no run 'run-9'")
        let fresh = try Project(["notes.recipe": first])
        #expect(try await fresh.converge("apply", "notes.recipe", "--yes").code == 0)
        try await fresh.converge("rollback", "notes.recipe", "--yes")
            .expectRefusal("X0115", "there is no version before the newest one", wayOut: "history")
    }

    @Test func `audit verify finds what was changed behind Converge's back`() async throws {
        let project = try await applied()
        let whole = try await project.converge("audit", "verify", "--json")
        #expect(whole.code == 0, "\(whole.errors)")
        #expect(try whole.json.at("lines") == 6)
        let edit = try await project.program(
            "python3", "-c",
            """
            import sqlite3
            database = sqlite3.connect(".converge/ledger.db")
            database.executescript("drop trigger audit_keeps_words; update audit set actor = 'nobody' where id = 2")
            """)
        try #require(edit.code == 0, "\(edit.errors)")
        try await project.converge("audit", "verify").expectRefusal("X0118", "line 2 of the audit trail")
    }
}
