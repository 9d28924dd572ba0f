// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Everything about a plugin that checking, completion, explaining and planning need, so that they load no code.
///
/// It lies as `<Module>.json` beside `lib<Module>.so`, written by the build from what the library says of itself.
package struct PluginManifest: Sendable, Codable {
    /// The layout of this file that this version writes and reads.
    package static let currentLayout = 1

    package var layout: Int
    package var name: String
    /// The Swift module: the library is `lib<Module>.so`.
    package var module: String
    package var version: String
    package var doc: String
    /// What the host must have in common with the library.
    package var fingerprint: String
    /// Of the library, as hexadecimal digits.
    package var sha256: String
    package var provider: ProviderSchema?
    package var resourceKinds: [ResourceKindSchema]
    package var stepKinds: [StepKindSchema]
    /// The step kinds, of any plugin, that this one executes.
    package var executors: [String]
    package var functions: [FunctionSchema]
    package var verbs: [VerbSchema]
    /// The names of its supervised services.
    package var services: [String]
    /// Capabilities, mappings and shapes.
    package var texts: [PluginText]
    package var diagnosticCodes: [ManifestCode]

    /// A diagnostic code of the plugin.
    package struct ManifestCode: Sendable, Codable {
        package var code: String
        package var title: String
        package var explanation: String
    }
}

extension PluginManifest {
    /// The manifest of a library whose contents are known.
    init(contents: PluginContents, module: String, sha256: String) {
        layout = Self.currentLayout
        name = contents.name
        self.module = module
        version = contents.version
        doc = contents.doc
        fingerprint = SDKVersion.fingerprint
        self.sha256 = sha256
        provider = contents.provider
        resourceKinds = contents.resourceKinds
        stepKinds = contents.stepKinds
        executors = contents.executors.map(\.kind)
        functions = contents.functions.map(\.schema)
        verbs = contents.verbs.map(\.schema)
        services = contents.supervisedServices.map(\.name)
        texts = contents.texts
        diagnosticCodes = contents.diagnosticCodes.map {
            ManifestCode(code: $0.text, title: $0.title, explanation: $0.explanation)
        }
    }
}
