// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// `environment list`, `show` and `compare`.
struct EnvironmentVerbTests {
    private func project() async throws -> Project {
        let project = try Project([
            "converge.project": """
            environment dev { use local; set size = 1 }
            environment prod { use local; use local as spare; set size = 3; set title = "big" }

            """,
            "a.recipe": """
            param size: Int = 0
            param title: String = "small"
            resource note: local.Note { text: "${title} ${size}" }
            if size > 2 { resource more: local.Note { text: "more" } } else { resource less: local.Note { text: "less" } }

            """
        ])
        return project
    }

    @Test func `environments are listed with what is declared and what is there`() async throws {
        let project = try await project()
        #expect(try await project.converge("apply", "a.recipe", "--env", "dev", "--yes").code == 0)
        let listed = try await project.converge("environment", "list", "--json").json
        #expect(listed.at("environments", "0", "name") == "dev")
        #expect(listed.at("environments", "0", "resources") == 2)
        #expect(listed.at("environments", "0", "newest_version") == "apply-1")
        #expect(listed.at("environments", "1", "name") == "prod")
        #expect(listed.at("environments", "1", "resources") == 0)
        #expect(listed.at("environments", "1", "providers", "1", "alias") == "spare")
        #expect(listed.at("environments", "1", "parameters", "title") == "big")
        let text = try await project.converge("environment", "list").output
        #expect(text.contains("local, spare (local)"), "\(text)")
        let shown = try await project.converge("environment", "show", "dev").output
        #expect(shown.contains("declared in converge.project") && shown.contains("newest version  apply-1"), "\(shown)")
        try project.write("environment prod { use local }\n", to: "converge.project")
        let left = try await project.converge("environment", "list").output
        #expect(left.contains("not declared any more"), "\(left)")
        try await project.converge("environment", "show", "none").expectRefusal(
            "X0112", "no environment 'none'", wayOut: "declared are prod")
    }

    @Test func `a recipe is compared as it would be in each environment`() async throws {
        let project = try await project()
        let answer = try await project.converge("environment", "compare", "dev", "prod", "a.recipe", "--json")
        #expect(answer.code == 2, "\(answer.errors)")
        let json = try answer.json
        #expect(json.at("parameters")?.list?.compactMap { $0.at("name")?.string } == ["size", "title"])
        #expect(json.at("providers", "0", "name") == "spare")
        #expect(json.at("providers", "0", "in_first") == false)
        let resources = json.at("resources")?.list?.compactMap { item in
            "\(item.at("address")?.string ?? "") \(item.at("in")?.string ?? "")"
        }
        #expect(resources == ["less first", "more second", "note both"])
        let text = try await project.converge("environment", "compare", "dev", "prod", "a.recipe").output
        #expect(text.contains("text: \"small 1\" -> \"big 3\""), "\(text)")
        #expect(text.contains("Resources only in dev") && text.contains("Resources only in prod"))
    }

    @Test func `without a recipe the ledger's rows are compared`() async throws {
        let project = try Project([
            "converge.project": "environment dev { use local }\nenvironment prod { use local }\n",
            "a.recipe": "param size: Int = 0\nresource note: local.Note { text: \"${size}\" }\n"
        ])
        for name in ["dev", "prod"] {
            #expect(try await project.converge("apply", "a.recipe", "--env", name, "--yes").code == 0)
        }
        let same = try await project.converge("environment", "compare", "dev", "prod")
        #expect(same.code == 0)
        #expect(same.output == "Nothing differs between dev and prod.\n")
        #expect(
            try await project.converge("apply", "a.recipe", "--env", "prod", "--set", "size=2", "--yes").code == 0)
        let answer = try await project.converge("environment", "compare", "dev", "prod", "--json")
        #expect(answer.code == 2)
        #expect(try answer.json.at("resources", "0", "fields", "0", "after") == "2")
        let typed = try await project.converge(input: "environment list\nenvironment compare dev prod\n")
        #expect(typed.output.contains("prod"), "\(typed.output)\(typed.errors)")
        #expect(typed.output.contains("Resources that differ, dev -> prod"))
    }
}
