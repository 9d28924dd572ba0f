// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension DiagnosticCode {
    /// Every code of this plugin.
    static let allOfStandard: [DiagnosticCode] = [
        allOfFiles, allOfIngest, allOfQueries, allOfExpect, allOfReport, allOfPrograms, allOfEvaluate, allOfDeploy,
        allOfDevOps, allOfCopy, allOfMonitoring
    ].flatMap { $0 }
}

// Files that any step names.
extension DiagnosticCode {
    static let fileMissing = DiagnosticCode(
        "D0001", "a file that is not there",
        "A step names a file that does not exist. Paths in a recipe start at the recipe's folder.")
    static let fileUnreadable = DiagnosticCode(
        "D0002", "a file that cannot be read",
        "The file or folder is there, but the system does not let it be read: its permissions forbid it, or it is no "
            + "file. Nothing was loaded.")
    static let nothingFound = DiagnosticCode(
        "D0003", "no file to read",
        "A pattern matches no file, a folder holds no file whose name ends as files with rows do (.csv, .tsv, .jsonl, "
            + ".ndjson, .json, each also with .gz), or a lake has no such object. An empty match is an error, because "
            + "it is a misspelt pattern more often than a day without data.")
    static let fileUnwritable = DiagnosticCode(
        "D0004", "a file that cannot be written",
        "A step could not write a file of its working folder: the disk is full or its permissions forbid it.")

    static let allOfFiles: [DiagnosticCode] = [.fileMissing, .fileUnreadable, .nothingFound, .fileUnwritable]
}

// Ingest.
extension DiagnosticCode {
    static let ingestDamagedGzip = DiagnosticCode(
        "D0101", "a damaged gzip file",
        "The packed file ends too early, or its checksum does not match: it was cut or changed on its way. Nothing was "
            + "loaded.")
    static let ingestWrongEncoding = DiagnosticCode(
        "D0102", "a file that is not UTF-8",
        "The file begins with the mark of UTF-16. Files are read as UTF-8, with or without a byte order mark; a single "
            + "row that is not UTF-8 is set aside, but a whole file of another encoding is refused.")
    static let ingestBrokenHeader = DiagnosticCode(
        "D0103", "a header that is no row",
        "The first row of a CSV file names its columns, and here its quotes do not match.")
    static let ingestDifferentColumns = DiagnosticCode(
        "D0104", "files with different columns",
        "All CSV files of a step must have the same columns, in any order, so that a column that was lost or renamed "
            + "on the way is noticed. Lines of JSON may differ: a key that is missing is null.")
    static let ingestNoColumns = DiagnosticCode(
        "D0105", "files without columns", "No file of the step holds a header or a row, so there is no table to make.")
    static let ingestWrongSchema = DiagnosticCode(
        "D0106", "a type for no column",
        "The field 'schema' says which types are not to be found out: it names a column that the files do not have, or "
            + "a type that there is not.")
    static let ingestTooManyBadRows = DiagnosticCode(
        "D0107", "too many broken rows",
        "More rows are broken than 'bad_rows' allows. A row is broken when it has another number of fields than the "
            + "header, when its quotes do not match, when it is not UTF-8, or when a value does not fit the type that "
            + "'schema' names for its column. The table is as it was before.")
    static let ingestMixedFormats = DiagnosticCode(
        "D0108", "files of different formats", "The files of one step must all be CSV or all be JSON Lines.")
    static let ingestFilesChanged = DiagnosticCode(
        "D0109", "files that changed while they were read",
        "Files are read twice: first to find the types, then to load. Something wrote to them in between, so nothing "
            + "was loaded.")
    static let ingestWrongDelimiter = DiagnosticCode(
        "D0110", "a delimiter that is not one character",
        "The fields of a CSV file are parted by one ASCII character that is neither a quote nor a line break.")

    static let addressUnusable = DiagnosticCode(
        "D0112", "an address that names no file",
        "An address begins with http:// or https:// and a host. A user or password has no place in it, because addresses "
            + "are shown and recorded.")
    static let addressRefused = DiagnosticCode(
        "D0113", "an address that gives no file",
        "The server answered with another status than 200. Nothing was loaded; what it said is in the note.")
    static let redirectAstray = DiagnosticCode(
        "D0114", "a redirection that is not followed",
        "Redirections are followed five times, and never from an encrypted address to one that is not.")
    static let downloadCut = DiagnosticCode(
        "D0115", "a file that did not come whole",
        "The connection broke before all of the file was there. Nothing was loaded, so the table is as it was.")

