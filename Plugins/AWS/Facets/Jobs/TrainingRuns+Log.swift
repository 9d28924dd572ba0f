// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension TrainingRuns {
    /// The lines of all workers, each worker's in order; where there are several, with the worker's name in front.
    func log(_ request: JobLogRequest) async throws(CallError) -> JobLogPage {
        try checkCancellation()
        var cursor = LogCursor(request.cursor)
        var lines: [String] = []
        let streams = try await streams(request)
        for stream in streams {
            var parameters: ObjectValue = [
                "log_group_name": .string(Self.logGroup), "log_stream_name": .string(stream), "start_from_head": true
            ]
            if let token = cursor[stream] { parameters["next_token"] = .string(token) }
            let answer: ObjectValue
            do throws(AWSFailure) {
                answer = try await client.call("logs", "GetLogEvents", parameters, context: request.context)
            } catch { throw error.callError }
            let worker = streams.count > 1 ? Self.worker(of: stream) + ": " : ""
            lines += (answer["events"]?.list ?? []).compactMap { $0.object?["message"]?.string }.map { worker + $0 }
            cursor[stream] = answer["next_forward_token"]?.string
        }
        return JobLogPage(lines: lines, cursor: cursor.text)
    }

    /// The streams of a job's machines; there are none before the first line.
    private func streams(_ request: JobLogRequest) async throws(CallError) -> [String] {
        var streams: [String] = []
        do throws(AWSFailure) {
            try await client.pages(
                "logs", "DescribeLogStreams",
                ["log_group_name": .string(Self.logGroup), "log_stream_name_prefix": .string(request.run + "/")],
                context: request.context
            ) { page in
                streams += page.items.compactMap { $0.object?["log_stream_name"]?.string }
                return true
            }
        } catch {
            if error.isOne(of: ["ResourceNotFoundException"]) { return [] }
            throw error.callError
        }
        return streams.sorted()
    }

    /// `algo-1` of `JOB/algo-1-1700000000`.
    private static func worker(of stream: String) -> String {
        let name = stream.split(separator: "/").last ?? ""
        return name.split(separator: "-").prefix(2).joined(separator: "-")
    }
}

/// How far the streams of a job were read.
struct LogCursor: Sendable {
    private var tokens: [String: String] = [:]

    /// - Parameter text: As `text` gave it; nil for the beginning.
    init(_ text: String?) {
        for line in (text ?? "").split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            if parts.count == 2 { tokens[String(parts[0])] = String(parts[1]) }
        }
    }

    subscript(stream: String) -> String? {
        get { tokens[stream] }
        set { if let newValue { tokens[stream] = newValue } }
    }

    var text: String? {
        tokens.isEmpty
            ? nil : tokens.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)" }.joined(separator: "\n")
    }
}
