// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import RecipeSyntax

/// The recipes of a project that are served where none is named.
struct ProjectRecipes {
    private let folder: String

    /// Deeper folders hold no recipes.
    private static let deepest = 8

    init(_ project: Project) { folder = project.folder }

    /// The recipes with a trigger, in the order of their paths; folders that begin with a dot are left out.
    func withTriggers() -> [String] {
        var found: [String] = []
        collect(folder, 0, into: &found)
        return found.filter(hasTrigger)
    }

    private func collect(_ folder: String, _ depth: Int, into found: inout [String]) {
        guard depth < Self.deepest, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            return
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let path = Paths.join(folder, name)
            if name.hasSuffix(".recipe"), Paths.isFile(path) {
                found.append(path)
            } else if Paths.isFolder(path) {
                collect(path, depth + 1, into: &found)
            }
        }
    }

    private func hasTrigger(_ path: String) -> Bool {
        guard let source = try? RecipeReader.file(path) else { return false }
        return Recipe.parse(source).file.statements.contains { statement in
            guard case .workflow(let workflow) = statement else { return false }
            return workflow.body.statements.contains { if case .on = $0 { true } else { false } }
        }
    }
}
