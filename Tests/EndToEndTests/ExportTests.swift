// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Exports, read by the real Terraform where it is installed: it has a provider of its own built in and needs no other.
struct ExportTests {
    @Test func `what has an equivalent is written with references and imports, and the rest is named`() async throws {
        let project = try Project([
            "shop.recipe": """
            resource first: local.Note { text: r"costs ${5} %{x}" }
            resource second: local.Note { text: "after ${first.id}" }
            for k in ["a", "b"] { resource third[k]: local.Note { text: first.id } }
            resource last: local.Note { text: "no reader", @needs: [second] }
            resource lake: DataLakeStorage {}
            """
        ])
        #expect(try await project.converge("apply", "shop.recipe", "--yes").code == 0)
        let json = try await project.converge("export", "terraform", "shop.recipe", "--json").json
        let data = try #require(json.at("document", "resource", "terraform_data"))
        #expect(data.at("first", "input")?.string == "costs $${5} %%{x}")
        #expect(data.at("second", "input")?.string == "after ${terraform_data.first.id}")
        #expect(data.at("third_a", "input")?.string == "${terraform_data.first.id}")
        #expect(data.at("last", "depends_on")?.list == ["terraform_data.second"])
        #expect(json.at("document", "import")?.list?.count == 5)
        #expect(json.at("left_out", "0", "address")?.string == "lake/folder")
        #expect(json.at("left_out", "0", "reason")?.string?.contains("no provider of Terraform") == true)

        let told = try await project.converge("export", "terraform", "shop.recipe", "--out", "tf")
        #expect(
            told.code == 0 && told.output.contains("5 resources exported to tf/converge.tf.json."), "\(told.errors)")
        #expect(told.output.contains("lake/folder  local.Lake  no provider of Terraform"), "\(told.output)")
        #expect(
            try await project.converge("export", "terraform", "--out", "tf").code == 0, "its own file it writes anew")
        try project.write("{}", to: "tf/converge.tf.json")
        try await project.converge("export", "terraform", "--out", "tf").expectRefusal(
            "X0111", "not written by an export")
        let printed = try await project.converge("export", "terraform")
        #expect(try printed.json.at("resource", "terraform_data", "first") != nil)
        #expect(printed.errors.contains("Without an equivalent"))
    }

    @Test(.enabled(if: Terraform.isInstalled, "Terraform is not installed"))
    func `Terraform validates the export, imports everything and then finds nothing to change`() async throws {
        let project = try Project([
            "shop.recipe": """
            resource bolt: forge.Part { name: "bolt", size: 3, mark: secret("FORGE_MARK"), labels: { team: "doors" } }
            resource knob: forge.Part { name: "for ${bolt.id}", finish: "gilded" }
            resource fire: forge.Fire {}
            resource note: local.Note { text: bolt.id }
            """
        ])
        try await Forge.install(in: project)
        try await Forge.serving(project) { url in
            try project.write(
                "environment default {\n  use forge { url: \"\(url)\" }\n  use local\n}\n", to: "converge.project")
            let mark = ["FORGE_MARK": "very-secret-mark"]
            let apply = try await project.run(["apply", "shop.recipe", "--yes"], environment: mark)
            try #require(apply.code == 0, "\(apply.errors)")
            let export = try await project.converge("export", "terraform", "--out", "tf")
            #expect(export.code == 0, "\(export.errors)")
            #expect(export.output.contains("Secrets are variables: FORGE_MARK."), "\(export.output)")
            #expect(export.output.contains("fire  forge.Fire  Terraform makes no fires"), "\(export.output)")
            let text = try project.text(of: "tf/converge.tf.json")
            #expect(!text.contains("very-secret-mark") && text.contains("${terraform_data.bolt.id}"), "\(text)")
        }
        let variables = ["TF_VAR_FORGE_MARK": "very-secret-mark", "CHECKPOINT_DISABLE": "1"]
        func terraform(_ words: String...) async throws -> Project.Answer {
            try await project.program(
                ["env"] + variables.map { "\($0.key)=\($0.value)" } + ["terraform", "-chdir=tf"] + words)
        }
        let initialised = try await terraform("init", "-no-color", "-input=false")
        #expect(initialised.code == 0, "\(initialised.output)\(initialised.errors)")
        let valid = try await terraform("validate", "-no-color")
        #expect(valid.code == 0, "\(valid.output)\(valid.errors)")
        let plan = try await terraform("plan", "-no-color", "-input=false")
        #expect(
            plan.output.contains("3 to import, 0 to add") && plan.output.contains("0 to destroy"),
            "\(plan.output)\(plan.errors)")
        #expect(try await terraform("apply", "-no-color", "-input=false", "-auto-approve").code == 0)
        #expect(try await terraform("plan", "-no-color", "-input=false", "-detailed-exitcode").code == 0)
    }
}
