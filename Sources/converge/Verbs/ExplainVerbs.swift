// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import PluginHost
import RecipeRuntime
import Shell

struct ExplainVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explains a statement, a capability, a kind, a step kind, a function, a facet or a code.")

    @ArgumentParser.Argument(help: "A name such as DataLakeStorage, or a code such as R0203.") var name: String
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let renderer = ExplanationRenderer(
            style: workspace.output.style, width: workspace.output.width, overflow: .wrapped)
        let codes = KnownCodes.all(workspace.engine.catalog)
        if let code = codes.first(where: { $0.text == name.uppercased() }) {
            if shared.json {
                workspace.output.print(document: [
                    "code": .string(code.text), "title": .string(code.title), "explanation": .string(code.explanation)
                ])
            } else {
                workspace.output.print(renderer.text(code), terminator: "")
            }
            return
        }
        if let statement = StatementGuide.of(name) {
            if shared.json {
                workspace.output.print(document: [
                    "name": .string(name), "text": .string(statement.form + "\n" + statement.meaning)
                ])
            } else {
                workspace.output.print(renderer.text(statement), terminator: "")
            }
            return
        }
        guard let explanation = workspace.engine.vocabulary.explain(name) else {
            if PromptHelp.verbNames.contains(name) {
                throw Diagnostic(.nothingToExplain, "'\(name)' is a verb", help: ["help \(name)"])
            }
            let names =
                workspace.engine.vocabulary.explainableNames + StatementGuide.all.map(\.word) + codes.map(\.text)
            throw Diagnostic(
                .nothingToExplain, "nothing is known by the name '\(name)'",
                help: NearestName.find(name, in: names).map { ["explain \($0)"] } ?? [
                    "mapping    shows the capabilities", "plugins    shows what is installed"
                ])
        }
        if shared.json {
            var document = ExplanationDocument.object(explanation)
            document["name"] = .string(name)
            document["text"] = .string(ExplanationRenderer(style: .plain, width: nil).text(explanation))
            workspace.output.print(document: document)
        } else {
            workspace.output.print(renderer.text(explanation), terminator: "")
        }
    }
}

/// Writes the reference pages that come from the code.
struct DocsVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Writes the reference pages that come from the code into a folder.")

    @ArgumentParser.Argument(help: "The folder.") var folder: String
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let codes = KnownCodes.all(workspace.engine.catalog).sorted { $0.text < $1.text }
        var page = "# Diagnostic codes\n\nWritten by `converge docs`; `converge explain CODE` shows the same.\n"
        for code in codes { page += "\n## \(code.text): \(code.title)\n\n\(code.explanation)\n" }
        try TextFile.write(page, to: Paths.join(Paths.absolute(folder), "diagnostics.md"))
        let renderer = ExplanationRenderer(style: .plain, width: 100)
        let vocabulary = workspace.engine.vocabulary
        var kinds =
            "# Capabilities, kinds and functions\n\nWritten by `converge docs`; `converge explain NAME` shows the same.\n"
        for name in vocabulary.explainableNames {
            guard let explanation = vocabulary.explain(name) else { continue }
            kinds += "\n## \(name)\n\n```text\n\(renderer.text(explanation))```\n"
        }
        try TextFile.write(kinds, to: Paths.join(Paths.absolute(folder), "kinds.md"))
        workspace.output.print("\(codes.count) codes, \(vocabulary.explainableNames.count) names")
    }
}
