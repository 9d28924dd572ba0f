// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension DiagnosticCode {
    /// Every code of this plugin.
    static let allOfStandard = allOfFiles + allOfIngest + allOfQueries + allOfExpect + allOfReport
}

// Files that any step names.
extension DiagnosticCode {
    static let fileMissing = DiagnosticCode(
        "D0001", "a file that is not there",
        "A step names a file that does not exist. Paths in a recipe start at the recipe's folder.")
    static let fileUnreadable = DiagnosticCode(
        "D0002", "a file that cannot be read",
        "The file or folder is there, but the system does not let it be read: its permissions forbid it, or it is "
            + "no file. Nothing was loaded.")
    static let nothingFound = DiagnosticCode(
        "D0003", "no file to read",
        "A pattern matches no file, a folder holds no file whose name ends as files with rows do (.csv, .tsv, "
            + ".jsonl, .ndjson, .json, each also with .gz), or a lake has no such object. An empty match is an "
            + "error, because it is a misspelt pattern more often than a day without data.")

    static let allOfFiles: [DiagnosticCode] = [.fileMissing, .fileUnreadable, .nothingFound]
}

// Ingest.
extension DiagnosticCode {
    static let ingestDamagedGzip = DiagnosticCode(
        "D0101", "a damaged gzip file",
        "The packed file ends too early, or its checksum does not match: it was cut or changed on its way. "
            + "Nothing was loaded.")
    static let ingestWrongEncoding = DiagnosticCode(
        "D0102", "a file that is not UTF-8",
        "The file begins with the mark of UTF-16. Files are read as UTF-8, with or without a byte order mark; "
            + "a single row that is not UTF-8 is set aside, but a whole file of another encoding is refused.")
    static let ingestBrokenHeader = DiagnosticCode(
        "D0103", "a header that is no row",
        "The first row of a CSV file names its columns, and here its quotes do not match.")
    static let ingestDifferentColumns = DiagnosticCode(
        "D0104", "files with different columns",
        "All CSV files of a step must have the same columns, in any order, so that a column that was lost or "
            + "renamed on the way is noticed. Lines of JSON may differ: a key that is missing is null.")
    static let ingestNoColumns = DiagnosticCode(
        "D0105", "files without columns", "No file of the step holds a header or a row, so there is no table to make.")
    static let ingestWrongSchema = DiagnosticCode(
        "D0106", "a type for no column",
        "The field 'schema' says which types are not to be found out: it names a column that the files do not "
            + "have, or a type that there is not.")
    static let ingestTooManyBadRows = DiagnosticCode(
        "D0107", "too many broken rows",
        "More rows are broken than 'bad_rows' allows. A row is broken when it has another number of fields than "
            + "the header, when its quotes do not match, when it is not UTF-8, or when a value does not fit the type "
            + "that 'schema' names for its column. The table is as it was before.")
    static let ingestMixedFormats = DiagnosticCode(
        "D0108", "files of different formats", "The files of one step must all be CSV or all be JSON Lines.")
    static let ingestFilesChanged = DiagnosticCode(
        "D0109", "files that changed while they were read",
        "Files are read twice: first to find the types, then to load. Something wrote to them in between, so nothing "
            + "was loaded.")
    static let ingestWrongDelimiter = DiagnosticCode(
        "D0110", "a delimiter that is not one character",
        "The fields of a CSV file are parted by one ASCII character that is neither a quote nor a line break.")

    static let allOfIngest: [DiagnosticCode] = [
        .ingestDamagedGzip, .ingestWrongEncoding, .ingestBrokenHeader, .ingestDifferentColumns, .ingestNoColumns,
        .ingestWrongSchema, .ingestTooManyBadRows, .ingestMixedFormats, .ingestFilesChanged, .ingestWrongDelimiter,
    ]
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

    static let allOfQueries: [DiagnosticCode] = [.queryRefused, .tableOutOfReach, .mergeWithoutKey, .viewWithMode]
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
        "A rule can be kept by no table or is broken by none: it has no column, no bound or no value, its bounds are the "
            + "wrong way round, its pattern cannot be read, or its bounds are of another type than its column.")

    static let allOfExpect: [DiagnosticCode] = [.expectBroken, .expectUnknownColumn, .expectMalformedRule]
}

// Report.
extension DiagnosticCode {
    static let reportUnusableSection = DiagnosticCode(
        "D0401", "a section that cannot be shown",
        "A section of a report names a chart that there is not, or its query gives no column of numbers for a chart.")

    static let allOfReport: [DiagnosticCode] = [.reportUnusableSection]
}
