// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What an `Ingest` step asks for.
struct IngestFields: Sendable {
    enum Source: Sendable {
        case paths([String])
        /// A lake, or a log of events.
        case thing(Reference, prefix: String)
    }

    let source: Source
    let into: Reference
    let table: String
    let mode: WriteMode
    let format: SourceFile.Format?
    private let delimiter: UInt8?
    private let hasHeader: Bool
    private let declared: [String: ColumnType]
    private let largestBadShare: Double
    /// Nil for the log's own name.
    let reader: String?
    /// Of events.
    let limit: Int
    private let isReplacing: Bool

    init(_ request: StepRequest) throws(CallError) {
        let fields = StepFields(request)
        switch fields.value("from") {
        case .reference(let lake): source = .thing(lake, prefix: try fields.optionalText("prefix") ?? "")
        case .list: source = .paths(try fields.texts("from"))
        default: source = .paths([try fields.text("from")])
        }
        into = try fields.reference("into")
        table = try fields.optionalText("table") ?? TableName.of(step: request.context.operation)
        let mode = try fields.optionalText("mode")
        self.mode = mode == "append" ? .append : .replace
        isReplacing = mode == "replace"
        reader = try fields.optionalText("reader")
        limit = Int(clamping: fields.value("limit").int ?? 0)
        format = try fields.optionalText("format").flatMap { SourceFile.Format(rawValue: $0) }
        delimiter = try fields.optionalText("delimiter").map(Self.delimiter)
        hasHeader = try fields.flag("header")
        largestBadShare = try fields.percent("bad_rows")
        var declared: [String: ColumnType] = [:]
        for entry in try fields.object("schema") {
            let name = entry.value.string ?? ""
            guard let type = ColumnType(rawValue: name) else {
                throw Self.wrongSchema(
                    "'\(name)' is no type of a column",
                    "use one of " + ColumnType.allCases.map(\.rawValue).joined(separator: ", "))
            }
            declared[entry.key] = type
        }
        self.declared = declared
    }

    private static func delimiter(_ text: String) throws(CallError) -> UInt8 {
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, byte != 0, !"\"\r\n".utf8.contains(byte)
        else {
            throw CallError(
                .invalid,
                Diagnostic(
                    .ingestWrongDelimiter, "'\(text)' is not one ASCII character that could part fields",
                    help: [#"use one such as ";", "|" or "\t""#])
            ).about("delimiter")
        }
        return byte
    }

    private static func wrongSchema(_ message: String, _ help: String) -> CallError {
        CallError(.invalid, Diagnostic(.ingestWrongSchema, message, help: [help])).about("schema")
    }

    /// What is fetched from elsewhere.
    var addresses: [String] {
        guard case .paths(let paths) = source else { return [] }
        return paths.filter(WebAddress.isOne)
    }

    /// The files of this machine that the paths name.
    func files(in folder: String) throws(CallError) -> [SourceFile] {
        guard case .paths(let paths) = source else { return [] }
        do {
            return try SourceFile.all(named: paths.filter { !WebAddress.isOne($0) }, in: folder, format: format)
        } catch {
            throw error.aboutFiles()
        }
    }

    /// How the files are read.
    func layout(of files: [SourceFile]) throws(CallError) -> RowLayout {
        let format = format ?? files.first?.format ?? .csv
        if self.format == nil, let other = files.first(where: { $0.format != format }) {
            throw CallError(
                .invalid,
                Diagnostic(
                    .ingestMixedFormats,
                    "'\(files.first?.name ?? "")' and '\(other.name)' are of different formats",
                    help: [
                        "ingest each format in a step of its own, or say with `format` that all have the same"
                    ]))
        }
        return RowLayout(format: format, delimiter: delimiter, hasHeader: hasHeader, declared: declared)
    }

    /// Refuses what must not be loaded.
    func check(_ discovery: Discovery, _ files: [SourceFile]) throws(CallError) {
        let names = discovery.columns.map(\.name)
        if names.isEmpty {
            throw CallError(
                .invalid,
                Diagnostic(
                    .ingestNoColumns, "\(Self.listed(files)) \(files.count == 1 ? "has" : "have") no columns",
                    notes: discovery.bad > 0 ? ["\(discovery.bad) rows are broken"] : [],
                    help: ["look at the file: is it empty, or of another format?"]))
        }
        for name in declared.keys.sorted() where !names.contains(name) {
            let nearest = NearestName.find(name, in: names)
            throw Self.wrongSchema(
                "the files have no column '\(name)'",
                nearest.map { "did you mean '\($0)'?" } ?? "they have " + names.prefix(12).joined(separator: ", "))
        }
        try check(share: discovery)
    }

    /// Refuses rows of which too many are broken.
    func check(share discovery: Discovery) throws(CallError) {
        if discovery.badShare > largestBadShare {
            let share = Value.percent((discovery.badShare * 100).rounded() / 100).literal
            throw CallError(
                .failed,
                Diagnostic(
                    .ingestTooManyBadRows,
                    "\(discovery.bad) of \(discovery.good + discovery.bad) rows \(discovery.bad == 1 ? "is" : "are") broken "
                        + "(\(share)), more than "
                        + Value.percent(largestBadShare).literal,
                    notes: (discovery.firstBad.map { ["the first: \($0)"] } ?? []) + ["nothing was loaded"],
                    help: ["mend the rows, or raise `bad_rows`: the good ones are loaded, the others set aside"]))
        }
    }

    // MARK: Events

    var layoutOfEvents: RowLayout {
        RowLayout(format: .jsonLines, delimiter: nil, hasHeader: false, declared: declared)
    }

    /// Refuses what is said of files where events are read.
    func checkForEvents() throws(CallError) {
        var prefix = ""
        if case .thing(_, let text) = source { prefix = text }
        let stray: (field: String, why: String)? =
            if isReplacing { ("mode", "what was read before stays, and new rows join it") } else if format == .csv {
                ("format", "each event is an object of JSON")
            } else if delimiter != nil { ("delimiter", "each event is an object of JSON") } else if !prefix.isEmpty {
                ("prefix", "events have no keys of objects")
            } else { nil }
        guard let stray else { return }
        throw CallError(
            .invalid,
            Diagnostic(
                .eventsMisfit, "`\(stray.field)` says nothing of events: \(stray.why)",
                help: ["leave `\(stray.field)` out"])
        ).about(stray.field)
    }

    /// Refuses what is said of events where files or objects are read.
    func checkForObjects() throws(CallError) {
        guard reader != nil else { return }
        throw CallError(
            .invalid,
            Diagnostic(
                .eventsMisfit, "`reader` says nothing of files and objects: they are read whole",
                help: ["leave `reader` out", "name a stream of events in `from`"])
        ).about("reader")
    }

    private static func listed(_ files: [SourceFile]) -> String {
        let names = files.prefix(3).map { "'\($0.name)'" }.joined(separator: ", ")
        return files.count > 3 ? names + " and \(files.count - 3) more" : names
    }
}

extension CallError {
    static func filesChanged(_ files: [SourceFile]) -> CallError {
        let changed = files.first { FilePath.status($0.path) != .file(size: $0.size) } ?? files.first
        return CallError(
            .conflict,
            Diagnostic(
                .ingestFilesChanged, "'\(changed?.name ?? "")' changed while it was read",
                notes: ["nothing was loaded"],
                help: ["run again once it is written whole"]))
    }

    /// The same error, laid to the field that names the files where no field is blamed yet.
    func aboutFiles(_ name: String = "from") -> CallError {
        field == nil && reason != .cancelled ? about(name) : self
    }
}
