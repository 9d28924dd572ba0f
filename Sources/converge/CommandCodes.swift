// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension DiagnosticCode {
    static let noRecipe = DiagnosticCode(
        "X0101", "a recipe that cannot be read",
        "The file that was named does not exist, is a folder, or may not be read.")
    static let recipeNotText = DiagnosticCode(
        "X0102", "typed or piped text that is not UTF-8",
        "The prompt reads text in UTF-8. What was piped in holds bytes that are not; it may be compressed or in another "
            + "encoding.")
    static let needsYes = DiagnosticCode(
        "X0103", "a change that nobody confirmed",
        "What changes the world is asked for first. Without a terminal there is nobody to ask: give `--yes`.")
    static let notConfirmed = DiagnosticCode(
        "X0104", "a change that was declined", "The question was answered with no. Nothing was changed.")
    static let whichWorkflow = DiagnosticCode(
        "X0105", "a workflow that is not there, or one of several",
        "A module with one workflow runs it; with several the name must be given.")
    static let nothingToExplain = DiagnosticCode(
        "X0106", "a word that nothing is known by",
        "`explain` knows statements, capabilities, kinds, step kinds, functions, facets and diagnostic codes; `help` "
            + "knows the verbs.")
    static let noSuchResource = DiagnosticCode(
        "X0107", "a resource that is not in the ledger", "`show` lists what the environment holds.")
    static let unknownVerb = DiagnosticCode(
        "X0108", "a verb that is not known", "`help` lists the verbs; a plugin's verbs are dotted.")
    static let unreadableInput = DiagnosticCode(
        "X0109", "parameters of a run that are no object",
        "The parameters of a workflow stand behind its name as one object: `run FILE WORKFLOW '{ name: value }'`.")
    static let moduleBusy = DiagnosticCode(
        "X0110", "a module that another prompt edits",
        "One prompt at a time changes a project's scratch module or applies it, so that none undoes what another "
            + "declared; a second one may look. Quit the other prompt, or edit a file with `open FILE`.")
    static let fileNotWritten = DiagnosticCode(
        "X0111", "a file that cannot be written", "The folder is missing, full, or may not be written to.")

    static let noSuchEnvironment = DiagnosticCode(
        "X0112", "an environment that is not declared",
        "Environments are declared in the project's `converge.project` file: `environment prod { use local }`. Where "
            + "none is declared there is `default`, which uses the local platform.")
    static let madeByBoth = DiagnosticCode(
        "X0113", "a resource that two modules have made",
        "`save FILE` makes the file's module the owner of what the prompt has made. Where both have made something of "
            + "one name, one of the two would be lost.")
    static let notInBackground = DiagnosticCode(
        "X0114", "a command that cannot go to the background",
        "With `&` behind it a run goes on while the prompt takes the next statement. Scripts and piped input wait for "
            + "each command, and other verbs end soon or ask.")

    static let noSuchVersion = DiagnosticCode(
        "X0115", "a version that is not there",
        "Each apply, destroy and rollback of a module is a version of it. `history` lists them.")
    static let versionsApart = DiagnosticCode(
        "X0116", "a version or run of another environment",
        "Versions and runs are of one environment. `diff` compares two versions of one, and `environment compare` "
            + "environments as they are now; `rollback`, `resume` and `cancel` act on the environment that the version "
            + "or run is of, and refuse another one that is named.")
    static let versionWithoutTexts = DiagnosticCode(
        "X0117", "a version whose recipe is not known",
        "The ledger keeps the recipe of each version from which it can be made again. This one was applied by a Converge "
            + "that did not keep it yet, or a repair of the ledger could not save it.")
    static let auditBroken = DiagnosticCode(
        "X0118", "an audit trail that was changed",
        "Each line of the audit trail holds a digest of itself and the line before, and the project's file the newest "
            + "one. They do not fit together: a line was changed, taken out, or put in by something else than Converge."
    )
    static let outputLost = DiagnosticCode(
        "X0123", "output that was lost",
        "Standard output could not be written, as where a disk is full, so what was printed is not all there. What the "
            + "command did besides printing is done and recorded. Where a reader simply stopped reading, as `head` does, "
            + "nothing is said.")

    static let moduleUnnamed = DiagnosticCode(
        "X0119", "a recipe from standard input that would make something",
        "What a recipe makes belongs to its module, which is named after its file. One from standard input has no name: "
            + "two of them would take away what the other made. Give `--module NAME`.")

    static let noSuchStep = DiagnosticCode(
        "X0120", "a step that a run did not begin", "`show RUN` lists the steps of a run that were begun.")

    static let renamedOrNew = DiagnosticCode(
        "X0121", "a recipe that may have had another name",
        "A module is named after its file. This one has made nothing yet, and declares what another has made whose file "
            + "is gone: most likely it was renamed. Making everything anew would leave the former things behind, so it "
            + "is asked for.")
    static let noFormerModule = DiagnosticCode(
        "X0122", "a former name under which nothing was made",
        "`--renamed-from` names the recipe whose things are to be taken over. It has made nothing in the environment.")

    static let commandMisused = DiagnosticCode(
        "X0124", "a command of a script that is not used rightly",
        "A word or option of the command is not one of its verb's. All commands of a script are looked at before the first "
            + "of them does anything.")

    static let expectationBroken = DiagnosticCode(
        "X0140", "what a test expects does not hold",
        "The condition of an `expect` is false, or looks at something that is not known, such as an output before `apply`. "
            + "For a comparison both sides are shown.")
    static let errorMissing = DiagnosticCode(
        "X0141", "an error that a test expects and that did not occur",
        "`expect_error` names the code with which its declarations or commands must be refused or fail.")
    static let testCommandFailed = DiagnosticCode(
        "X0142", "a command of a test that failed",
        "A command that must fail belongs into `expect_error \"CODE\" { … }`.")
    static let testBedMissing = DiagnosticCode(
        "X0143", "a test without a place of its own",
        "Each test acts in a folder below the one for temporary files, which is taken away afterwards.")
    static let testNotLocal = DiagnosticCode(
        "X0144", "a test on a platform that is not thrown away",
        "Tests act on the local platform alone: what they make elsewhere would stay there, and cost. The recipe has a `use` "
            + "line of another platform. Leave it to the environment.")
    static let serveFailed = DiagnosticCode(
        "X0131", "triggers that cannot be served",
        "`converge serve` serves the recipes of one project, and an address of this machine alone. The message says what "
            + "stood in the way.")
    static let firingLost = DiagnosticCode(
        "X0132", "a firing whose recipe is gone",
        "A firing names the recipe as it was when it fired. The ledger does not hold that any more, or it was put back to "
            + "a state before it. `run` starts the workflow by hand.")
    static let severalOfAddress = DiagnosticCode(
        "X0125", "an address that several modules have",
        "Each module has its own addresses, so that one may mean several things of an environment. `--module NAME` says "
            + "whose is meant.")

    static let noTables = DiagnosticCode(
        "X0126", "a query on what holds no tables",
        "`sql` asks a warehouse, a lake or another thing that offers TableStore, of itself or of a part of it.")

    static let notListable = DiagnosticCode(
        "X0145", "things that cannot be listed",
        "`adopt` finds what is there by listing it, and the kind's provider cannot do that, or nothing here connects to its "
            + "platform.")
    static let secretNotTaken = DiagnosticCode(
        "X0127", "a secret that cannot be taken",
        "`secret set NAME` takes the secret from standard input or, at a terminal, asks for it without showing it: never from "
            + "the command line, where the shell's history and the list of processes would have it. It is a text in UTF-8 of "
            + "1 to 65536 bytes.")

    static let secretTyped = DiagnosticCode(
        "X0128", "a secret in what would be recorded",
        "What is said with `approve --why`, given with `signal` or given to a parameter is a part of the run or the plan: it is "
            + "recorded, shown and handed on to steps. What was typed holds the text of a secret that the project's store has or "
            + "the recipe names, so that it was not taken. `signal RUN NAME 'secret(\"NAME\")'` hands on a secret by its name, "
            + "and so does `--set PARAMETER='secret(\"NAME\")'` of a parameter of the type Secret<String>.")

    static let telemetryUnclear = DiagnosticCode(
        "X0150", "an environment variable about traces or lineage that cannot be followed",
        "Runs are traced and their lineage told where variables of OpenTelemetry (`OTEL_…`) and OpenLineage (`OPENLINEAGE_…`) "
            + "ask for it. One of them asks for what is not done here. It is a warning: the run goes on.")
    static let telemetryLost = DiagnosticCode(
        "X0151", "traces or lineage events that were not taken",
        "What is told of runs is sent beside them, and what its receiver does not take is let go. It is a warning: what was "
            + "done is done and recorded.")

    static let exportTableUnreadable = DiagnosticCode(
        "X0170", "an export table that cannot be read",
        "A plugin ships what its kinds are called in other tools as JSON in a form of its own, which docs/plugins.md "
            + "describes. A table that cannot be read would leave things out.")

    static let nothingToAccept = DiagnosticCode(
        "X0160", "an address that has not drifted",
        "`drift --accept --only ADDRESS` takes over what others changed of one resource; the one that is named is as it was "
            + "recorded, or is none.")
    static let recipeNotEdited = DiagnosticCode(
        "X0161", "a recipe that is not edited",
        "`drift --accept` writes to a recipe's file, or to the module at the prompt. A recipe from standard input has no file. "
            + "Before it writes, it evaluates the edited recipe and holds it "
            + "to what is there; where it would say something else, nothing is written.")
    /// The codes of the executable.
    static let allOfCommands: [DiagnosticCode] = [
        .noRecipe, .recipeNotText, .needsYes, .notConfirmed, .whichWorkflow, .nothingToExplain, .noSuchResource,
        .unknownVerb, .unreadableInput, .moduleBusy, .fileNotWritten, .noSuchEnvironment,
        .madeByBoth, .notInBackground, .noSuchVersion, .versionsApart, .versionWithoutTexts, .auditBroken,
        .moduleUnnamed, .noSuchStep, .renamedOrNew, .noFormerModule, .commandMisused, .outputLost, .expectationBroken,
        .errorMissing, .testCommandFailed, .testBedMissing, .testNotLocal, .serveFailed, .firingLost, .severalOfAddress,
        .noTables, .notListable, .secretNotTaken, .secretTyped, .telemetryUnclear, .telemetryLost,
        .exportTableUnreadable,
        .nothingToAccept, .recipeNotEdited
    ]
}