    static let eventsMisfit = DiagnosticCode(
        "D0116", "a field that says nothing of what is read",
        "Events of a stream are objects of JSON, and are read on from where the table ends; files and objects of lakes are read "
            + "whole. A field that is about the one says nothing of the other.")
    static let eventsForeignTable = DiagnosticCode(
        "D0117", "a table that does not say which events it holds",
        "Where a stream is read on stands in the table itself, in the columns that the step adds to each row. A table that was "
            + "made otherwise does not have them. It is as it was before.")
    static let eventsOwnColumn = DiagnosticCode(
        "D0118", "an event with a field that the step adds",
        "The step gives each row the place of its event, in columns whose names begin with event_. An event that has such a field "
            + "itself would hide it. Nothing was loaded.")

    static let allOfIngest: [DiagnosticCode] = [
        .ingestDamagedGzip, .ingestWrongEncoding, .ingestBrokenHeader, .ingestDifferentColumns, .ingestNoColumns,
        .ingestWrongSchema, .ingestTooManyBadRows, .ingestMixedFormats, .ingestFilesChanged, .ingestWrongDelimiter,
        .eventsMisfit, .eventsForeignTable, .eventsOwnColumn,
        .addressUnusable, .addressRefused, .redirectAstray, .downloadCut
    ]
}

// Monitoring.
extension DiagnosticCode {
    static let metricUnmeasured = DiagnosticCode(
        "D1201", "a metric that is not measured",
        "A check names a metric that the thing does not have. Portable names are runs, failed_runs, run_seconds, rows, "
            + "age_of_data, requests, errors, latency_p50, latency_p95, replicas, cpu and memory, as far as a thing has them; a "
            + "tracker also has those that its runs recorded.")
    static let scoreNothing = DiagnosticCode(
        "D1203", "a score without a model, or with two",
        "A Score step asks one model about the rows: one that it starts, here or on workers, or one that an endpoint serves."
    )
    static let noticeEmpty = DiagnosticCode(
        "D1202", "a notice without text", "Whoever is told wants to read what about.")

    static let allOfMonitoring: [DiagnosticCode] = [.metricUnmeasured, .noticeEmpty, .scoreNothing]
}

// Queries.
extension DiagnosticCode {
    static let queryRefused = DiagnosticCode(
        "D0201", "a query that the store refuses",
        "The store that executes the SQL text does not accept it; the message has the store's own words, and the note "
            + "the text as it was sent, with ? for each value.")
    static let tableOutOfReach = DiagnosticCode(
        "D0202", "a table that cannot be read from there",
        "A query reads a table of another store, and the store that executes it cannot read that one in place.")
    static let mergeWithoutKey = DiagnosticCode(
        "D0203", "a merge and its key",
        "A merge replaces the rows that have the same key, so it needs one; other modes know no key.")
    static let viewWithMode = DiagnosticCode(
        "D0204", "rows for a view",
        "A view is a query that is executed anew at each reading. It holds no rows that others could join or replace.")

    static let queryOrProgram = DiagnosticCode(
        "D0205", "a query or a program",
        "A Transform step makes rows either by the query in 'sql', which may be a view or be merged, or by the program in "
            + "'command', which gets its inputs as files.")
    static let programWithoutRows = DiagnosticCode(
        "D0206", "a program that wrote no rows",
        "A program of a Transform step writes its rows to the file that CONVERGE_OUTPUT names, with a header where it is "
            + "CSV, so that no rows are told from a mistake. The table is as it was before.")
    static let programBrokenRows = DiagnosticCode(
        "D0207", "broken rows of a program",
        "What a program of a Transform step wrote is not whole CSV or JSON Lines. Nothing of it was loaded; the table is "
            + "as it was before.")

    static let allOfQueries: [DiagnosticCode] = [
        .queryRefused, .tableOutOfReach, .mergeWithoutKey, .viewWithMode, .queryOrProgram, .programWithoutRows,
        .programBrokenRows
    ]
}

// Expect.
extension DiagnosticCode {
    static let expectBroken = DiagnosticCode(
        "D0301", "rules that do not hold",
        "Rows of a table break rules of an Expect step whose severity is to stop. The rows are kept in a table named "
            + "like the step with '_failures' behind it, each with the rule's name.")
    static let expectUnknownColumn = DiagnosticCode(
        "D0302", "a rule about a column that is not there", "A rule names a column that the table does not have.")
    static let expectMalformedRule = DiagnosticCode(
        "D0303", "a rule that says nothing",
        "A rule can be kept by no table or is broken by none: it has no column, no bound or no value, its bounds are "
            + "the wrong way round, its pattern cannot be read, or its bounds are of another type than its column.")

