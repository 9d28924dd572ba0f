// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Shell

/// Keeps the text of the module at the prompt: the scratch module below `.converge/`, an opened one in its file.
struct ScratchKeeper: Sendable {
    let project: Project

    private var scratchFile: String { project.stateFolder + "/scratch.recipe" }

    /// The text as it is kept now; nil where there is none.
    func text(of home: PromptModule.Home) throws(Diagnostic) -> ModuleText? {
        let path =
            switch home {
            case .scratch: scratchFile
            case .file(let path): path
            }
        guard Paths.isFile(path) else { return nil }
        return try Self.text(ofFile: path)
    }

    /// The scratch module as it is kept.
    func module() throws(Diagnostic) -> PromptModule {
        PromptModule(home: .scratch, text: try text(of: .scratch) ?? .empty)
    }

    private static func text(ofFile path: String) throws(Diagnostic) -> ModuleText {
        let source = try RecipeReader.file(path)
        guard let text = String(validating: source.utf8, as: UTF8.self) else {
            throw Diagnostic(
                .recipeNotText, "\(source.name) is not UTF-8", help: ["convert it before: iconv -f LATIN1 -t UTF-8"])
        }
        return ModuleText(text)
    }

    /// The text of a recipe that can be read without a fault.
    static func recipe(_ path: String) throws(Diagnostics) -> ModuleText {
        let text: ModuleText
        do {
            text = try Self.text(ofFile: path)
        } catch {
            throw Diagnostics([error])
        }
        let problems = Recipe.parse(SourceText(name: Paths.shown(path), text.text)).diagnostics
        if problems.contains(where: { $0.severity == .error }) { throw Diagnostics(problems) }
        return text
    }

    func save(_ text: ModuleText, home: PromptModule.Home) throws(Diagnostic) {
        switch home {
        case .scratch:
            try TextFile.makeFolder(project.stateFolder)
            try TextFile.write(text.text, to: scratchFile, mode: 0o600)
        case .file(let path): try TextFile.write(text.text, to: path)
        }
    }
}
