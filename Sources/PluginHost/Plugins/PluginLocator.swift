// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// Knows where plugins are looked for, in which order.
package struct PluginLocator: Sendable {
    /// In the order in which they are searched: of two plugins with one name the first counts.
    package let folders: [PluginFolder]

    package init(folders: [PluginFolder]) { self.folders = folders }

    /// The places of a command: the folders of `CONVERGE_PLUGIN_PATH`, the project's, the user's, the executable's,
    /// and that of an installation.
    ///
    /// - Parameters:
    ///   - variables: The environment variables.
    ///   - stateFolder: The project's `.converge`; nil outside of a project.
    ///   - executable: The path of the running executable.
    package init(variables: [String: String], stateFolder: String?, executable: String) {
        var folders: [PluginFolder] = []
        for path in (variables["CONVERGE_PLUGIN_PATH"] ?? "").split(separator: ":") {
            folders.append(PluginFolder(path: String(path), origin: .variable))
        }
        if let stateFolder { folders.append(PluginFolder(path: stateFolder + "/plugins", origin: .project)) }
        let home =
            variables["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? variables["HOME"].map { $0 + "/.local/share" }
        if let home { folders.append(PluginFolder(path: home + "/converge/plugins", origin: .user)) }
        let beside = Paths.parent(of: executable)
        folders.append(PluginFolder(path: beside, origin: .executable))
        folders.append(PluginFolder(path: Paths.parent(of: beside) + "/lib/converge", origin: .installation))
        self.folders = folders
    }

    /// The path of the running executable.
    package static var runningExecutable: String { Paths.linkTarget("/proc/self/exe") ?? CommandLine.arguments[0] }

    /// The modules of which a folder holds a library or a JSON file, in the order of names; nothing where there is no
    /// such folder.
    static func candidates(in folder: PluginFolder) throws(CallError) -> [PluginBundle] {
        let names: [String]
        do throws(CallError) {
            names = try Folders.names(of: folder.path)
        } catch  where error.reason == .notFound {
            return []
        }
        let present = Set(names)
        let modules = Set(names.compactMap { module(ofLibrary: $0) ?? module(ofManifest: $0) })
        return modules.sorted()
            .map { PluginBundle(module: $0, folder: folder) }
            .filter { present.contains("lib\($0.module).so") || present.contains("\($0.module).json") }
    }

    private static func module(ofLibrary name: String) -> String? {
        guard name.hasPrefix("lib"), name.hasSuffix(".so") else { return nil }
        return moduleName(name.dropFirst(3).dropLast(3))
    }

    private static func module(ofManifest name: String) -> String? {
        name.hasSuffix(".json") ? moduleName(name.dropLast(5)) : nil
    }

    /// The name where it can be one of a Swift module.
    private static func moduleName(_ name: Substring) -> String? {
        guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return nil }
        return name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue } ? String(name) : nil
    }
}
