// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Glibc
import Ledger
import Planning
import Shell

struct ExportVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes what is there in the form of another tool.",
        subcommands: [ExportTerraformVerb.self])
}

struct ExportTerraformVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terraform", abstract: "Writes Terraform's JSON, with blocks that import what is there.",
        discussion: """
            With a recipe: what its module has made. Without: everything that is recorded in the environment. What has no \
            equivalent is named. Secrets become variables; references between resources stay references.
            """)

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @Option(help: "The folder that gets converge.tf.json; left out: it is printed.") var out: String?

    private static let file = "converge.tf.json"

    func run() async throws {
        let workspace = try Workspace(recipe, shared, needsRecipe: false)
        try await workspace.checkEnvironment()
        let records = try await workspace.engine.ledger.records(environment: workspace.environment)
            .filter { workspace.module == nil || $0.identity.module == workspace.module }
        let export = try TerraformExport(records, workspace.engine)
        let text = Value.object(export.document).indentedJSON(.plain) + "\n"
        if let out { try write(text, to: out) }
        if shared.json {
            workspace.output.print(document: document(export))
            return
        }
        if out == nil { workspace.output.print(text, terminator: "") }
        let told = report(export, workspace.output)
        if out == nil { workspace.output.say(told) } else { workspace.output.print(told) }
    }

    private func write(_ text: String, to folder: String) throws {
        let path = Paths.join(Paths.absolute(folder), Self.file)
        if !Paths.isFolder(folder), mkdir(Paths.absolute(folder), 0o777) != 0 {
            throw Diagnostic(
                .fileNotWritten, "the folder \(folder) cannot be made: \(String(cString: strerror(errno)))",
                help: ["--out with another folder"])
        }
        if Paths.exists(path), try RecipeReader.file(path).utf8.firstRange(of: Array(TerraformExport.mark.utf8)) == nil
        {
            throw Diagnostic(
                .fileNotWritten, "\(Paths.shown(path)) is there already and was not written by an export",
                help: ["--out with another folder", "remove the file first"])
        }
        try TextFile.write(text, to: path)
    }

    private func report(_ export: TerraformExport, _ output: Output) -> String {
        var lines: [String] = []
        let count = export.exported.count
        lines.append(
            "\(count) resource\(count == 1 ? "" : "s") exported" + (out.map { " to \($0)/\(Self.file)" } ?? "") + ".")
        if !export.variables.isEmpty {
            lines.append("Secrets are variables: \(export.variables.map(\.name).joined(separator: ", ")).")
        }
        if !export.leftOut.isEmpty {
            lines.append("Without an equivalent, and left out:")
            lines += export.leftOut.map { "  \($0.record.identity.address)  \($0.record.kind)  \($0.reason)" }
        }
        if out != nil, count > 0 { lines.append("`terraform init` and `terraform plan` there show what is imported.") }
        return lines.joined(separator: "\n")
    }

    private func document(_ export: TerraformExport) -> ObjectValue {
        [
            "file": out.map { .string("\($0)/\(Self.file)") } ?? .null,
            "exported": .list(
                export.exported.map { item in
                    [
                        "module": .string(item.record.identity.module),
                        "address": .string(item.record.identity.address.text), "kind": .string(item.record.kind),
                        "as": .string(item.address.text)
                    ]
                }),
            "left_out": .list(
                export.leftOut.map { item in
                    [
                        "module": .string(item.record.identity.module),
                        "address": .string(item.record.identity.address.text), "kind": .string(item.record.kind),
                        "reason": .string(item.reason)
                    ]
                }),
            "variables": .list(export.variables.map { .string($0.name) }), "document": .object(export.document)
        ]
    }
}
