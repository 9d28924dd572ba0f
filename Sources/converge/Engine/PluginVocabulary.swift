// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginHost
import RecipeRuntime

/// Manifests as the vocabulary of the language. A function loads its plugin when it is first called.
enum PluginVocabulary {
    /// - Parameter function: The code of a function by its name and its plugin's.
    static func make(
        _ catalog: PluginCatalog,
        function: @escaping @Sendable (_ name: String, _ plugin: String) throws(Diagnostic) -> (any PluginFunction)?
    ) -> Vocabulary {
        Vocabulary(
            catalog.plugins.map { plugin in
                let manifest = plugin.manifest
                return VocabularyPlugin(
                    name: manifest.name, version: manifest.version, doc: manifest.doc, provider: manifest.provider,
                    resourceKinds: VocabularyKinds(manifest.resourceKinds), stepKinds: manifest.stepKinds,
                    executedStepKinds: manifest.executors,
                    functions: manifest.functions.map { schema in
                        VocabularyFunction(schema: schema) { (arguments) throws(CallError) in
                            try call(schema.name, of: manifest.name, function, arguments)
                        }
                    }, texts: VocabularyTexts(manifest.texts))
            }, machine: ThisMachine.facts)
    }

    private static func call(
        _ name: String, of plugin: String,
        _ function: (String, String) throws(Diagnostic) -> (any PluginFunction)?, _ arguments: [Value]
    ) throws(CallError) -> Value {
        let found: (any PluginFunction)?
        do throws(Diagnostic) {
            found = try function(name, plugin)
        } catch {
            throw CallError(.failed, error)
        }
        guard let found else {
            throw CallError(
                .notFound, "the plugin '\(plugin)' has no function '\(name)', though its manifest says so",
                help: ["converge plugin manifest LIBRARY    writes the manifest anew"])
        }
        return try found.call(arguments)
    }
}

extension VocabularyKinds {
    /// The kinds of a manifest.
    init(_ kinds: ManifestKinds) { self.init(names: kinds.names) { kinds[$0] } }
}

extension VocabularyTexts {
    /// The texts of a manifest.
    init(_ texts: ManifestTexts) {
        self.init(
            zip(texts.paths, texts.declarations).enumerated().map { position, text in
                VocabularyText(path: text.0, declarations: text.1) { () throws(Diagnostic) in
                    try texts.text(position).text
                }
            })
    }
}
