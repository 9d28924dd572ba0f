// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Synchronization

/// Loads the code of plugins, each once.
package final class PluginLoader: Sendable {
    private let loaded = Mutex<[String: Result<PluginContents, Diagnostic>]>([:])

    package init() {}

    /// The plugin's contents. Checks that the library is the one of which its manifest speaks and fits this host,
    /// before any of its code runs; then it stays loaded.
    package func load(_ plugin: InstalledPlugin) throws(Diagnostic) -> PluginContents {
        try loaded.withLock { loaded in
            if let known = loaded[plugin.bundle.libraryPath] { return known }
            let result: Result<PluginContents, Diagnostic>
            do throws(Diagnostic) {
                result = .success(try Self.load(plugin))
            } catch {
                result = .failure(error)
            }
            loaded[plugin.bundle.libraryPath] = result
            return result
        }.get()
    }

    private static func load(_ plugin: InstalledPlugin) throws(Diagnostic) -> PluginContents {
        guard plugin.manifest.fingerprint == SDKVersion.fingerprint else {
            throw .otherFingerprint(plugin.bundle, plugin.manifest.fingerprint)
        }
        let library = try PluginLibrary(plugin.bundle)
        guard library.sha256 == plugin.manifest.sha256 else {
            // A build may have finished since the manifest was read.
            if plugin.bundle.folder.isDevelopment { return try ManifestWriter.write(for: library).contents }
            throw .changedLibrary(plugin.bundle)
        }
        try library.checkSymbols()
        return try library.load()
    }
}
