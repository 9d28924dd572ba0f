// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The rows that a program wrote, on their way into a table.
struct ProgramRows: Sendable {
    let table: String
    let mode: WriteMode
    /// The field of the step that is to blame for what cannot be read.
    let field: String
    let request: StepRequest

    func load(
        _ path: String, into store: any TableStore
    ) async throws(CallError) -> (TableDescription, rows: Int64) {
        guard case .file(let size) = FilePath.status(path) else {
            throw withoutRows("the program wrote no file to $CONVERGE_OUTPUT")
        }
        let file = SourceFile(name: "$CONVERGE_OUTPUT", path: path, size: size)
        let layout = RowLayout(format: try format(of: file), delimiter: nil, hasHeader: true, declared: [:])
        let load = FileLoad([file], layout, field: field, request)
        let discovery = try await load.discover { discovery throws(CallError) in try check(discovery) }
        return (try await load.load(discovery, into: store, table: table, mode: mode), discovery.good)
    }

    /// No header begins with a brace, and every line of JSON does.
    private func format(of file: SourceFile) throws(CallError) -> SourceFile.Format {
        do throws(CallError) {
            let window = ByteWindow(try file.open())
            try window.skipByteOrderMark()
            while true {
                while window.position < window.end {
                    switch window.bytes[window.position] {
                    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                        window.position += 1
                    case UInt8(ascii: "{"): return .jsonLines
                    default: return .csv
                    }
                }
                if window.isAtEnd { return .csv }
                try window.extend()
            }
        } catch {
            throw error.about(field)
        }
    }

    private func check(_ discovery: Discovery) throws(CallError) {
        if discovery.bad > 0 {
            throw CallError(
                .failed,
                Diagnostic(
                    .programBrokenRows,
                    "\(discovery.bad) of \(discovery.good + discovery.bad) rows that the program wrote "
                        + (discovery.bad == 1 ? "is broken" : "are broken"),
                    notes: (discovery.firstBad.map { ["the first: \($0)"] } ?? []) + ["nothing was loaded"],
                    help: ["let it write whole CSV with a header, or one JSON object a line"]))
        }
        if discovery.columns.isEmpty { throw withoutRows("what the program wrote to $CONVERGE_OUTPUT has no columns") }
    }

    private func withoutRows(_ message: String) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .programWithoutRows, message, notes: ["nothing was loaded"],
                help: ["let it write a header and its rows to the file that $CONVERGE_OUTPUT names"])
        ).about(field)
    }
}
