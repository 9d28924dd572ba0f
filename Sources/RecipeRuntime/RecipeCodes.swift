// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

// MARK: Names and structure
extension DiagnosticCode {
    package static let unknownName = DiagnosticCode(
        "R0101", "a name that nothing has",
        "Nothing that can be seen from here has this name: no parameter, `let`, loop variable, resource, "
            + "step, import or function. Names of a block are not seen outside of it, except those of resources, "
            + "steps and imports.")
    static let declaredTwice = DiagnosticCode(
        "R0102", "a name that is declared twice",
        "Names of declarations are unique in their module, so that an address always means one thing. Give "
            + "one of them another name.")
    static let circle = DiagnosticCode(
        "R0103", "declarations that need one another",
        "Each of these declarations needs the value of the next and the last that of the first, so that "
            + "none can be had first. Break the circle at one of the marked places. Functions are not recursive "
            + "for the same reason.")
    static let misplaced = DiagnosticCode(
        "R0104", "a statement in the wrong place",
        "Each block has its statements: resources stand in files and mappings, steps in workflows, "
            + "environments in the project's file. The message says where this one belongs.")
    static let keyMissing = DiagnosticCode(
        "R0105", "something in a loop without a key",
        "What stands in a `for` has a key in brackets behind its name: a text that is unique in the loop. "
            + "It is part of the address, so that a thing keeps its row when the loop's list changes.")
    static let noValue = DiagnosticCode(
        "R0106", "a name that is no value",
        "A step, a module or a workflow is no value of its own. Read one of its outputs.")
    static let importUnreadable = DiagnosticCode(
        "R0107", "a file that cannot be imported",
        "The file does not exist or cannot be read. Paths are relative to the folder of the file that "
            + "imports.")
    static let importCircle = DiagnosticCode(
        "R0108", "files that import one another",
        "A file that is imported cannot import the file that needs it. Move what both need into a third "
            + "file.")
    static let recipeUnreadable = DiagnosticCode(
        "R0109", "a recipe that cannot be planned or applied",
        "A Plan or Apply step names a recipe that does not exist, cannot be read or has errors. A recipe that an earlier step writes is "
            + "named by an output of that step.")
}

// MARK: Kinds and fields
extension DiagnosticCode {
    static let unknownKind = DiagnosticCode(
        "R0201", "a kind that nothing has",
        "No plugin has a kind or capability of this name, or it is work where a thing is declared, or a "
            + "thing where work is.")
    static let pluginMissing = DiagnosticCode(
        "R0202", "a plugin that is not there",
        "The recipe or the environment names a plugin that is not installed or has no platform. Its kinds "
            + "are taken for anything, so that only this is reported. `plugins` shows what is there and where "
            + "plugins are looked for.")
    static let unknownField = DiagnosticCode(
        "R0203", "a field that the kind does not have",
        "Every kind, capability and shape lists its fields; `explain` shows them. Nothing is accepted and "
            + "ignored.")
    static let missingField = DiagnosticCode(
        "R0204", "a field that must be given",
        "The field has no default, because nobody but the author knows what is right. The notes say what it "
            + "means.")
    static let repeatedField = DiagnosticCode(
        "R0205", "a field that is given twice",
        "Which of both counts would be a guess. Keep one.")
    static let computedField = DiagnosticCode(
        "R0206", "a field that cannot be given so",
        "The field is set by the platform, or its name is made by an expression; fields of kinds are "
            + "written by name, so that the check can know them.")
    static let notAllowed = DiagnosticCode(
        "R0207", "a value that is not among the allowed ones",
        "The field takes one of a few values; the notes list them.")
    static let metaUnknown = DiagnosticCode(
        "R0208", "an @ field that there is not",
        "Fields that begin with @ belong to the language, not to the kind: resources have @on, @service, "
            + "@needs, @protect, @formerly, @native, @exempt, @ignore, @replace, @adopt and @owner, steps have @on, "
            + "@needs, @when, @retry, @timeout, @on_failure, @cache, @concurrency, @recover, @undo, @rate and @priority, "
            + "imports have @formerly.")
    static let metaMisused = DiagnosticCode(
        "R0209", "an @ field with the wrong content",
        "The field takes something else; the message says what.")
    static let activityAsThing = DiagnosticCode(
        "R0210", "work that is declared as a thing",
        "This capability of the paper is an activity: step kinds carry it out in a workflow, and no "
            + "mapping here has a thing for it.")
    static let nativeUnknown = DiagnosticCode(
        "R0211", "a child that the mapping does not have",
        "`@native` changes fields of the resources that the chosen mapping declares, by their names there. "
            + "`graph` shows them.")
}

