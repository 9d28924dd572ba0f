// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// A file that is read.
struct SourceFile: Sendable, Hashable {
    enum Format: String, Sendable {
        case csv
        case jsonLines = "json_lines"
    }

    /// As the recipe names it: relative to its folder, or an object's key.
    var name: String
    var path: String
    /// In bytes, as it lies there.
    var size: Int64

    /// As lineage knows it.
    var reference: Reference {
        Reference(type: "Artifact", resource: nil, name: name, attributes: ["path": .string(path)])
    }

    private static let gzipMark: [UInt8] = [0x1F, 0x8B]

    /// The format that the name tells.
    var format: Format {
        let name = plainName
        return name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") || name.hasSuffix(".json") ? .jsonLines : .csv
    }

    var isTabSeparated: Bool { plainName.hasSuffix(".tsv") }

    /// Whether the name is one of a file with rows.
    var looksLikeRows: Bool {
        [".csv", ".tsv", ".jsonl", ".ndjson", ".json"].contains { plainName.hasSuffix($0) }
    }

    private var plainName: String {
        let name = name.lowercased()
        return name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    }

    /// The content from the start, unpacked where it begins as gzip does, whatever the name says.
    func open() throws(CallError) -> any ByteSource {
        var mark: [UInt8] = [0, 0]
        let probe = try FileSource(path: path, name: name)
        let count = try mark.withUnsafeMutableBufferPointer { (buffer) throws(CallError) in
            try probe.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if count == 2, mark == [0xFF, 0xFE] || mark == [0xFE, 0xFF] {
            throw CallError(
                .invalid,
                Diagnostic(
                    .ingestWrongEncoding, "the file '\(name)' is UTF-16, not UTF-8",
                    help: ["convert it, for example with iconv -f UTF-16 -t UTF-8"]))
        }
        let source = try FileSource(path: path, name: name)
        return mark == Self.gzipMark ? GzipSource(source, name: name) : source
    }
}

extension SourceFile {
    /// The files that a `from` names, in the order of names where a pattern or folder gives several, each once.
    ///
    /// - Throws: `CallError` where a path is not there, a pattern matches nothing, or a folder holds no rows.
    static func all(
        named patterns: [String], in folder: String, format: Format?
    ) throws(CallError) -> [SourceFile] {
        var files: [SourceFile] = []
        var seen: Set<String> = []
        for pattern in patterns {
            for file in try some(named: pattern, in: folder, format: format) where seen.insert(file.path).inserted {
                files.append(file)
            }
        }
        return files
    }

    private static func some(
        named pattern: String, in folder: String, format: Format?
    ) throws(CallError) -> [SourceFile] {
        let path = FilePath.absolute(pattern, in: folder)
        switch FilePath.status(path) {
        case .file(let size): return [SourceFile(name: pattern, path: path, size: size)]
        case .folder:
            let name = pattern.hasSuffix("/") ? String(pattern.dropLast()) : pattern
            let files = try FilePath.entries(of: path, named: pattern).compactMap { entry -> SourceFile? in
                let inside = path + "/" + entry
                guard case .file(let size) = FilePath.status(inside), !entry.hasPrefix(".") else { return nil }
                return SourceFile(name: name + "/" + entry, path: inside, size: size)
            }
            let rows = format == nil ? files.filter(\.looksLikeRows) : files
            if rows.isEmpty {
                throw nothing(
                    "the folder '\(pattern)' holds no file with rows", "name the files, as in \"\(name)/*.txt\"")
            }
            return rows
        case .other: throw .neitherFileNorFolder(pattern)
        case .missing(let code):
            guard pattern.contains(where: { "*?[".contains($0) }) else { throw .unreadable(pattern, code) }
        }
        let matches = try FilePath.matches(of: pattern, in: folder)
        let files = matches.compactMap { name -> SourceFile? in
            let path = FilePath.absolute(name, in: folder)
            guard case .file(let size) = FilePath.status(path) else { return nil }
            return SourceFile(name: name, path: path, size: size)
        }
        if files.isEmpty {
            throw nothing("no file matches '\(pattern)'", "check the pattern, which starts at the recipe's folder")
        }
        return files
    }

    private static func nothing(_ message: String, _ help: String) -> CallError {
        CallError(.notFound, Diagnostic(.nothingFound, message, help: [help]))
    }
}
