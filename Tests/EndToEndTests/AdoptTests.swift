// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Things that are there become resources as they are.
struct AdoptTests {
    /// Three notes and a lake that belong to nobody any more, by what was recorded of them.
    private func orphans() async throws -> (Project, [String: String]) {
        let project = try Project([
            "old.recipe": """
            resource a: local.Note { text: "first" }
            resource b: local.Note { text: a.id }
            resource l: local.Lake { name: "shop", retention: 30d, labels: { team: "data", "cost center": "7" } }

            """
        ])
        #expect(try await project.converge("apply", "old.recipe", "--yes").code == 0)
        var ids: [String: String] = [:]
        for item in try await project.converge("show", "--json").json.at("resources")?.list ?? [] {
            ids[item.at("address")?.string ?? ""] = item.at("outputs", "id")?.string
        }
        // As where the ledger was lost: the things stay.
        let gone = try await project.program(
            "sh", "-c", "rm -rf .converge/ledger.db* .converge/project* .converge/backups .converge/runs.db*")
        try #require(gone.code == 0)
        try FileManager.default.removeItem(atPath: project.path("old.recipe"))
        return (project, ids)
    }

    @Test func `what is there is listed, written as a recipe, adopted and not changed`() async throws {
        let (project, ids) = try await orphans()
        let listed = try await project.converge("adopt", "local.Note", "--json").json.at("things")?.list ?? []
        #expect(Set(listed.compactMap { $0.at("id")?.string }) == Set([ids["a"], ids["b"]].compactMap { $0 }))
        try project.write("# the shop\n", to: "shop.recipe")
        for kind in ["local.Note", "local.Lake"] {
            let adopted = try await project.converge("adopt", kind, "--all", "--into", "shop.recipe", "--yes")
            #expect(adopted.code == 0, "\(adopted.errors)")
        }
        let text = try project.text(of: "shop.recipe")
        #expect(text.contains("text: note.id") || text.contains("text: note_2.id"), "\(text)")
        #expect(
            text.contains("labels: { team: \"data\", \"cost center\": \"7\" }") && !text.contains("versioned"),
            "\(text)")
        let plan = try await project.converge("plan", "shop.recipe", "--json").json.at("summary")
        #expect(
            plan?.at("adopt") == 3 && plan?.at("create") == 0 && plan?.at("update") == 0, "\(String(describing: plan))")
        let apply = try await project.converge("apply", "shop.recipe", "--yes")
        #expect(apply.code == 0 && apply.output.contains("3 adopted"), "\(apply.output)\(apply.errors)")
        #expect(try await project.converge("plan", "shop.recipe", "--check").code == 0)
        #expect(try await project.converge("adopt", "local.Note").output.contains("Every local.Note"))
        let shown = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        #expect(Set(shown.compactMap { $0.at("outputs", "id")?.string }) == Set(ids.values))
        #expect(try await project.converge("destroy", "shop.recipe", "--yes").code == 0)
        #expect(try await project.converge("adopt", "local.Note", "--json").json.at("things")?.list?.isEmpty == true)
    }

    @Test func `a thing is adopted by its name into a recipe that is made for it, in form`() async throws {
        let (project, ids) = try await orphans()
        let things = try await project.converge("adopt", "local.Lake", "--json").json.at("things")?.list ?? []
        let name = try #require(things.first?.at("inputs", "name")?.string)
        let named = try await project.converge(
            "adopt", "local.Lake", name, "as", "harbour", "--into", "shop.recipe", "--yes")
        #expect(named.code == 0, "\(named.errors)")
        #expect(try project.text(of: "shop.recipe").contains("@adopt: \"\(ids["l"] ?? "")\""))
        #expect(try await project.converge("adopt", "local.Note", "--all", "--into", "shop.recipe", "--yes").code == 0)
        let form = try await project.converge("fmt", "--check", "shop.recipe")
        let written = try project.text(of: "shop.recipe")
        #expect(form.code == 0, "\(written)\(form.output)\(form.errors)")
        #expect(written.contains("}\n\nresource "))
        try await project.converge("adopt", "local.Lake", "nothing").expectRefusal("E0130", "no local.Lake 'nothing'")
    }

    @Test func `all kinds are listed and written at once, and one thing under a name of one's own`() async throws {
        let (project, ids) = try await orphans()
        let listed = try await project.converge("adopt", "--json").json
        #expect(
            Set(listed.at("things")?.list?.compactMap { $0.at("kind")?.string } ?? []) == ["local.Lake", "local.Note"])
        #expect(listed.at("not_listed")?.list?.isEmpty == true)
        let table = try await project.converge("adopt", "local")
        #expect(table.output.hasPrefix("KIND") && table.output.contains("local.Lake"), "\(table.output)")
        try project.write("", to: "shop.recipe")
        let lake = try #require(ids["l"])
        let named = try await project.converge(
            "adopt", "local.Lake", lake, "as", "harbour", "--into", "shop.recipe", "--yes")
        #expect(named.code == 0 && named.output.contains("resource harbour: local.Lake {"), "\(named.errors)")
        #expect(
            try await project.converge("adopt", "local.Lake", lake, "as", "harbour", "--into", "shop.recipe").code == 64
        )
        #expect(try await project.converge("apply", "shop.recipe", "--yes").code == 0)
        #expect(try await project.converge("adopt", "--all", "--into", "shop.recipe", "--yes").code == 0)
        let text = try project.text(of: "shop.recipe")
        #expect(text.contains("text: note.id") || text.contains("text: note_2.id"), "\(text)")
        let apply = try await project.converge("apply", "shop.recipe", "--yes")
        #expect(apply.output.contains("2 adopted"), "\(apply.output)\(apply.errors)")
        #expect(try await project.converge("adopt").output == "Every thing that is there is a resource.\n")
        #expect(try await project.converge("adopt", "local.Lake", "x", "as", "1x").code == 64)
        #expect(try await project.converge("adopt", "local", "x").code == 64)
    }

    @Test func `what differs is updated after the adoption, and the plan says both`() async throws {
        let (project, ids) = try await orphans()
        let id = try #require(ids["a"])
        try project.write("resource n: local.Note { text: \"second\", @adopt: \"\(id)\" }\n", to: "shop.recipe")
        let plan = try await project.converge("plan", "shop.recipe")
        #expect(plan.output.contains("is there and is adopted") && plan.output.contains("\"first\" -> \"second\""))
        #expect(try await project.converge("apply", "shop.recipe", "--yes").code == 0)
        let note = try await project.converge("show", "n", "--json").json.at("resources", "0")
        #expect(note?.at("outputs", "id")?.string == id && note?.at("inputs", "text") == "second")
    }

    @Test func `what is not there, is taken, or would be made anew is refused`() async throws {
        let (project, ids) = try await orphans()
        let id = try #require(ids["a"])
        let lake = try #require(ids["l"])
        try project.write("resource n: local.Note { text: \"x\", @adopt: \"\(id)x\" }\n", to: "a.recipe")
        try await project.converge("apply", "a.recipe", "--yes").expectRefusal("E0130", "did you mean '\(id)'?")
        try project.write("resource l: local.Lake { name: \"other\", @adopt: \"\(lake)\" }\n", to: "a.recipe")
        try await project.converge("apply", "a.recipe", "--yes").expectRefusal("G0111", "made anew")
        try project.write("resource n: local.Note { text: \"first\", @adopt: \"\(id)\" }\n", to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write("resource m: local.Note { text: \"first\", @adopt: \"\(id)\" }\n", to: "b.recipe")
        try await project.converge("apply", "b.recipe", "--yes").expectRefusal("E0131", "n of module 'a' already")
        try project.write("resource renamed: local.Note { text: \"first\", @adopt: \"\(id)\" }\n", to: "a.recipe")
        try await project.converge("plan", "a.recipe").expectRefusal(
            "E0131", "n of module 'a' already", wayOut: "@formerly: n")
    }

    @Test func `two declarations do not adopt one thing`() async throws {
        let (project, ids) = try await orphans()
        let id = try #require(ids["l"])
        let lake = { (name: String) in "resource \(name): local.Lake { @adopt: \"\(id)\" }\n" }
        try project.write(lake("b") + lake("c"), to: "a.recipe")
        for words in [["plan", "a.recipe"], ["apply", "a.recipe", "--yes"]] {
            try await project.run(words).expectRefusal("E0131", "both adopt '\(id)'")
        }
    }

    @Test func `a kind that is not there or cannot be listed is told`() async throws {
        let project = try Project([:])
        try await project.converge("adopt", "local.Nota").expectRefusal("X0106", "local.Note")
        try await project.converge("adopt", "local.Note", "nope").expectRefusal("E0130", "belongs to nobody")
    }
}
