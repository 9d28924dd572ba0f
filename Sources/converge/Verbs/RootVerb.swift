// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK

/// The verbs of the executable; the prompt has the same.
struct RootVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "converge",
        abstract: "One language, one plan, one ledger and one executor for DevOps, DataOps and MLOps.",
        usage: """
            converge [options]             the prompt; --env and --set count for its verbs
            converge FILE [options]        a recipe as a script: its declarations, then its commands
            converge VERB [FILE] [options]
            """,
        discussion:
            "Exit codes: 0 done, 1 failed or refused, 2 differences found, 3 a run waits, 64 wrong usage, 130 interrupted.",
        version: "converge \(ConvergeMain.version)",
        subcommands: verbs + hidden)

    /// In the order in which help lists them.
    static let verbs: [any ParsableCommand.Type] = [
        CheckVerb.self, TestVerb.self, PlanVerb.self, ApplyVerb.self, DestroyVerb.self, RefreshVerb.self,
        DriftVerb.self,
        HistoryVerb.self, DiffVerb.self,
        RollbackVerb.self, ForgetVerb.self, AdoptVerb.self, RunVerb.self, RunsVerb.self, ShowVerb.self, LogsVerb.self,
        CancelVerb.self,
        ResumeVerb.self, ApproveVerb.self, SignalVerb.self, GraphVerb.self, LineageVerb.self, ImpactVerb.self,
        CostVerb.self, CompareVerb.self, SqlVerb.self,
        ServeVerb.self,
        ExplainVerb.self, MappingVerb.self, FmtVerb.self, PluginsVerb.self, PluginVerbs.self, LedgerVerbs.self,
        AuditVerb.self, EnvironmentVerbs.self, SecretVerbs.self, ExportVerbs.self,
        DocsVerb.self
    ]

    /// Whether a word is a verb of the executable.
    static func knows(_ word: String) -> Bool {
        word == "help" || configuration.subcommands.contains { $0.configuration.commandName == word }
    }

    private static let hidden: [any ParsableCommand.Type] = [
        ScriptVerb.self, PluginVerbVerb.self, SuperviseVerb.self, FireVerb.self
    ]
}

/// The recipe that a verb works with.
struct RecipeArgument: ParsableArguments {
    @ArgumentParser.Argument(
        help: "A recipe file, or - for standard input; at the prompt left out for the module there.")
    var recipe: String?

    @Option(help: "Names what a recipe from standard input makes; a file's module is named after the file.")
    var module: String?

    init() {}

    init(_ recipe: String?, module: String? = nil) {
        self.recipe = recipe
        self.module = module
    }

    func validate() throws {
        guard let module else { return }
        guard recipe == "-" else {
            throw ValidationError("--module goes with a recipe from standard input: a file's module is named after it")
        }
        let allowed = module.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 || $0 == 45
        }
        if module.isEmpty || !allowed { throw ValidationError("--module takes letters, digits, _ and -") }
    }
}

extension Diagnostic {
    /// What is said of a word where a verb belongs.
    static func unknownVerb(_ word: String) -> Diagnostic {
        if PromptHelp.own[word] != nil {
            return Diagnostic(
                .unknownVerb, "'\(word)' is a verb of the prompt", help: ["converge    opens the prompt"])
        }
        let known = RootVerb.verbs.compactMap { $0.configuration.commandName }
        return Diagnostic(
            .unknownVerb, "there is no verb '\(word)'",
            help: [
                NearestName.find(word, in: known).map { "did you mean `\($0)`?" }
                    ?? "converge --help    lists the verbs"
            ])
    }
}
