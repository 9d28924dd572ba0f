// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Glibc
import Synchronization

/// A plugin that can be used: its files and what its manifest says.
package struct InstalledPlugin: Sendable {
    package let bundle: PluginBundle
    package let manifest: PluginManifest
}

/// The plugins that are there, known by their manifests; no code of theirs is loaded.
///
/// Folders are read when something is first asked for. One plugin's problem is a diagnostic and the rest goes on.
package final class PluginCatalog: Sendable {
    private struct Contents {
        var plugins: [String: InstalledPlugin] = [:]
        /// The problems of plugins that cannot be used, by the name that they would have.
        var broken: [String: Diagnostic] = [:]
        var diagnostics: [Diagnostic] = []
    }

    package let locator: PluginLocator
    private let contents = Mutex<Contents?>(nil)

    package init(locator: PluginLocator) { self.locator = locator }

    /// One of each name, in the order of names.
    package var plugins: [InstalledPlugin] {
        read().plugins.values.sorted { $0.manifest.name < $1.manifest.name }
    }

    /// What is wrong with the plugins that were found.
    package var diagnostics: [Diagnostic] { read().diagnostics }

    /// The plugin of that name; nil where there is none that can be used.
    package subscript(name: String) -> InstalledPlugin? { read().plugins[name] }

    /// The plugin of that name.
    ///
    /// - Throws: What is wrong with it, or that there is none.
    package func plugin(named name: String) throws(Diagnostic) -> InstalledPlugin {
        let contents = read()
        if let plugin = contents.plugins[name] { return plugin }
        if let problem = contents.broken[name] { throw problem }
        throw .unknownPlugin(name, known: contents.plugins.keys.sorted(), locator)
    }

    private func read() -> Contents {
        contents.withLock { contents in
            if let contents { return contents }
            var found = Contents()
            for folder in locator.folders { Self.read(folder, &found) }
            contents = found
            return found
        }
    }

    private static func read(_ folder: PluginFolder, _ contents: inout Contents) {
        let bundles: [PluginBundle]
        do throws(CallError) {
            if folder.origin == .variable, !Paths.exists(folder.path) {
                contents.diagnostics.append(.missingFolder(folder))
                return
            }
            bundles = try PluginLocator.candidates(in: folder)
        } catch {
            contents.diagnostics.append(.unreadableFolder(folder, error.diagnostic.message))
            return
        }
        for bundle in bundles {
            do throws(Diagnostic) {
                guard let manifest = try manifest(of: bundle) else { continue }
                add(InstalledPlugin(bundle: bundle, manifest: manifest), &contents)
            } catch {
                contents.diagnostics.append(error)
                let name = bundle.module.lowercased()
                if contents.plugins[name] == nil, contents.broken[name] == nil { contents.broken[name] = error }
            }
        }
    }

    private static func add(_ plugin: InstalledPlugin, _ contents: inout Contents) {
        let name = plugin.manifest.name
        guard let first = contents.plugins[name] else {
            contents.plugins[name] = plugin
            return
        }
        // The same build at two places, such as a folder that is named twice, is no matter of choice.
        if first.manifest.sha256 != plugin.manifest.sha256 {
            contents.diagnostics.append(.twoOfOneName(name, used: first.bundle, ignored: plugin.bundle))
        }
    }

    /// The manifest of the bundle, made anew where builds put libraries; nil where the files are not a plugin's.
    private static func manifest(of bundle: PluginBundle) throws(Diagnostic) -> PluginManifest? {
        let hasLibrary = Paths.exists(bundle.libraryPath)
        if hasLibrary, bundle.folder.isDevelopment, isStale(bundle) {
            let library = try PluginLibrary(bundle)
            return library.hasEntry ? try ManifestWriter.write(for: library).manifest : nil
        }
        let isLikely = hasLibrary || PluginManifest.isLikely(bundle.manifestPath)
        guard isLikely, let manifest = try PluginManifest.read(bundle.manifestPath) else {
            for path in [bundle.manifestPath, bundle.libraryPath] {
                if let target = Paths.linkTarget(path), !Paths.exists(path) { throw .danglingLink(path, to: target) }
            }
            if hasLibrary, try lacksItsManifest(bundle) { throw .missingManifest(bundle) }
            return nil
        }
        guard hasLibrary else { throw .missingLibrary(bundle) }
        guard manifest.module == bundle.module, manifest.name == bundle.module.lowercased() else {
            throw .misnamed(bundle, manifest.name)
        }
        guard manifest.fingerprint == SDKVersion.fingerprint else {
            throw .otherFingerprint(bundle, manifest.fingerprint)
        }
        return manifest
    }

    /// What is wrong with the libraries of the plugins that can be listed, found by reading them whole.
    ///
    /// - Parameter name: Only of this one; nil for all.
    package func verify(_ name: String? = nil) -> [Diagnostic] {
        plugins.filter { name == nil || $0.manifest.name == name }.compactMap { plugin in
            do throws(Diagnostic) {
                let library = try PluginLibrary(plugin.bundle)
                guard library.sha256 == plugin.manifest.sha256 || plugin.bundle.folder.isDevelopment else {
                    throw .changedLibrary(plugin.bundle)
                }
                guard library.hasEntry else { throw .noEntry(plugin.bundle) }
                try library.checkSymbols()
                if let problem = plugin.manifest.resourceKinds.problems.first {
                    throw .unreadableManifest(plugin.bundle.manifestPath, problem.words)
                }
                for texts in [plugin.manifest.texts, plugin.manifest.priceTables, plugin.manifest.exportTables] {
                    _ = try texts.all()
                }
                return nil
            } catch {
                return error
            }
        }
    }

    /// True for a plugin's library; others may lie beside it, and an installation's folder holds many.
    private static func lacksItsManifest(_ bundle: PluginBundle) throws(Diagnostic) -> Bool {
        switch bundle.folder.origin {
        case .executable, .installation: false
        case .variable, .project, .user: try PluginLibrary(bundle).hasEntry
        }
    }

    /// True where the library is younger than its manifest, or has none and is none of those that this process runs
    /// on.
    private static func isStale(_ bundle: PluginBundle) -> Bool {
        var (library, manifest) = (stat(), stat())
        // What is no file cannot be asked whether it is loaded without opening it.
        guard stat(bundle.libraryPath, &library) == 0, library.st_mode & S_IFMT == S_IFREG else { return false }
        guard stat(bundle.manifestPath, &manifest) == 0 else {
            return dlopen(bundle.libraryPath, RTLD_NOW | RTLD_NOLOAD) == nil
        }
        let (made, written) = (library.st_mtim, manifest.st_mtim)
        return (made.tv_sec, made.tv_nsec) > (written.tv_sec, written.tv_nsec)
    }
}