    static let allOfExpect: [DiagnosticCode] = [.expectBroken, .expectUnknownColumn, .expectMalformedRule]
}

// Report.
extension DiagnosticCode {
    static let reportUnusableSection = DiagnosticCode(
        "D0401", "a section that cannot be shown",
        "A section of a report names a chart that there is not, or its query gives no column of numbers for a chart.")

    static let reportKeyWithoutLake = DiagnosticCode(
        "D0402", "a key without a lake",
        "The field 'key' of a Report step says where in the lake of 'to' the page lies.")

    static let allOfReport: [DiagnosticCode] = [.reportUnusableSection, .reportKeyWithoutLake]
}

// Programs that train and judge.
extension DiagnosticCode {
    static let programFailed = DiagnosticCode(
        "D0501", "a program that failed",
        "The program of a Train or Evaluate step ended with a code other than 0, or was ended by a signal. What it "
            + "said last is in the note, all of it in the step's log.")
    static let programMissing = DiagnosticCode(
        "D0502", "a program that is not installed", "The first word of the command is no program that can be found.")
    static let programFileOutside = DiagnosticCode(
        "D0503", "a file outside of the recipe",
        "A program runs in a fresh folder with copies of files of the recipe's folder, so that its result depends on "
            + "nothing else. A path that leads out of that folder cannot be copied there.")
    static let unusableMetrics = DiagnosticCode(
        "D0504", "metrics that are no numbers",
        "A program writes what it measured as one JSON object of finite numbers to the file that CONVERGE_METRICS "
            + "names."
    )
    static let noModel = DiagnosticCode(
        "D0505", "no model",
        "A program that trains leaves its model in the folder that CONVERGE_MODEL names, with a model.json that says "
            + "how it is served.")
    static let secretParameter = DiagnosticCode(
        "D0506", "a secret among parameters",
        "Parameters are written to a file and recorded with the run. A secret reaches a program by env alone.")
    static let artifactGone = DiagnosticCode(
        "D0507", "a model or artifact that is gone",
        "What an earlier step kept is not in the project's store of artifacts any more.")
    static let registerWithoutTracker = DiagnosticCode(
        "D0508", "a name for a registry that is not named",
        "The field 'register' names the model in the registry of the tracker, so the field 'track' is needed too.")
    static let noWorkers = DiagnosticCode(
        "D0509", "a program without a worker", "A program runs on one worker at least.")

    static let allOfPrograms: [DiagnosticCode] = [
        .programFailed, .programMissing, .programFileOutside, .unusableMetrics, .noModel, .secretParameter,
        .artifactGone, .registerWithoutTracker, .noWorkers
    ]
}

// Evaluate.
extension DiagnosticCode {
    static let modelNotGoodEnough = DiagnosticCode(
        "D0601", "a model that does not pass",
        "A metric of the model does not reach its threshold, does not beat the baseline, or is worse than that of the "
            + "production model, and the step says that the model must pass.")
    static let metricMissing = DiagnosticCode(
        "D0602", "a metric that is missing",
        "A model is held to a metric that was not measured. That counts as a failure, never as passed or not passed.")
    static let modelNotRegistered = DiagnosticCode(
        "D0603", "a model without a registry",
        "A model is compared with the production model of the registry that it is in, and this one is in none.")

    static let slicesUnjudged = DiagnosticCode(
        "D0604", "slices that nothing is judged in",
        "The field 'slices' of an Evaluate step says that its thresholds hold in parts of the data, too. So there must be "
            + "thresholds, and a program that measures the model on each part.")
    static let sliceColumnMissing = DiagnosticCode(
        "D0605", "slices by a column that is not there",
        "The field 'slices' of an Evaluate step names a column that the data does not have.")
    static let tooManySlices = DiagnosticCode(
        "D0606", "too many slices",
        "The program of an Evaluate step runs once for each value of each column in 'slices'. A column with so many "
            + "values, such as a number or an identifier, parts the data into pieces that say nothing.")

    static let allOfEvaluate: [DiagnosticCode] = [
        .modelNotGoodEnough, .metricMissing, .modelNotRegistered, .slicesUnjudged, .sliceColumnMissing, .tooManySlices
    ]
}

