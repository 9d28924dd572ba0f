// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Estimates by the prices that a plugin of another package ships.
struct CostVerbTests {
    private func project(_ environment: String, _ recipe: String) async throws -> Project {
        let project = try Project([
            "converge.project": "environment default {\n  use forge { url: \"http://127.0.0.1:9\"\(environment)\n}\n",
            "shop.recipe": recipe
        ])
        try await Forge.install(in: project)
        return project
    }

    private let shop = """
        resource bolt: forge.Part { name: "bolt", size: 10, labels: { team: "doors" }, @owner: "ann" }
        resource knob: forge.Part { name: bolt.id, size: 4, finish: "gilded" }
        resource late: forge.Part { name: "late", size: length(bolt.id) }
        resource fire: forge.Fire {}
        """

    @Test func `cost tells what is known, and what is not as unknown and never as nothing`() async throws {
        let project = try await project(" }", shop)
        let text = try await project.converge("cost", "shop.recipe")
        #expect(text.code == 0, "\(text.errors)")
        for line in [
            "bolt      1            5.00 EUR", "fire      1            unknown", "late (space: it depends on bolt.id)",
            "fire (no price of forge.Fire)", "2026-10-01, https://forge.example/prices"
        ] { #expect(text.output.contains(line), "\(line): \(text.output)") }
        let json = try await project.converge("cost", "shop.recipe", "--json").json
        // 10 * 0.50 + 4 * 0.50 + 730 * 0.1
        #expect(json.at("after", "EUR")?.string == "80", "\(json.indentedJSON(.plain))")
        #expect(json.at("before")?.object?.isEmpty == true)
        let knob = json.at("resources")?.list?.first { $0.at("address")?.string == "knob" }
        #expect(knob?.at("after", "charges")?.list?.map { $0.at("amount")?.string } == ["2", "73"])
        #expect(knob?.at("after", "charges", "0", "region")?.string == "north")
        #expect(knob?.at("after", "charges", "0", "quantity")?.int == 4)
        #expect(json.at("unknown")?.list?.count == 2)
        let fire = json.at("resources")?.list?.first { $0.at("address")?.string == "fire" }
        #expect(fire?.at("after", "is_known")?.bool == false && fire?.at("after", "known")?.object?.isEmpty == true)
    }

    @Test func `costs are summed up by kind, owner and label`() async throws {
        let project = try await project(" }", shop)
        for (word, name, amount) in [("kind", "forge.Part", "80"), ("owner", "ann", "5"), ("label:team", "doors", "5")]
        {
            let json = try await project.converge("cost", "shop.recipe", "--by", word, "--json").json
            let group = json.at("groups")?.list?.first { $0.at("name")?.string == name }
            #expect(group?.at("after", "EUR")?.string == amount, "\(word): \(json.indentedJSON(.plain))")
        }
        let wrong = try await project.converge("cost", "shop.recipe", "--by", "colour")
        #expect(wrong.code == 64 && wrong.errors.contains("label:NAME"))
    }

    @Test func `a price holds in its region alone, and one by use is told and not counted`() async throws {
        let south = try await project(", region: \"south\" }", "resource bolt: forge.Part { name: \"b\", size: 10 }\n")
        #expect(try await south.converge("cost", "shop.recipe", "--json").json.at("after", "EUR")?.string == "2.5")
        let west = try await project(
            ", region: \"west\" }", "resource b: forge.Part { name: \"b\", finish: \"polished\" }\n")
        let text = try await west.converge("cost", "shop.recipe")
        #expect(text.output.contains("b (space: no price for it in west)"), "\(text.output)")
        #expect(text.output.contains("b (guard: 3 EUR per polish of what is polished)"), "\(text.output)")
        #expect(text.output.contains("unknown"))
    }

    @Test func `a plan tells what it adds, and what is there is costed without a recipe`() async throws {
        let project = try Project(["shop.recipe": "resource bolt: forge.Part { name: \"bolt\", size: 10 }\n"])
        try await Forge.install(in: project)
        try await Forge.serving(project) { url in
            try project.write(
                "environment default {\n  use forge { url: \"\(url)\" }\n  use local\n}\n", to: "converge.project")
            let apply = try await project.converge("apply", "shop.recipe", "--yes")
            #expect(
                apply.code == 0 && apply.output.contains("Cost a month\n  bolt  forge.Part  5.00 EUR"),
                "\(apply.output)\(apply.errors)")
            let all = try await project.converge("cost", "--by", "module", "--json").json
            #expect(all.at("groups", "0", "name")?.string == "shop" && all.at("after", "EUR")?.string == "5")
            try project.write("resource bolt: forge.Part { name: \"bolt\", size: 30 }\n", to: "shop.recipe")
            let plan = try await project.converge("plan", "shop.recipe")
            #expect(plan.output.contains("bolt  forge.Part  5.00 EUR -> 15.00 EUR"), "\(plan.output)")
            let json = try await project.converge("plan", "shop.recipe", "--json").json
            #expect(json.at("cost", "before", "EUR")?.string == "5" && json.at("cost", "after", "EUR")?.string == "15")
            // What other modules have counts against the budget of their environment.
            try project.write(
                "environment default {\n  use forge { url: \"\(url)\" }\n  use local\n  budget \"12 EUR\"\n}\n",
                to: "converge.project")
            try project.write("resource nut: forge.Part { name: \"nut\", size: 16 }\n", to: "nuts.recipe")
            try await project.converge("apply", "nuts.recipe", "--yes").expectRefusal("G0130", "would cost 13.00 EUR")
            try project.write(
                "resource nut: forge.Part { name: \"nut\", size: 14 }\nresource f: forge.Fire {}\n", to: "nuts.recipe")
            let allowed = try await project.converge("apply", "nuts.recipe", "--yes")
            #expect(allowed.code == 0, "\(allowed.errors)")
            #expect(
                allowed.output.contains(
                    "budget of default  12.00 of 12.00 EUR used, and what is not known:\n      f (no price"),
                "\(allowed.output)")
            try project.write("resource bolt: forge.Part { name: \"bolt\", size: 9 }\n", to: "shop.recipe")
            let shown = try await project.converge("environment", "show")
            #expect(shown.output.contains("budget    12.00 EUR a month"), "\(shown.output)")
            let cheaper = try await project.converge("apply", "shop.recipe", "--yes")
            #expect(cheaper.code == 0, "\(cheaper.errors)")
            #expect(try await Forge.holdings(of: url, asking: project).at("parts")?.list?.count == 3)
        }
    }

    @Test func `the local platform costs nothing by a table that says so`() async throws {
        let project = try Project(["shop.recipe": "resource lake: DataLakeStorage {}\n"])
        let json = try await project.converge("cost", "shop.recipe", "--by", "capability", "--json").json
        #expect(json.at("groups", "0", "name")?.string == "DataLakeStorage")
        #expect(json.at("after", "USD")?.string == "0" && json.at("unknown")?.list?.isEmpty == true)
        #expect(json.at("sources", "0", "date")?.string == "2026-11-01")
        let plan = try await project.converge("plan", "shop.recipe")
        #expect(!plan.output.contains("Cost a month"), "nothing is to be told: \(plan.output)")
    }
}
