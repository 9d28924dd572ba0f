// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A workflow in the module whose resources and parameters it uses: the recipe itself, or one that it imports.
struct PlacedWorkflow: Sendable {
    /// With the names of imports in front: `shared.load`.
    var name: String { prefix + code.name }
    /// The names of imports around it, each with a full stop.
    let prefix: String
    let code: WorkflowCode
    let module: ModuleInstance
    /// Of the file that declares it, as the recipe's own path is written; nil for the recipe's own folder.
    let folder: String?

    static func all(of root: ModuleInstance) -> [PlacedWorkflow] {
        var all: [PlacedWorkflow] = []
        collect(root, prefix: "", folder: nil, into: &all)
        return all
    }

    private static func collect(
        _ module: ModuleInstance, prefix: String, folder: String?, into all: inout [PlacedWorkflow]
    ) {
        for code in module.code.workflows {
            all.append(PlacedWorkflow(prefix: prefix, code: code, module: module, folder: folder))
        }
        for (index, code) in module.code.imports.enumerated() {
            // Nil where an `if` left it out.
            guard let imported = module.madeImport(index) else { continue }
            collect(imported, prefix: "\(prefix)\(code.alias).", folder: code.folder, into: &all)
        }
    }

    /// Where relative paths start.
    func folder(below recipeFolder: String) -> String {
        guard let folder, !folder.isEmpty else { return recipeFolder }
        return ModuleLoader.join(recipeFolder + "/recipe", folder)
    }

    func place(_ range: SourceRange) -> SourcePlace { module.code.source.place(range) }
}
