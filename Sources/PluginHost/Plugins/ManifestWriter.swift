// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Makes a plugin's manifest from its library.
package enum ManifestWriter {
    /// Loads the library, asks for its contents and writes the manifest beside it.
    ///
    /// The library stays loaded: this is for builds, which trust what they built.
    package static func write(for bundle: PluginBundle) throws(Diagnostic) -> PluginManifest {
        let library = try PluginLibrary(bundle)
        return try write(for: library).manifest
    }

    /// As `write(for:)` for a library that was read already.
    static func write(
        for library: PluginLibrary
    ) throws(Diagnostic) -> (manifest: PluginManifest, contents: PluginContents) {
        try library.checkSymbols()
        var contents = try library.load()
        do throws(CallError) { contents.resourceKinds = try contents.everyResourceKind() } catch {
            throw .failingContents(library.bundle, error.diagnostic)
        }
        let manifest = PluginManifest(contents: contents, module: library.bundle.module, sha256: library.sha256)
        let content = try manifest.content()
        do throws(CallError) {
            try PluginManifest.write(content, to: library.bundle.manifestPath)
        } catch {
            throw .unwritableManifest(library.bundle, error.diagnostic.message)
        }
        return (manifest, contents)
    }
}
