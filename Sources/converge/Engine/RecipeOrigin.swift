// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Shell

/// A recipe's text, and what it is called where.
struct RecipeOrigin: Sendable {
    let source: SourceText
    /// Absolute; nil for standard input and the scratch module.
    let path: String?
    /// The name under which the ledger keeps the module's rows.
    let module: String
    /// Where relative paths start, absolute.
    let folder: String

    static let scratchModule = "@scratch"
    /// That of a recipe from standard input which was given no name: nothing is made by it.
    static let unnamedModule = "@stdin"

    /// The recipe that a verb was given, or the module at the prompt.
    ///
    /// - Parameter name: That of the module, for a recipe from standard input.
    /// - Returns: Nil where none was given and none is at the prompt.
    static func find(
        _ argument: String?, name: String? = nil, prompt: PromptModule?
    ) throws(Diagnostic) -> RecipeOrigin? {
        switch (argument, prompt) {
        case ("-"?, _):
            return RecipeOrigin(
                source: try RecipeReader.standardInput(), path: nil,
                module: name.map { unnamedModule + "/" + $0 } ?? unnamedModule, folder: Paths.absolute("."))
        case (let path?, _): return try file(path)
        case (nil, let prompt?): return module(of: prompt)
        case (nil, nil): return nil
        }
    }

    static func file(_ path: String) throws(Diagnostic) -> RecipeOrigin {
        let absolute = Paths.absolute(path)
        let source = try RecipeReader.file(path)
        let project = Project.containing(Paths.parent(absolute))
        return RecipeOrigin(
            source: source, path: absolute, module: project.moduleName(ofRecipe: absolute),
            folder: Paths.parent(absolute))
    }

    static func module(of prompt: PromptModule) -> RecipeOrigin { module(prompt.text, home: prompt.home) }

    static func module(_ text: ModuleText, home: PromptModule.Home) -> RecipeOrigin {
        let text = text.text
        switch home {
        case .scratch:
            return RecipeOrigin(
                source: SourceText(name: scratchModule, text), path: nil, module: scratchModule,
                folder: Paths.absolute("."))
        case .file(let path):
            let project = Project.containing(Paths.parent(path))
            return RecipeOrigin(
                source: SourceText(name: Paths.shown(path), text), path: path,
                module: project.moduleName(ofRecipe: path), folder: Paths.parent(path))
        }
    }
}
