// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import PluginHost
import Shell

struct PluginsVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins", abstract: "Lists the plugins that are found, or explains one.")

    @Argument(help: "A plugin's name.") var name: String?
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let catalog = workspace.engine.catalog
        if let name {
            let plugin = try catalog.plugin(named: name)
            let problems = catalog.verify(name)
            if !problems.isEmpty { throw Diagnostics(problems) }
            if shared.json {
                workspace.output.print(document: Self.object(plugin))
            } else {
                workspace.output.print(Self.text(plugin, workspace.output.style), terminator: "")
            }
            return
        }
        let problems = catalog.diagnostics + catalog.verify()
        if shared.json {
            workspace.output.print(document: [
                "plugins": .list(catalog.plugins.map { .object(Self.object($0)) }),
                "diagnostics": .list(problems.map { .object(DiagnosticDocument.object($0)) })
            ])
        } else {
            tell(catalog, problems, workspace)
        }
        if problems.contains(where: { $0.severity == .error }) { throw ExitCode.failed }
    }

    private func tell(_ catalog: PluginCatalog, _ problems: [Diagnostic], _ workspace: Workspace) {
        let rows = catalog.plugins.map { plugin in
            [
                plugin.manifest.name, plugin.manifest.version, plugin.bundle.folder.origin.rawValue,
                Self.counts(plugin.manifest), plugin.manifest.doc
            ]
        }
        workspace.output.print(
            TableRenderer(style: workspace.output.style, width: workspace.output.width)
                .text(["PLUGIN", "VERSION", "FOUND IN", "ADDS", "WHAT IT IS"], rows), terminator: "")
        workspace.output.say(problems)
    }

    private static func counts(_ manifest: PluginManifest) -> String {
        let counts = [
            (manifest.resourceKinds.count, "kinds"), (manifest.stepKinds.count, "step kinds"),
            (manifest.functions.count, "functions"), (manifest.texts.count, "texts"), (manifest.verbs.count, "verbs")
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private static func object(_ plugin: InstalledPlugin) -> ObjectValue {
        let manifest = plugin.manifest
        func names(_ names: [String]) -> Value { .list(names.map { .string($0) }) }
        return [
            "name": .string(manifest.name), "version": .string(manifest.version), "doc": .string(manifest.doc),
            "library": .string(plugin.bundle.libraryPath), "sha256": .string(manifest.sha256),
            "fingerprint": .string(manifest.fingerprint), "found_in": .string(plugin.bundle.folder.origin.rawValue),
            "kinds": names(manifest.resourceKinds.names), "step_kinds": names(manifest.stepKinds.map(\.name)),
            "executes": names(manifest.executors), "functions": names(manifest.functions.map(\.name)),
            "verbs": names(manifest.verbs.map(\.name)), "services": names(manifest.services),
            "texts": names(manifest.texts.paths), "prices": names(manifest.priceTables.paths),
            "exports": names(manifest.exportTables.paths)
        ]
    }

    private static func text(_ plugin: InstalledPlugin, _ style: TextStyle) -> String {
        let manifest = plugin.manifest
        var text = style(.heading, "\(manifest.name) \(manifest.version)") + "  \(manifest.doc)\n"
        text += "  library      \(plugin.bundle.libraryPath)\n  sha256       \(manifest.sha256)\n"
        text += "  fingerprint  \(manifest.fingerprint)\n"
        let lists = [
            ("kinds", manifest.resourceKinds.names), ("step kinds", manifest.stepKinds.map(\.name)),
            ("executes", manifest.executors), ("functions", manifest.functions.map(\.name)),
            ("verbs", manifest.verbs.map(\.name)), ("services", manifest.services),
            ("texts", manifest.texts.paths), ("prices", manifest.priceTables.paths),
            ("exports", manifest.exportTables.paths)
        ]
        for (name, items) in lists where !items.isEmpty {
            text += style(.dim, "  \(name)") + "\n" + items.map { "    \($0)\n" }.joined()
        }
        return text
    }
}

struct PluginVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "Makes plugins ready to be found.", subcommands: [PluginManifestVerb.self])
}

struct PluginManifestVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest", abstract: "Writes the manifest of a plugin's library beside it.")

    @Argument(help: "The library: lib<Module>.so.") var libraries: [String]

    func run() async throws {
        let output = Invocation.here().output
        for library in libraries {
            let path = Paths.absolute(library)
            let name = String(path.split(separator: "/").last ?? "")
            guard name.hasPrefix("lib"), name.hasSuffix(".so") else {
                throw ValidationError("a plugin's library is called lib<Module>.so, not \(name)")
            }
            let folder = PluginFolder(path: Paths.parent(path), origin: .executable)
            let bundle = PluginBundle(module: String(name.dropFirst(3).dropLast(3)), folder: folder)
            let manifest = try ManifestWriter.write(for: bundle)
            try Engine.checkTexts(of: manifest)
            try Engine.checkPrices(of: manifest)
            output.print("\(manifest.name) \(manifest.version): \(Paths.shown(bundle.manifestPath))")
        }
    }
}

/// A verb that a plugin adds: `acme.sync now`.
struct PluginVerbVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin-verb", abstract: "Runs a plugin's verb.", shouldDisplay: false)

    @Argument(parsing: .allUnrecognized) var words: [String] = []
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let name = words.first ?? ""
        var options: ObjectValue = [:]
        var plain: [String] = []
        for word in words.dropFirst() {
            guard word.hasPrefix("--") else {
                plain.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options[String(parts[0])] = parts.count == 2 ? .string(String(parts[1])) : true
        }
        let (given, flags) = (plain, options)
        let value = try await Interruptible.value(workspace.output) {
            try await workspace.engine.runVerb(name, words: given, options: flags)
        }
        if shared.json {
            workspace.output.print(value.indentedJSON(.plain))
        } else {
            workspace.output.print(
                ValueRenderer(style: workspace.output.style, width: workspace.output.width).text(value), terminator: "")
        }
    }
}

/// What the detached supervisor of a project runs.
struct SuperviseVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supervise", abstract: "Runs the project's long-lived services.", shouldDisplay: false)

    @Option(help: "The project's folder.") var project: String

    func run() async throws {
        try await Engine.supervise(project: Paths.absolute(project), vault: Invocation.here().vault)
    }
}
