// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Everything that plugins' manifests add to the language, indexed by name.
///
/// Made once a process; the texts of capabilities, shapes and mappings are parsed when something asks for them.
package final class Vocabulary: Sendable {
    package let plugins: [VocabularyPlugin]
    let pluginIndex: [String: Int]
    let resourceKinds: KindIndex
    let stepKinds: [String: KindOrigin<StepKindSchema>]
    let functions: [String: VocabularyFunction]
    /// The plugins that execute a step kind, in the order of the plugins.
    let executors: [String: [String]]
    let texts: PluginTextIndex
    /// What rules of kinds call `machine`: an object of what the machine on which the host runs has.
    let machine: Value
    let cache = ContractCache()

    /// - Parameter machine: With `cpus` and `memory`; unknown where nobody looked, which leaves rules about it open.
    package init(
        _ plugins: [VocabularyPlugin], machine: Value = .unknown(UnknownValue(origin: "the machine"))
    ) {
        self.plugins = plugins
        self.machine = machine
        var pluginIndex: [String: Int] = [:]
        var stepKinds: [String: KindOrigin<StepKindSchema>] = [:]
        var functions: [String: VocabularyFunction] = [:]
        var executors: [String: [String]] = [:]
        for (offset, plugin) in plugins.enumerated() {
            pluginIndex[plugin.name] = offset
            for kind in plugin.stepKinds { stepKinds[kind.name] = KindOrigin(plugin: plugin.name, schema: kind) }
            for function in plugin.functions { functions[function.schema.name] = function }
            for kind in plugin.executedStepKinds { executors[kind, default: []].append(plugin.name) }
        }
        self.pluginIndex = pluginIndex
        resourceKinds = KindIndex(plugins)
        self.stepKinds = stepKinds
        self.functions = functions
        self.executors = executors
        texts = PluginTextIndex(plugins)
    }

    package func plugin(_ name: String) -> VocabularyPlugin? { pluginIndex[name].map { plugins[$0] } }

    /// The settings of connections with which their things are made anew, by plugin: those that say where things are.
    var placeSettings: [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for plugin in plugins {
            let settings = (plugin.provider?.settings ?? []).filter { $0.change == .replaces }
            if !settings.isEmpty { found[plugin.name] = Set(settings.map(\.name)) }
        }
        return found
    }
}

struct KindOrigin<Schema: Sendable>: Sendable {
    let plugin: String
    let schema: Schema
}

/// What one plugin's manifest adds.
package struct VocabularyPlugin: Sendable {
    package var name: String
    package var version: String
    package var doc: String
    /// Nil for a plugin without a platform.
    package var provider: ProviderSchema?
    package var resourceKinds: VocabularyKinds
    package var stepKinds: [StepKindSchema]
    /// The step kinds, of any plugin, that this one executes.
    package var executedStepKinds: [String]
    package var functions: [VocabularyFunction]
    /// Capabilities, shapes and mappings.
    package var texts: VocabularyTexts

    package init(
        name: String, version: String = "1.0.0", doc: String = "", provider: ProviderSchema? = nil,
        resourceKinds: VocabularyKinds = [], stepKinds: [StepKindSchema] = [], executedStepKinds: [String] = [],
        functions: [VocabularyFunction] = [], texts: VocabularyTexts = []
    ) {
        self.name = name
        self.version = version
        self.doc = doc
        self.provider = provider
        self.resourceKinds = resourceKinds
        self.stepKinds = stepKinds
        self.executedStepKinds = executedStepKinds
        self.functions = functions
        self.texts = texts
    }
}

/// A plugin's function: what the manifest says of it, and the way to call it, which may load the plugin.
package struct VocabularyFunction: Sendable {
    package let schema: FunctionSchema
    package let call: @Sendable ([Value]) throws(CallError) -> Value

    package init(schema: FunctionSchema, call: @escaping @Sendable ([Value]) throws(CallError) -> Value) {
        self.schema = schema
        self.call = call
    }
}
