// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What is told of the parts of a capability points to the capability in the recipe, and not into the mapping.
struct CapabilityPlaceTests {
    private func shop(_ meta: String = "", _ more: String = "") -> String {
        """
        param n: String = "one"
        resource l: DataLakeStorage {
          name: n\(meta.isEmpty ? "" : ", " + meta)
        }
        resource t: local.Tracker { artifacts: l.id, @replace: "create_first" }
        \(more)

        """
    }

    @Test func `a reason names the field of the capability that asks for the change`() async throws {
        let project = try Project(["shop.recipe": shop()])
        #expect(try await project.converge("apply", "shop.recipe", "--yes").code == 0)
        let plan = try await project.converge("plan", "shop.recipe", "--set", "n=two")
        #expect(
            plan.output.contains(#"`name` is create-only: "one" -> "two", asked for at shop.recipe:3"#),
            "\(plan.output)\(plan.errors)")
        #expect(!plan.output.contains("Mappings/"), "\(plan.output)")
    }

    @Test func `a reason tells file and line of the field that asks for the change`() async throws {
        let project = try Project(["n.recipe": "resource l: local.Lake {\n  name: \"one\"\n  versioned: false\n}\n"])
        #expect(try await project.converge("apply", "n.recipe", "--yes").code == 0)
        try project.write("resource l: local.Lake {\n  name: \"two\"\n  versioned: true\n}\n", to: "n.recipe")
        let plan = try await project.converge("plan", "n.recipe")
        #expect(
            plan.output.contains(#"`name` is create-only: "one" -> "two", asked for at n.recipe:2"#), "\(plan.output)")
        try project.write("resource l: local.Lake {\n  name: \"one\"\n  versioned: true\n}\n", to: "n.recipe")
        #expect(try await project.converge("plan", "n.recipe").output.contains("asked for at n.recipe:3"))
    }

    @Test func `an order of replacement that spreads is shown with its chain, and executed so`() async throws {
        func recipe(_ text: String) -> String {
            """
            resource a: local.Note { text: "\(text)" }
            resource t: local.Tracker { name: "runs-\(text)", artifacts: l.id, @replace: "create_first" }
            resource l: local.Lake { name: "lake-\(text)" }

            """
        }
        let project = try Project(["n.recipe": recipe("one")])
        let apply = try await project.converge("apply", "n.recipe", "--yes")
        try #require(apply.code == 0, "\(apply.errors)")
        try project.write(recipe("two"), to: "n.recipe")
        let plan = try await project.converge("plan", "n.recipe")
        let lake = plan.output.components(separatedBy: "  l  local.Lake").last ?? ""
        #expect(lake.contains("the new one is made before the old one goes, as t asks for"), "\(plan.output)")
        let done = try await project.converge("apply", "n.recipe", "--yes", "--json")
        #expect(done.code == 0, "\(done.output)\(done.errors)")
        #expect(try await project.converge("plan", "n.recipe", "--check").code == 0)
    }

    @Test func `a refusal shows the capability's declaration`() async throws {
        let project = try Project(["shop.recipe": shop()])
        #expect(try await project.converge("apply", "shop.recipe", "--yes").code == 0)
        let change = ["plan", "shop.recipe", "--set", "n=two"]
        try project.write(shop(#"@replace: "delete_first""#), to: "shop.recipe")
        let contrary = try await project.run(["check", "shop.recipe"])
        contrary.expectRefusal("G0109", "shop.recipe:2")
        try project.write(shop("@protect: true"), to: "shop.recipe")
        let protected = try await project.run(change)
        protected.expectRefusal("G0102", "shop.recipe:2")
        try project.write(
            shop("", #"policy p for local.Lake { deny when self.versioned == false "no" }"#), to: "shop.recipe")
        let denied = try await project.run(change)
        #expect(denied.errors.contains("G0106") && denied.errors.contains("shop.recipe:2"), "\(denied.errors)")
        for answer in [contrary, protected, denied] {
            #expect(!answer.errors.contains("Mappings/"), "\(answer.errors)")
        }
    }
}
