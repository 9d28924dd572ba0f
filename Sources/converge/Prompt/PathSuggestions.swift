// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import RecipeRuntime

/// Names of files and folders that may go on a path.
enum PathSuggestions {
    /// - Parameters:
    ///   - typed: The path as far as it is typed.
    ///   - folder: Where relative paths start.
    static func items(_ typed: String, in folder: String) -> [RecipeSuggestion] {
        let slash = typed.lastIndex(of: "/")
        let parent = slash.map { String(typed[...$0]) } ?? ""
        let start = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
        let place = parent.hasPrefix("/") ? parent : Paths.join(folder, parent)
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: place) } catch { return [] }
        return names.sorted()
            .filter { $0.hasPrefix(start) && (start.hasPrefix(".") || !$0.hasPrefix(".")) }
            .map { RecipeSuggestion($0, suffix: Paths.isFolder(Paths.join(place, $0)) ? "/" : "") }
    }
}