// MARK: Types
extension DiagnosticCode {
    static let typeMismatch = DiagnosticCode(
        "R0301", "a value of the wrong type",
        "The place wants another type, and nothing is converted silently: a text is no number, a number no "
            + "duration. The help says how to write or convert it.")
    static let mayBeNull = DiagnosticCode(
        "R0302", "a value that may be absent",
        "The value is null in some cases: a parameter that may be left out, a resource inside an `if`. Say "
            + "what counts then with `??`, read with `?.`, or ask with `if … != null`.")
    static let operatorMismatch = DiagnosticCode(
        "R0303", "an operator between values that it does not know",
        "Operators work on numbers, texts, durations, sizes, percentages, dates and times as the language "
            + "reference lists them.")
    static let unknownType = DiagnosticCode(
        "R0304", "a type that there is not",
        "Types are Bool, Int, Float, String, Duration, Size, Percent, Date, Time, List<T>, Map<T>, Object, "
            + "Any, Secret<T>, Sql, Shell, Url, Html, Table, Column, Model, Artifact, and the names of shapes, "
            + "capabilities and kinds.")
    static let wrongArguments = DiagnosticCode(
        "R0305", "arguments that do not fit the function",
        "The function takes other arguments; the help shows its parameters.")
    static let unknownFunction = DiagnosticCode(
        "R0306", "a function that there is not",
        "Neither the language nor a plugin nor a `def` of this file has a function of this name.")
    static let noMember = DiagnosticCode(
        "R0307", "something read that is not there",
        "The value has no field, output or part of this name. The message names the nearest one, or what "
            + "there is.")
    static let functionMisplaced = DiagnosticCode(
        "R0308", "a function where a value is wanted, or a value where a function is",
        "Functions are called by their name; `x => …` is given to map, filter, any, all and sort.")
    static let notLoopable = DiagnosticCode(
        "R0309", "a loop over something that is no list",
        "A loop goes through the items of a list. `keys` and `values` make lists of an object.")
    static let foreignText = DiagnosticCode(
        "R0310", "text from elsewhere where it would have a meaning",
        "A Sql, Shell or Html text is written where it is used, so that values in it stay values whatever "
            + "they contain. A String that was made elsewhere could change the statement. Write the text as a "
            + "literal with the value in `${ }`, or give the parameter or function that makes it the right type.")
    static let noText = DiagnosticCode(
        "R0311", "a value that has no text",
        "Lists, objects and resources cannot stand in `${ }`: there would be several ways to write them. "
            + "Read an output, or join the items.")
    static let secretUsed = DiagnosticCode(
        "R0312", "a secret that would be shown or looked into",
        "Secrets are references. They pass and interpolate where a secret is wanted; they are never "
            + "compared, measured or branched on, and never become plain text.")
    package static let secretWritten = DiagnosticCode(
        "R0315", "a secret that is written in a recipe",
        "Recipes are kept and shown, so that a secret is only named there: `secret(\"NAME\")` is an environment "
            + "variable, a file or a secret of the project. What was written is not repeated.")
    static let clockMisplaced = DiagnosticCode(
        "R0313", "a clock outside of a parameter's default",
        "Everything but the defaults of parameters is evaluated several times, also after an interruption, "
            + "and must give the same each time. The value of a parameter is recorded with the run.")
    static let holeMisplaced = DiagnosticCode(
        "R0316", "a value where it would not stay one",
        "In Shell text `${ }` is one word: alone, or as a part of a quoted one. In a comment, a here-document, backticks, "
            + "`$(( ))` or behind a lone backslash or `$` no quoting keeps a value from becoming part of the program, and "
            + "what is read differently by different shells is not guessed at. In Sql text `${ }` is a bound value or a "
            + "quoted name, which inside of quotes or a comment would be mere text.")
    static let tooDeep = DiagnosticCode(
        "R0314", "values that need one another too deeply",
        "A chain of values, or of mappings inside one another, is longer than any sensible recipe has. "
            + "Usually it has no end.")
}

