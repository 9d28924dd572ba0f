// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import PluginHost
import RecipeSyntax
import Shell

/// The verbs of the prompt as their completion sees them: options from the parsers themselves, and what words stand for.
enum VerbShapes {
    /// The executable's verbs that the language has, and those that only the prompt has.
    static let own: [CommandShape] = {
        let written = writtenVerbs
        let parsed = RootVerb.verbs.compactMap { verb -> CommandShape? in
            guard let name = verb.configuration.commandName, Recipe.verbs.contains(name) else { return nil }
            let own = written[name] ?? Written()
            let (words, isOpenEnded) = words[name] ?? (own.words, false)
            return CommandShape(
                name, doc: verb.configuration.abstract, words: words, isOpenEnded: isOpenEnded, options: own.options)
        }
        let session = PromptHelp.own.sorted { $0.key < $1.key }.map { name, _ in
            CommandShape(
                name, doc: PromptHelp.line(name), words: words[name]?.words ?? [],
                options: name == "save" ? [CommandShape.Option("yes", value: nil, doc: "Does not ask.")] : [])
        }
        return parsed + session
    }()

    /// With the verbs of the plugins that are here.
    static func all(_ catalog: PluginCatalog) -> [CommandShape] {
        own
            + catalog.plugins.flatMap(\.manifest.verbs).map {
                CommandShape($0.name, doc: $0.doc, words: [.file], isOpenEnded: true)
            }
    }

    private static let words: [String: (words: [CommandShape.Meaning], isOpenEnded: Bool)] = [
        "check": ([.recipe], false), "plan": ([.recipe], false), "apply": ([.file], false),
        "destroy": ([.recipe], false), "refresh": ([.recipe], false), "drift": ([.recipe], false),
        "graph": ([.recipe], false), "run": ([.workflow, .workflow], false), "show": ([.record], false),
        "logs": ([.run, .step], false), "cancel": ([.runningRun], false), "resume": ([.resumableRun], false),
        "approve": ([.waitingRun, .approvableStep], false), "signal": ([.waitingRun, .awaitedSignal, .free], false),
        "diff": ([.version, .version], false), "forget": ([.record], true), "sql": ([.record, .free], false),
        "compare": ([.comparable, .comparable, .comparable], false), "lineage": ([.record], false),
        "impact": ([.record], false),
        "rollback": ([.version], false),
        "explain": ([.explainable], false), "mapping": ([.explainable], false),
        "fmt": ([.recipe], true), "plugins": ([.plugin], false),
        "open": ([.recipe], false), "load": ([.recipe], false), "save": ([.recipe], false), "help": ([.topic], false)
    ]

    private static let values: [String: CommandShape.Meaning] = [
        "env": .environment, "set": .setting, "out": .file, "svg": .file, "except": .address, "replace": .address
    ]

    /// Options whose value another verb's of the same name does not have.
    private static let ownValues: [String: [String: CommandShape.Meaning]] = [
        "plan": ["only": .address], "apply": ["only": .address], "drift": ["only": .address]
    ]

    /// What a verb's parser says of it.
    private struct Written {
        var words: [CommandShape.Meaning] = []
        var options: [CommandShape.Option] = []
    }

    /// The verbs as the parsers write them down.
    private static var writtenVerbs: [String: Written] {
        let tool: Value
        do { tool = try Value(json: RootVerb._dumpHelp()) } catch { return [:] }
        return Dictionary(
            subcommands(of: tool.object?["command"]?.object ?? [:]).map { verb in
                (verb["commandName"]?.string ?? "", written(verb))
            }, uniquingKeysWith: { first, _ in first })
    }

    private static func subcommands(of verb: ObjectValue) -> [ObjectValue] {
        (verb["subcommands"]?.list ?? []).compactMap(\.object).filter { $0["commandName"]?.string != "help" }
    }

    private static func written(_ verb: ObjectValue) -> Written {
        let inner = subcommands(of: verb)
        var result = Written()
        let arguments = ([verb] + inner).flatMap { $0["arguments"]?.list ?? [] }.compactMap(\.object)
        let name = verb["commandName"]?.string ?? ""
        for case let option? in arguments.map({ option($0, of: name) })
        where !result.options.contains(where: { $0.name == option.name }) {
            result.options.append(option)
        }
        if inner.isEmpty {
            let names = arguments.filter { $0["kind"]?.string == "positional" }.map { $0["valueName"]?.string ?? "" }
            result.words = names.map { $0 == "recipe" ? .recipe : $0 == "run" ? .run : .free }
        } else {
            result.words = [.oneOf(inner.compactMap { $0["commandName"]?.string })]
        }
        return result
    }

    private static func option(_ argument: ObjectValue, of verb: String) -> CommandShape.Option? {
        let names = argument["names"]?.list?.compactMap(\.object) ?? []
        guard let kind = argument["kind"]?.string, kind != "positional",
            let name = names.first(where: { $0["kind"]?.string == "long" })?["name"]?.string,
            name != "help", name != "version"
        else { return nil }
        return CommandShape.Option(
            name, value: kind == "option" ? ownValues[verb]?[name] ?? values[name] ?? .free : nil,
            doc: argument["abstract"]?.string ?? "", isRepeatable: argument["isRepeating"]?.bool ?? false)
    }
}
