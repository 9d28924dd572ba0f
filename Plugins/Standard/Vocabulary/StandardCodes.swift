// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

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
