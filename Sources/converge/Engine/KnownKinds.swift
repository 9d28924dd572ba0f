// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginHost

/// The resource kinds that plugins have, each read when it is asked for: a large platform has hundreds, of which a project
/// uses a few.
struct KnownKinds: Sendable {
    /// By plugin, in the order of their names.
    private let plugins: [ManifestKinds]

    init(_ catalog: PluginCatalog) { plugins = catalog.plugins.map(\.manifest.resourceKinds) }

    /// The kind of that name; nil where no plugin has it.
    subscript(name: String) -> ResourceKindSchema? {
        plugins.lazy.compactMap { $0[name] }.first
    }
}
