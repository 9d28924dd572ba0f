// SPDX-License-Identifier: Apache-2.0

/// A folder in which plugins are looked for.
package struct PluginFolder: Sendable, Hashable {
    /// Why it is looked at.
    package enum Origin: String, Sendable, Hashable {
        case variable = "CONVERGE_PLUGIN_PATH"
        case project = "the project"
        case user = "the user"
        case executable = "beside the executable"
        case installation = "the installation"
    }

    package let path: String
    package let origin: Origin

    package init(path: String, origin: Origin) {
        self.path = path
        self.origin = origin
    }

    /// True where builds put libraries, so that manifests are made anew when libraries were.
    var isDevelopment: Bool { origin == .executable }
}

/// The two files that are a plugin: a library and its manifest.
package struct PluginBundle: Sendable, Hashable {
    package let module: String
    package let folder: PluginFolder

    package init(module: String, folder: PluginFolder) {
        self.module = module
        self.folder = folder
    }

    package var libraryPath: String { "\(folder.path)/lib\(module).so" }
    package var manifestPath: String { "\(folder.path)/\(module).json" }
}