// MARK: Evaluation
extension DiagnosticCode {
    static let overflow = DiagnosticCode(
        "R0401", "a number that is too great",
        "Whole numbers have 64 bits, dates the years 1 to 9999. A result outside of that is an error, never "
            + "a wrong number.")
    static let divisionByZero = DiagnosticCode(
        "R0402", "a division by zero",
        "It has no result. Ask for zero first with `if`.")
    static let absent = DiagnosticCode(
        "R0403", "a part that is not there",
        "The list, object or resource has no such part now. `?.` and `??` say that it may be absent.")
    static let wrongValue = DiagnosticCode(
        "R0404", "a value of the wrong type, seen late",
        "The type could not be known before the value was there, and now it is not what the place wants.")
    static let badKey = DiagnosticCode(
        "R0405", "a key that cannot be one",
        "A key is a text, not empty, and unique in its loop.")
    static let functionFailed = DiagnosticCode(
        "R0406", "a function that has no result",
        "The function cannot give a result for these arguments; the message says why.")
    static let needsItself = DiagnosticCode(
        "R0407", "a value that needs itself",
        "Evaluating the value leads back to it.")
    static let tooLarge = DiagnosticCode(
        "R0408", "a value that is too large",
        "Values of recipes are settings, names and short texts. A text, list or object may take 64 MiB, counted as often "
            + "as it is in another, and lie 200 deep in others; what one evaluation makes, 512 MiB. Data belongs into files and "
            + "tables.")
}

// MARK: Parameters
extension DiagnosticCode {
    /// Told where a parameter must still be given a value: no mistake of the recipe.
    package static let parameterMissing = DiagnosticCode(
        "R0501", "a parameter without a value",
        "It has no default and nothing gives it a value: neither `--set`, nor `CONVERGE_PARAM_NAME`, nor "
            + "the environment.")
    static let conditionBroken = DiagnosticCode(
        "R0502", "a value that a rule forbids",
        "The parameter's `where` says which values are right; the notes show it.")
    static let parameterUnknown = DiagnosticCode(
        "R0503", "a value for a parameter that there is not",
        "The recipe or workflow has no parameter of this name.")
    static let parameterUnreadable = DiagnosticCode(
        "R0504", "a value that cannot be read",
        "Except for texts, the value of a parameter is written as in a recipe: 10, 5m, 20%, [1, 2], { a: 1 "
            + "}.")
}

// MARK: Platforms and contracts
extension DiagnosticCode {
    static let capabilityUnfulfilled = DiagnosticCode(
        "R0601", "a capability that nothing here fulfils",
        "No mapping of the environment's connections fulfils the capability. `mapping` shows who does; "
            + "another environment or a `use` line gives another connection.")
    static let featureLacking = DiagnosticCode(
        "R0602", "a feature that the service lacks",
        "The mapping says that its service cannot do this, or the step kind that what executes it here cannot, and why. "
            + "Asking for it is an error rather than something that silently has no effect. The help names the services "
            + "that offer it, or the way without it.")
    static let connectionUnknown = DiagnosticCode(
        "R0603", "a connection that there is not",
        "`@on` names a connection by its alias: that of a `use` line in the environment or the recipe.")
    static let serviceUnknown = DiagnosticCode(
        "R0604", "a service that does not fulfil the capability",
        "`@service` picks one of the mappings of the connection's provider by the name of its service.")
    static let mappingIncomplete = DiagnosticCode(
        "R0605", "a mapping that does not keep its contract",
        "Every output of the capability is given by every mapping, except those that belong to a feature "
            + "that it lacks; and no others.")
    static let featureUnknown = DiagnosticCode(
        "R0606", "a feature that the contract does not have",
        "Features are declared in the capability; mappings and outputs refer to them by name.")
    static let executorMissing = DiagnosticCode(
        "R0607", "nobody who could execute the step",
        "No plugin, or not the one that `@on` asks for, has an executor for steps of this kind.")
    static let placementImpossible = DiagnosticCode(
        "R0608", "a place where the step cannot be executed",
        "The resource in the step's placement field offers none of the facets that the step needs. The help "
            + "lists what does.")
    static let pluginTooOld = DiagnosticCode(
        "R0609", "a plugin that is too old",
        "`use NAME >= VERSION` asks for a newer plugin than the one that is installed.")
    static let connectionMissing = DiagnosticCode(
        "R0610", "a kind of a platform that nothing connects to",
        "The kind belongs to a plugin whose platform the environment has no connection to. Add a `use` "
            + "line.")
    static let connectionUnfit = DiagnosticCode(
        "R0611", "a connection to another platform",
        "`@on` names a connection whose provider does not have this kind.")
    static let facetLacking = DiagnosticCode(
        "R0612", "a service that lacks what a step needs",
        "What fulfils the capability here offers nothing on which the step could be executed, whatever the contract "
            + "promises. The help lists the services that do.")
}

