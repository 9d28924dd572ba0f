// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Everything about a plugin that checking, completion, explaining and planning need, so that they load no code.
///
/// It lies as `<Module>.json` beside `lib<Module>.so`, written by the build from what the library says of itself.
package struct PluginManifest: Sendable {
    /// The layout of the file that this version writes and reads.
    package static let layout: Int64 = 1

    /// The plugin's name: its module's in lower case.
    package var name: String
    /// The Swift module: the library is `lib<Module>.so`.
    package var module: String
    /// Three numbers with dots.
    package var version: String
    /// One sentence about the plugin.
    package var doc: String
    /// What the host must have in common with the library.
    package var fingerprint: String
    /// Of the library, as hexadecimal digits.
    package var sha256: String
    /// The settings of its connections; nil for a plugin without a platform of its own.
    package var provider: ProviderSchema?
    /// The kinds of things that it manages.
    package var resourceKinds: ManifestKinds
    /// The kinds of steps that it declares.
    package var stepKinds: [StepKindSchema]
    /// The step kinds, of any plugin, that it executes.
    package var executors: [String]
    /// The functions that it adds to the language.
    package var functions: [FunctionSchema]
    /// The commands that it adds to the shell.
    package var verbs: [VerbSchema]
    /// The names of its supervised services.
    package var services: [String]
    /// Capabilities, mappings and shapes.
    package var texts: ManifestTexts
    /// What things cost, as tables in JSON.
    package var priceTables: ManifestTexts
    /// What kinds are called elsewhere, as tables in JSON.
    package var exportTables: ManifestTexts
    /// The codes of its diagnostics.
    package var diagnosticCodes: [DiagnosticCode]
}

extension PluginManifest {
    /// The manifest of a library whose contents are known.
    init(contents: PluginContents, module: String, sha256: String) {
        name = contents.name
        self.module = module
        version = contents.version
        doc = contents.doc
        fingerprint = SDKVersion.fingerprint
        self.sha256 = sha256
        provider = contents.provider
        resourceKinds = ManifestKinds(contents.resourceKinds)
        stepKinds = contents.stepKinds
        executors = contents.executors.map(\.kind)
        functions = contents.functions.map(\.schema)
        verbs = contents.verbs.map(\.schema)
        services = contents.supervisedServices.map(\.name)
        texts = ManifestTexts(contents.texts)
        priceTables = ManifestTexts(contents.priceTables)
        exportTables = ManifestTexts(contents.exportTables)
        diagnosticCodes = contents.diagnosticCodes
    }
}
