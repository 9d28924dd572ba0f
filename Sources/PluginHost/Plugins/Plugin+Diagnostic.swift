// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Diagnostic {
    static func unknownPlugin(_ name: String, known: [String], _ locator: PluginLocator) -> Diagnostic {
        var help: [String] = []
        if let near = NearestName.find(name, in: known) { help.append("use '\(near)'") }
        help.append("converge plugins")
        return Diagnostic(
            .unknownPlugin, "there is no plugin '\(name)'",
            notes: [
                known.isEmpty ? "no plugins were found" : "known: " + known.joined(separator: ", "),
                "looked in: " + locator.folders.map(\.path).joined(separator: ", ")
            ], help: help)
    }

    static func missingLibrary(_ bundle: PluginBundle) -> Diagnostic {
        Diagnostic(
            .missingLibrary, "the library of the plugin '\(bundle.module)' is missing",
            notes: ["expected: \(bundle.libraryPath)"],
            help: ["copy lib\(bundle.module).so beside \(bundle.module).json", "rm \(bundle.manifestPath)"])
    }

    static func missingManifest(_ bundle: PluginBundle) -> Diagnostic {
        Diagnostic(
            .missingManifest, "the plugin '\(bundle.module)' has no manifest",
            notes: ["expected: \(bundle.manifestPath)"],
            help: [
                "copy \(bundle.module).json from where the plugin was built",
                "where that is here: converge plugin manifest \(bundle.libraryPath)"
            ])
    }

    static func unreadableManifest(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            .unreadableManifest, "the manifest '\(path)' cannot be read", notes: [reason],
            help: ["copy the plugin's two files again from where it was built"])
    }

    static func danglingLink(_ path: String, to target: String) -> Diagnostic {
        Diagnostic(
            .unreadableManifest, "'\(path)' is a link to nothing", notes: ["it points at \(target)"],
            help: ["copy the plugin's two files again from where it was built", "rm \(path)"])
    }

    static func otherManifestLayout(_ path: String, module: String, layout: Int64) -> Diagnostic {
        Diagnostic(
            .unreadableManifest, "the manifest '\(path)' was written by another version of Converge",
            notes: ["its layout is \(layout); this version reads \(PluginManifest.layout)"],
            help: ["build '\(module)' with this version, and then `converge plugin manifest`"])
    }

    static func unwritableManifest(_ bundle: PluginBundle, _ reason: String) -> Diagnostic {
        Diagnostic(
            .unwritableManifest, "the manifest of '\(bundle.module)' cannot be written", notes: [reason],
            help: ["make '\(bundle.folder.path)' writable, or build the plugin in another folder"])
    }

    static func unreadableLibrary(_ bundle: PluginBundle, _ reason: String) -> Diagnostic {
        Diagnostic(
            .unloadable, "the library of the plugin '\(bundle.module)' cannot be read", notes: [reason],
            help: ["chmod +r \(bundle.libraryPath)", "copy it again from where the plugin was built"])
    }

    static func changedLibrary(_ bundle: PluginBundle) -> Diagnostic {
        Diagnostic(
            .changedLibrary, "the library of the plugin '\(bundle.module)' is not the one that its manifest describes",
            notes: [
                "\(bundle.libraryPath) has another SHA-256 than \(bundle.manifestPath) says",
                "nothing of it was executed"
            ],
            help: ["copy both files again from where the plugin was built"])
    }

    static func truncatedLibrary(_ bundle: PluginBundle) -> Diagnostic {
        Diagnostic(
            .truncatedLibrary, "the library of the plugin '\(bundle.module)' is cut off",
            notes: ["\(bundle.libraryPath) ends before its own tables do"],
            help: ["copy it again from where the plugin was built"])
    }

    static func notALibrary(_ bundle: PluginBundle) -> Diagnostic {
        Diagnostic(
            .notAPlugin, "'\(bundle.libraryPath)' is no shared library",
            help: ["copy it again from where the plugin was built", "rm \(bundle.libraryPath) \(bundle.manifestPath)"])
    }

    static func noEntry(_ bundle: PluginBundle) -> Diagnostic {
        Diagnostic(
            .notAPlugin, "the library '\(bundle.libraryPath)' is no plugin",
            notes: ["it does not export the function '\(ELFLibrary.entry)'"],
            help: ["see the plugin guide: a plugin's library hands itself over through that function"])
    }

    static func otherArchitecture(_ bundle: PluginBundle, _ architecture: String) -> Diagnostic {
        Diagnostic(
            .otherArchitecture,
            "the plugin '\(bundle.module)' was built for \(architecture), and this machine is \(SDKVersion.architecture)",
            notes: [bundle.libraryPath], help: ["get or build the plugin for \(SDKVersion.architecture)"])
    }

    static func otherFingerprint(_ bundle: PluginBundle, _ fingerprint: String) -> Diagnostic {
        Diagnostic(
            .otherFingerprint, "the plugin '\(bundle.module)' was built for another Converge",
            notes: ["built with: \(fingerprint)", "this is: \(SDKVersion.fingerprint)", bundle.libraryPath],
            help: ["build it with the same SDK and Swift, and then `converge plugin manifest \(bundle.libraryPath)`"])
    }

    static func missingSymbols(_ bundle: PluginBundle, _ symbols: [String]) -> Diagnostic {
        var notes = symbols.prefix(3).map { "missing in this SDK: \($0)" }
        if symbols.count > 3 { notes.append("and \(symbols.count - 3) more") }
        return Diagnostic(
            .missingSymbols, "the plugin '\(bundle.module)' needs a newer Converge", notes: notes,
            help: ["install a newer Converge, or build the plugin with the SDK of this one"])
    }

    static func twoOfOneName(_ name: String, used: PluginBundle, ignored: PluginBundle) -> Diagnostic {
        Diagnostic(
            .twoOfOneName, "there are two plugins '\(name)'", severity: .warning,
            notes: ["used: \(used.libraryPath)", "ignored: \(ignored.libraryPath)"],
            help: ["remove one of them, or rename its module"])
    }

    static func emptyEntry(_ bundle: PluginBundle) -> Diagnostic {
        Diagnostic(
            .emptyEntry, "the plugin '\(bundle.module)' hands nothing over",
            notes: ["'\(ELFLibrary.entry)' of \(bundle.libraryPath) returned null"],
            help: ["tell the plugin's author, or remove it"])
    }

    static func failingContents(_ bundle: PluginBundle, _ cause: Diagnostic) -> Diagnostic {
        Diagnostic(
            .failingContents, "the plugin '\(bundle.module)' fails while it is loaded",
            notes: ["\(cause.code): \(cause.message)"] + cause.notes,
            help: cause.help + ["tell the plugin's author, or remove it"])
    }

    static func unloadable(_ bundle: PluginBundle, _ reason: String) -> Diagnostic {
        Diagnostic(
            .unloadable, "the library of the plugin '\(bundle.module)' cannot be loaded", notes: [reason],
            help: ["ldd \(bundle.libraryPath)"])
    }

    static func misnamed(_ bundle: PluginBundle, _ name: String) -> Diagnostic {
        Diagnostic(
            .misnamed, "the plugin in '\(bundle.libraryPath)' is called '\(name)'",
            notes: ["its files say '\(bundle.module.lowercased())'"],
            help: ["give the files the names that they were built with", "rename the plugin or its module"])
    }

    static func missingFolder(_ folder: PluginFolder) -> Diagnostic {
        Diagnostic(
            .unreadableFolder, "the plugin folder '\(folder.path)' does not exist", severity: .warning,
            notes: ["named by \(folder.origin.rawValue)"], help: ["correct \(folder.origin.rawValue)"])
    }

    static func unreadableFolder(_ folder: PluginFolder, _ reason: String) -> Diagnostic {
        Diagnostic(
            .unreadableFolder, "the plugin folder '\(folder.path)' cannot be read", severity: .warning,
            notes: [reason], help: ["chmod +rx \(folder.path)"])
    }
}