// Deploy.
extension DiagnosticCode {
    static let canaryTakenBack = DiagnosticCode(
        "D0702", "a new version that was taken back",
        "While it was watched the new version failed too many of its requests, an alarm of 'abort_when' fired, or it did "
            + "not stay healthy, so the versions before it serve all requests again.")
    static let aliasMoved = DiagnosticCode(
        "D0703", "two deployments at once",
        "The alias 'production' of the model was moved by somebody else between this step's look and its own move.")
    static let canaryShare = DiagnosticCode(
        "D0704", "a trial with no requests or all of them",
        "A trial is with a part of the requests: more than none and less than all.")
    static let deploymentOvertaken = DiagnosticCode(
        "D0705", "a deployment that another one overtook",
        "While this step brought its version into service, somebody else gave the requests to other versions: in a "
            + "trial, or after this step's own switch had been interrupted. What the other one deployed stays in "
            + "service, and the production alias stays where it is.")

    static let deployNothing = DiagnosticCode(
        "D0706", "nothing to deploy", "A Deploy step brings a model into service, and names none.")
    static let alarmUnwatched = DiagnosticCode(
        "D0707", "alarms that nobody watches for",
        "The alarms of 'abort_when' are about a new version that is watched beside the old one: with the strategies canary "
            + "and blue_green. One that replaces the old one is in service once it is healthy.")
    static let alarmUnusable = DiagnosticCode(
        "D0708", "an alarm that could never fire",
        "An alarm of 'abort_when' names a metric that an endpoint does not measure, or no bound.")

    static let allOfDeploy: [DiagnosticCode] = [
        .canaryTakenBack, .aliasMoved, .canaryShare, .deploymentOvertaken, .deployNothing, .alarmUnwatched,
        .alarmUnusable
    ]
}

// Shell and Http.
extension DiagnosticCode {
    static let commandFailed = DiagnosticCode(
        "D0801", "a command that failed",
        "The command of a Shell step ended with a code other than 0, or was ended by a signal. `allow_failure: true` "
            + "makes the code a result.")
    static let commandOrRun = DiagnosticCode(
        "D0802", "a line or a command",
        "A Shell step runs either the line for sh in 'run', or the program and its arguments in 'command'.")
    static let outputNotText = DiagnosticCode(
        "D0803", "an output that is not text",
        "The output of a Shell step is a String, and what was printed is not UTF-8.")
    static let promiseNotKept = DiagnosticCode(
        "D0804", "a file that was not made",
        "The command ended well, and yet a file or folder that 'writes' names is not there.")
    static let outputTooLong = DiagnosticCode(
        "D0805", "an output that is too long",
        "What a Shell step prints is a value that later steps read and the run keeps, so that it has an end: 16 MiB. It is "
            + "not cut, because steps would compute with a part of it. The whole output is in the step's log.")
    static let unexpectedStatus = DiagnosticCode(
        "D0901", "an answer with another status",
        "The status of the answer is none of those that the step expects.")
    static let secretBody = DiagnosticCode(
        "D0902", "a secret in a body",
        "Headers may hold secrets; a body is made of clear text, so a secret has no place in it.")
    static let bodyNotText = DiagnosticCode(
        "D0903", "an answer that is not text",
        "The body of an answer is a String or JSON, and what came is not UTF-8. Files are fetched by a Shell step.")
    static let notApproved = DiagnosticCode(
        "D1101", "an approval that was not given",
        "An Approve step waits for `approve RUN`. Somebody denied it, or nobody approved in time. A resumed run keeps what "
            + "was said; a new run asks anew.")
    static let nothingToWaitFor = DiagnosticCode(
        "D1102", "a wait without an end",
        "A Wait step goes on at a time (`duration` or `until`, one of them), at a signal, or at whatever comes first.")
    static let noSpan = DiagnosticCode(
        "D1103", "a time that is none",
        "How long something is waited for, watched or may take is longer than nothing.")
    static let allOfDevOps: [DiagnosticCode] = [
        .notApproved, .nothingToWaitFor, .noSpan,
        .commandFailed, .commandOrRun, .outputNotText, .promiseNotKept, .outputTooLong, .unexpectedStatus, .secretBody,
        .bodyNotText
    ]
}

// Copy.
extension DiagnosticCode {
    static let copyMisfit = DiagnosticCode(
        "D1001", "a copy that cannot be made so",
        "A table is copied to a table of another store or name, the objects of a lake under their keys to another lake. What "
            + "is about the one has no place in a step about the other.")
    static let copyUnreadable = DiagnosticCode(
        "D1002", "rows that cannot be copied",
        "A table goes from store to store as CSV in UTF-8. A text with a NUL in it cannot be written so. Nothing was "
            + "copied.")

    static let allOfCopy: [DiagnosticCode] = [.copyMisfit, .copyUnreadable]
}
