// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import RecipeSyntax
import Testing

struct PolicyTests {
    private let note = "resource n: local.Note { text: \"a\", size: 5MiB }\n"

    /// What the plan of a recipe that was never applied tells of policies, as `effect resource verdict: reason`; or
    /// the codes that refuse it.
    private func told(_ text: String, _ recipes: Recipes = Recipes()) throws -> [String] {
        let program = try recipes.program(text)
        do throws(Diagnostics) {
            return try Planner(
                program: program,
                snapshot: LedgerSnapshot(
                    environment: program.environment, module: program.module, version: 0, records: [:])
            ).plan().policies
                .map { finding in
                    let verdict =
                        switch finding.verdict {
                        case .broken: finding.isExempt ? "exempt" : "broken"
                        case .undecided(let origin): "open on \(origin)"
                        }
                    return "\(finding.effect) \(finding.resource) \(verdict): \(finding.reason)"
                }
        } catch {
            return error.all.map(\.code.text)
        }
    }

    @Test func `a rule that holds says nothing`() throws {
        #expect(try told(note + "policy p for local.Note { deny when self.size > 1GiB \"too big\" }") == [])
    }

    @Test(arguments: [
        ("deny when self.size > 1MiB \"too big\"", ["G0106"]),
        ("warn when self.size > 1MiB \"${self.size} is much\"", ["warn n broken: 5MiB is much"]),
        ("ensure self.size < 1MiB \"small\"", ["G0108"]), ("ensure self.size > 1MiB \"big\"", []),
        ("ensure self.path == \"x\" \"where\"", ["ensure n open on n.path: where"]),
        ("deny when self.path == \"x\" \"where\"", ["G0107"]),
        ("warn when self.path == \"x\" \"where\"", ["warn n open on n.path: where"]),
        ("deny when self.path == \"x\" and false \"where\"", []),
        ("let big = self.size > 1MiB\n deny when big \"too big\"", ["G0106"]),
        (
            "for word in [\"a\", \"b\"] { let has = self.text == word\n warn when has \"is ${word}\" }",
            ["warn n broken: is a"]
        ),
        ("if self.mode == \"plain\" { deny when true \"plain\" } else { deny when false \"other\" }", ["G0106"]),
        (
            "if self.path == \"x\" { warn when true \"a\" }",
            ["warn n open on n.path: a rule of the policy is not decided yet"]
        )
    ])
    func `rules speak at plan`(rule: String, expected: [String]) throws {
        #expect(try told(note + "policy p for local.Note { \(rule) }") == expected)
    }

    @Test func `a rule may wait for another resource`() throws {
        let text =
            note
            + "resource m: local.Note { text: n.path }\npolicy p for local.Note { deny when self.text == \"x\" \"x\" }"
        #expect(try told(text) == ["deny m open on n.path: x"])
    }

    @Test func `a policy for a capability sees its parameters, one for a kind sees the children of mappings`() throws {
        let text = """
            resource l: DataLakeStorage { versioned: true }
            policy a for DataLakeStorage { warn when self.versioned "capability" }
            policy b for local.Lake { warn when self.versioned "child" }
            """
        #expect(try told(text) == ["warn l broken: capability", "warn l/folder broken: child"])
    }

    @Test func `policies of an import hold for everything, with its parameters`() throws {
        var recipes = Recipes()
        recipes.files["p.recipe"] = """
            param most: Size = 1MiB
            policy small for local.Note { warn when self.size > most "more than ${most}" }
            """
        #expect(
            try told(note + "import \"p.recipe\" as p { most: 2MiB }", recipes) == ["warn n broken: more than 2MiB"])
    }

    @Test func `packs of the environment hold for every recipe`() throws {
        var recipes = Recipes()
        recipes.files["p.recipe"] =
            "param most: Size\npolicy small for local.Note { deny when self.size > most \"big\" }"
        recipes.environment = try Recipes.environment("use local; import \"p.recipe\" as org { most: 1MiB }")
        #expect(try told(note, recipes) == ["G0106"])
        recipes.environment = try Recipes.environment("use local; import \"p.recipe\" as org { most: 1GiB }")
        #expect(try told(note, recipes) == [])
        recipes.environment = try Recipes.environment("use local; import \"p.recipe\" as org")
        #expect(recipes.codes(note) == ["R0204"])
        recipes.environment = try Recipes.environment("use local; import \"q.recipe\" as org")
        #expect(recipes.codes(note) == ["R0107"])
    }

    @Test(arguments: [
        ("2026-11-01", ["deny n exempt: big"]), ("2026-10-31", ["G0106"])
    ])
    func `an exemption holds up to its day`(day: String, expected: [String]) throws {
        let text = """
            resource n: local.Note { text: "a", size: 5MiB, @exempt: { small: { until: \(day), why: "moving" } } }
            policy small for local.Note { deny when self.size > 1MiB "big" }
            """
        #expect(try told(text) == expected)
    }

    @Test func `the exemption of a capability holds for its children`() throws {
        let text = """
            resource l: DataLakeStorage { versioned: true, @exempt: { b: { until: 2027-01-01, why: "x" } } }
            policy b for local.Lake { deny when self.versioned "child" }
            """
        #expect(try told(text) == ["deny l/folder exempt: child"])
    }

    @Test(arguments: [
        ("policy p for local.Nope { deny when true \"x\" }", "R0201"),
        ("policy p for local.Note { deny when self.nope \"x\" }", "R0307"),
        ("policy p for local.Note { deny when self.size \"x\" }", "R0301"),
        ("let x = p\npolicy p for local.Note { deny when true \"x\" }", "R0106"),
        ("policy p for local.Note { deny when true \"x\" }\npolicy p for local.Note { deny when true \"x\" }", "R0102"),
        ("if true { policy p for local.Note { deny when true \"x\" } }", "R0104"),
        ("resource n: local.Note { text: \"a\", @exempt: 5 }", "R0209"),
        ("resource n: local.Note { text: \"a\", @exempt: { p: { why: \"x\" } } }", "R0204"),
        ("resource n: local.Note { text: \"a\", @exempt: { p: { until: \"x\", why: \"x\" } } }", "R0301")
    ])
    func `mistakes in policies are told at check`(text: String, code: String) {
        #expect(Recipes().codes(text).contains(code), "\(Recipes().codes(text))")
    }
}
