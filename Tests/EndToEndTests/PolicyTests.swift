// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

struct PolicyTests {
    private let note = "resource n: local.Note { text: \"hello\" }\n"

    private func count(_ project: Project) async throws -> Int {
        try await project.converge("show", "--json").json.at("resources")?.list?.count ?? -1
    }

    @Test func `a denied resource is refused by plan and apply, and nothing is made`() async throws {
        let project = try Project([
            "a.recipe": note + "resource m: local.Note { text: \"x\" }\n"
                + "policy polite for local.Note { deny when self.text == \"hello\" \"say more than ${self.text}\" }\n"
        ])
        let plan = try await project.converge("plan", "a.recipe")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        for refused in [plan, apply] {
            #expect(refused.code == 1)
            #expect(refused.errors.contains("error[G0106]: policy 'polite' denies n: say more than hello"))
            #expect(refused.errors.contains("a.recipe:3:") && refused.errors.contains("a.recipe:1:"))
        }
        #expect(try await count(project) == 0)
    }

    @Test func `what is open at plan is decided before the operation itself`() async throws {
        let project = try Project([
            "a.recipe": note + "resource m: local.Note { text: n.id }\n"
                + "policy known for local.Note { deny when starts_with(self.text, \"n\") \"no ids\" }\n"
                + "policy dull for local.Note { warn when self.text != \"hello\" \"${self.text} is dull\" }\n"
                + "policy short for local.Note { deny when length(self.text) > 9 \"too long\" }\n"
        ])
        let all = try await project.converge("plan", "a.recipe")
        #expect(all.code == 0 && all.output.contains("is decided once n.id is known"), "\(all.output)")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 1)
        #expect(apply.errors.contains("error[G0106]: policy 'short' denies m: too long"), "\(apply.errors)")
        #expect(!apply.errors.contains("policy 'dull'"), "what is denied needs no warning")
        #expect(try await count(project) == 1)
    }

    @Test func `a warning that was open at plan is told by the apply`() async throws {
        let project = try Project([
            "a.recipe": note + "resource m: local.Note { text: n.id }\n"
                + "policy dull for local.Note { warn when self.text != \"hello\" \"${self.text} is dull\" }\n"
        ])
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0 && apply.errors.contains("warn   m, policy 'dull': "), "\(apply.errors)")
    }

    @Test func `an ensure that does not hold fails the apply, keeps dependants back, and stays refused`() async throws {
        let broken = "policy made for local.Note { ensure length(self.id) < 5 \"ids are short\" }\n"
        let project = try Project(["a.recipe": note + "resource m: local.Note { text: n.id }\n" + broken])
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 1)
        #expect(apply.errors.contains("error[G0108]: n is not what policy 'made' ensures: ids are short"))
        #expect(try await count(project) == 1)
        try await project.converge("apply", "a.recipe", "--yes").expectRefusal("G0108", "ids are short")
        try project.write(note + "resource m: local.Note { text: n.id }\n", to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        #expect(try await count(project) == 2)
    }

    @Test func `an exemption is shown in the plan and written to the audit trail`() async throws {
        let exempt = "@exempt: { \"org.polite\": { until: 2999-12-31, why: \"legacy greeting\" } }"
        let project = try Project([
            "converge.project": "environment default { use local; import \"rules/polite.recipe\" as org }\n",
            "rules/polite.recipe": "policy polite for local.Note { deny when self.text == \"hello\" \"too short\" }\n",
            "a.recipe": "resource n: local.Note { text: \"hello\", \(exempt) }\n", "b.recipe": note
        ])
        let plan = try await project.converge("plan", "a.recipe")
        #expect(plan.output.contains("exempt n, policy 'org.polite': too short (until 2999-12-31: legacy greeting)"))
        #expect(
            try await project.converge("plan", "a.recipe", "--json").json.at("policies", "0", "verdict") == "exempt")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let audit = try await project.converge("audit")
        #expect(
            audit.output.contains("n from policy 'org.polite' until 2999-12-31: legacy greeting"), "\(audit.output)")
        try await project.converge("apply", "b.recipe", "--yes").expectRefusal("G0106", "policy 'org.polite' denies n")
    }

    @Test func `a roll back is judged by the policies of today`() async throws {
        let project = try Project(["a.recipe": note])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write("resource n: local.Note { text: \"good morning\" }\n", to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(
            "policy polite for local.Note { deny when self.text == \"hello\" \"too short\" }\n", to: "polite.recipe")
        try project.write(
            "environment default { use local; import \"polite.recipe\" as org }\n", to: "converge.project")
        try await project.converge("rollback", "apply-1", "--yes").expectRefusal(
            "G0106", "policy 'org.polite' denies n")
    }

    @Test func `a destroy is not held up by policies`() async throws {
        let project = try Project(["a.recipe": note])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(note + "policy none for local.Note { deny when true \"no notes\" }\n", to: "a.recipe")
        #expect(try await project.converge("destroy", "a.recipe", "--yes").code == 0)
        #expect(try await count(project) == 0)
    }
}
