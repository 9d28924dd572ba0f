// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// A program that a step runs, its lines written to the step's log.
struct CommandRun: Sendable {
    let command: [String]
    let environment: ObjectValue
    let folder: String
    let request: StepRequest
    /// How many bytes of the output are wanted as a result.
    var keptOutput = 1 << 20

    struct Outcome: Sendable {
        var result: ProcessResult
        /// What it printed last, for a message.
        var lastLines: [String]
    }

    private static let keptLines = 15
    private static let longestLine = 400

    /// Runs it to its end or to the step's deadline.
    func run() async throws(CallError) -> Outcome {
        let services = request.host.services
        let (log, context) = (services.log, request.context)
        let lines = LastLines(most: Self.keptLines)
        let timeout = context.deadline.map { max(.zero, $0.since(services.clock.now())) }
        let process = ProcessRequest(
            command: command, environment: try texts(environment), workingFolder: folder, timeout: timeout,
            keptOutput: keptOutput,
            onLine: { _, line in
                log.write(line, context)
                lines.add(line.count > Self.longestLine ? line.prefix(Self.longestLine) + "…" : line)
            })
        do throws(CallError) {
            let result = try await services.processes.run(process)
            return Outcome(result: result, lastLines: lines.all)
        } catch  where error.diagnostic.code == .callNotFound {
            throw CallError(
                .notFound, Diagnostic(.programMissing, error.diagnostic.message, help: error.diagnostic.help)
            ).about("command")
        } catch  where error.reason == .denied {
            throw error.about("command")
        }
    }

    /// Variables as texts or secrets.
    private func texts(_ environment: ObjectValue) throws(CallError) -> ObjectValue {
        try environment.mapValues { (value) throws(CallError) in
            switch value {
            case .null, .secret: value
            default: .string(try PlainText.render(value))
            }
        }
    }
}

extension CommandRun.Outcome {
    /// The exit code, of a program that a signal ended as a shell tells it.
    var code: Int64 { Int64(result.exitCode ?? 128 + (result.signal ?? 0)) }

    /// - Parameter help: The way out.
    /// - Throws: `CallError` where the program did not end well.
    func check(named name: String, code: DiagnosticCode, help: String) throws(CallError) {
        if result.exitCode == 0 { return }
        let ending = result.signal.map { "was ended by signal \($0)" } ?? "ended with code \(self.code)"
        throw CallError(
            .failed,
            Diagnostic(
                code, "'\(name)' \(ending)",
                notes: lastLines.isEmpty ? [] : ["it said last:\n" + lastLines.joined(separator: "\n")],
                help: [help]))
    }
}

/// The last lines of many.
final class LastLines: Sendable {
    private let most: Int
    private let lines = Mutex<[String]>([])

    init(most: Int) { self.most = most }

    func add(_ line: String) {
        lines.withLock { lines in
            if lines.count == most { lines.removeFirst() }
            lines.append(line)
        }
    }

    var all: [String] { lines.withLock { $0 } }
}