// MARK: Policies
extension DiagnosticCode {
    static let exemptionUnknown = DiagnosticCode(
        "R0701", "an exemption from a policy that is not there",
        "`@exempt` names a policy that neither the recipe nor its imports nor the environment have. It does no harm: "
            + "another environment may have it. Where the name is mistyped, nothing is exempt.")
    static let packMakes = DiagnosticCode(
        "R0702", "a pack of policies that makes something",
        "What an environment imports holds policies, with parameters, values and functions for them. Resources, "
            + "workflows and outputs belong to recipes, which import modules themselves.")
    static let budgetUnclear = DiagnosticCode(
        "R0730", "a budget that cannot be read",
        "`budget` in an environment takes what it may cost in a month as a text: a decimal number and the code of a "
            + "currency, such as `budget \"500 EUR\"`. The currency is that of the price tables: nothing is converted.")
}

// MARK: Triggers
extension DiagnosticCode {
    static let triggerUnknown = DiagnosticCode(
        "R0801", "an event that starts nothing",
        "Behind `on` stands what starts the workflow: schedule, data, drift, metric, webhook or workflow. `explain on` "
            + "tells of each.")
    static let scheduleUnreadable = DiagnosticCode(
        "R0802", "a schedule that cannot be read",
        "A schedule has five fields with spaces between them: minute, hour, day of the month, month, day of the week. Each "
            + "is `*`, a number or name, a range (`MON-FRI`), a step (`*/15`), or a list of these. Instead of all five "
            + "there may stand @hourly, @daily, @weekly, @monthly or @yearly.")
    static let zoneUnknown = DiagnosticCode(
        "R0803", "a time zone that is not known",
        "Time zones are named as the IANA database names them, such as `Europe/Berlin` or `UTC`: only these tell when the "
            + "clocks change. Abbreviations such as CET and offsets such as +01:00 do not.")
    static let triggerMisused = DiagnosticCode(
        "R0804", "a trigger that is not used rightly",
        "A trigger says what it waits for, and gives a value to every parameter of its workflow that must be given. "
            + "`explain` of its word shows how it is written.")
}

// MARK: Lookups
extension DiagnosticCode {
    static let lookupMisused = DiagnosticCode(
        "R0720", "something that cannot be looked up",
        "`lookup` reads one existing thing of a platform's own kind, found by listing the kind's things. Capabilities, and "
            + "kinds whose things cannot be listed, cannot be looked up.")
    static let lookupLate = DiagnosticCode(
        "R0721", "something that would have to be looked up too late",
        "What `lookup` asks for must be known when the plan is made or the run begins: that is when it is read. Parameters "
            + "of the recipe, declared fields and other lookups are known then; outputs of what the recipe itself makes, "
            + "steps, parameters and loops of a workflow are not.")
}

extension DiagnosticCode {
    package static let unknownAtPlan = DiagnosticCode(
        "R0906", "a decision that only an apply could take",
        "Loops, conditions and keys may wait for a later phase of the apply. `@protect`, `@service`, `@exempt`, `@adopt`, "
            + "`@owner`, `@needs` of what is not decided, and the clauses of triggers must be known when the plan is made."
    )
}

extension DiagnosticCode {
    /// The codes of checking and evaluating recipes.
    package static let allOfRecipes: [DiagnosticCode] = [
        .unknownName, .declaredTwice, .circle, .misplaced, .keyMissing, .noValue, .importUnreadable, .importCircle,
        .recipeUnreadable,
        .unknownKind, .pluginMissing, .unknownField, .missingField, .repeatedField, .computedField, .notAllowed,
        .metaUnknown, .metaMisused, .activityAsThing, .nativeUnknown, .typeMismatch, .mayBeNull, .operatorMismatch,
        .unknownType, .wrongArguments, .unknownFunction, .noMember, .functionMisplaced, .notLoopable, .foreignText,
        .noText, .holeMisplaced, .secretUsed, .secretWritten, .clockMisplaced, .tooDeep, .overflow, .divisionByZero,
        .absent,
        .wrongValue, .badKey, .functionFailed, .needsItself, .tooLarge, .parameterMissing, .conditionBroken,
        .parameterUnknown,
        .parameterUnreadable, .capabilityUnfulfilled, .featureLacking, .connectionUnknown, .serviceUnknown,
        .mappingIncomplete, .featureUnknown, .executorMissing, .placementImpossible, .pluginTooOld,
        .connectionMissing, .connectionUnfit, .facetLacking, .exemptionUnknown, .packMakes, .budgetUnclear,
        .lookupMisused, .lookupLate,
        .unknownAtPlan, .triggerUnknown, .scheduleUnreadable, .zoneUnknown, .triggerMisused
    ]
}
