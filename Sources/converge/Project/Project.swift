// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// The folder whose ledger, environments and plugins a command works with.
struct Project: Sendable, Hashable {
    /// An absolute path without a slash at its end.
    let folder: String
    /// The folder that holds the state instead: of a test, whose things and records are thrown away.
    var bed: String?

    /// The folder in which `.converge` is.
    var stateRoot: String { bed ?? folder }
    /// Where Converge keeps its state; made at the first write.
    var stateFolder: String { stateRoot + "/.converge" }
    /// Where environments are declared; may be absent.
    var environmentsFile: String { folder + "/converge.project" }

    /// The nearest folder, from the start upwards, that holds `.converge/` or `converge.project`; else the start.
    ///
    /// The home folder and the root count only with a `converge.project`: a stray `.converge` there would make
    /// everything below one project.
    static func containing(_ start: String) -> Project {
        let start = Paths.absolute(start)
        let home = ProcessInfo.processInfo.environment["HOME"].map { Paths.absolute($0) }
        var folder = start
        while true {
            let isReserved = folder == home || folder == "/"
            if Paths.isFile(Paths.join(folder, "converge.project"))
                || (!isReserved && Paths.isFolder(Paths.join(folder, ".converge")))
            {
                return Project(folder: folder)
            }
            if folder == "/" { return Project(folder: start) }
            folder = Paths.parent(folder)
        }
    }

    /// The name of the module in a recipe file: its path below the project without `.recipe`.
    ///
    /// A file without that ending, or whose name would be taken for that of a module without a file, keeps all of its
    /// path, behind `./`: no two files have one name.
    func moduleName(ofRecipe path: String) -> String {
        let absolute = Paths.absolute(path)
        let relative = absolute.hasPrefix(folder + "/") ? String(absolute.dropFirst(folder.count + 1)) : absolute
        guard relative.hasSuffix(".recipe"), !relative.hasPrefix("@") else {
            return relative.hasPrefix("/") ? relative : "./" + relative
        }
        return String(relative.dropLast(".recipe".count))
    }

    /// The recipe file of a module; nil for one that has none.
    func recipe(ofModule name: String) -> String? {
        if name.hasPrefix("@") { return nil }
        if name.hasPrefix("./") { return Paths.join(folder, String(name.dropFirst(2))) }
        return (name.hasPrefix("/") ? name : Paths.join(folder, name)) + ".recipe"
    }

    /// A path as people see it: below the project relative to it, else whole.
    func relativePath(_ path: String) -> String {
        let absolute = Paths.absolute(path)
        return absolute.hasPrefix(folder + "/") ? String(absolute.dropFirst(folder.count + 1)) : absolute
    }
}
