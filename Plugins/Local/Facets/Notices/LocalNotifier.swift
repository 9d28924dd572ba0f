// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Tells people and programs, and remembers whom it told what.
///
/// Under one token each receiver is told once, also where another one could not be; a process that is killed between telling and
/// remembering tells again.
struct LocalNotifier: Notifier {
    private static let timeout = Duration.seconds(30)
    private static let schema = [
        DatabaseStatement(
            """
            create table if not exists notices (
              token text not null, receiver text not null, time integer not null, severity text not null, run text not null,
              step text not null, text text not null, primary key (token, receiver)
            ) without rowid
            """),
        DatabaseStatement("create index if not exists notices_by_time on notices (time)")
    ]

    /// The database's file.
    let path: String
    /// The folder of which old files are removed.
    let logs: String
    let retention: Duration
    let receivers: [NoticeReceiver]
    /// A secret; nil for requests that are not signed.
    let signing: Value?
    let platform: Platform

    private var services: any HostServices { platform.services }

    func send(_ request: NotifyRequest) async throws(CallError) {
        try checkCancellation()
        let database = try await platform.databases.database(path, schema: Self.schema)
        let now = services.clock.now()
        let horizon = now.advanced(by: .zero - retention)
        try LocalFiles.removeFiles(in: logs, olderThan: horizon)
        let token = Value.string(request.context.token.text)
        let told = try await database.write([
            DatabaseStatement("delete from notices where time < ?", [.int(horizon.nanoseconds)]),
            DatabaseStatement("select receiver from notices where token = ?", [token])
        ])
        let known = Set(told.last?.rows.compactMap { $0.first?.string } ?? [])
        var failures: [String] = []
        // The book is kept of notices for nobody as well.
        for receiver in receivers + [NoticeReceiver(name: "", place: .mail(""))] where !known.contains(receiver.name) {
            if !receiver.name.isEmpty {
                services.log.progress(nil, "telling \(receiver.name)", request.context)
                do throws(CallError) {
                    try await tell(receiver, request, at: now)
                } catch {
                    if error.reason == .cancelled { throw error }
                    failures.append("\(receiver.name): \(error.diagnostic.message)")
                    continue
                }
            }
            _ = try await database.write([
                DatabaseStatement(
                    """
                    insert or replace into notices (token, receiver, time, severity, run, step, text)
                    values (?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        token, .string(receiver.name), .int(now.nanoseconds), .string(request.severity.rawValue),
                        .string(request.context.run), .string(request.context.operation), .string(request.text)
                    ])
            ])
        }
        guard failures.isEmpty else {
            throw CallError(
                .failed,
                Diagnostic(
                    .notTold,
                    failures.count == receivers.count
                        ? "nobody could be told" : "\(failures.count) of \(receivers.count) could not be told",
                    notes: failures,
                    help: [#"add @retry: { attempts: 3, backoff: 10s } where they may be there later"#]))
        }
    }

    private func tell(_ receiver: NoticeReceiver, _ request: NotifyRequest, at now: Timestamp) async throws(CallError) {
        switch receiver.place {
        case .mail(let address): try await mail(address, request)
        case .web(let address): try await post(to: try await services.secrets.text(of: address), request, at: now)
        case .file(let path):
            let line = "\(now) \(request.severity.rawValue) \(request.context.run) \(request.context.operation): "
            let text = request.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                .joined(separator: "\n  ")
            try LocalFiles.append(line + text + "\n", to: path.hasPrefix("/") ? path : projectFolder + "/" + path)
        case .command(let line):
            try await run(
                ["/bin/sh", "-c", line],
                [
                    "CONVERGE_SEVERITY": .string(request.severity.rawValue),
                    "CONVERGE_RUN": .string(request.context.run), "CONVERGE_STEP": .string(request.context.operation)
                ], input: request.text + "\n")
        }
    }

    /// The connection's folder is `.converge/NAME` of the project, or below.
    private var projectFolder: String {
        let parts = platform.folder.split(separator: "/", omittingEmptySubsequences: false)
        guard let own = parts.lastIndex(of: ".converge") else { return platform.folder }
        return parts[..<own].joined(separator: "/")
    }

    // MARK: Ways

    private func mail(_ address: String, _ request: NotifyRequest) async throws(CallError) {
        let letter = [
            "To: \(address)", "Subject: \(request.subject)", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
            "X-Converge-Token: \(request.context.token.text)", "", request.text, ""
        ]
        do throws(CallError) {
            try await run(["sendmail", "-i", "-t"], [:], input: letter.joined(separator: "\n"))
        } catch  where error.reason == .notFound {
            do throws(CallError) {
                // Where it usually is, which is not on the path of everybody.
                try await run(["/usr/sbin/sendmail", "-i", "-t"], [:], input: letter.joined(separator: "\n"))
            } catch  where error.reason == .notFound {
                throw CallError(.notFound, "this machine has no `sendmail`, which takes letters")
            }
        }
    }

    private func post(to address: String, _ request: NotifyRequest, at now: Timestamp) async throws(CallError) {
        guard address.hasPrefix("https://") || address.hasPrefix("http://127.0.0.1:") else {
            throw CallError(.invalid, "its address does not begin with https://")
        }
        let content: ObjectValue = [
            "text": .string(request.text), "severity": .string(request.severity.rawValue),
            "run": .string(request.context.run), "step": .string(request.context.operation), "time": .time(now),
            "token": .string(request.context.token.text)
        ]
        let body = Array(Value.object(content).json(.plain).utf8)
        var sent = HTTPRequest(
            method: "POST", url: address, headers: [("Content-Type", "application/json")], body: body,
            timeout: Self.timeout, largestResponse: 1 << 20)
        if let signing {
            let seconds = String(now.nanoseconds / 1_000_000_000)
            let signature = try await services.hashing.hmacSHA256(Array("\(seconds).".utf8) + body, key: signing)
            sent.headers.append(("X-Converge-Timestamp", .string(seconds)))
            sent.headers.append(("X-Converge-Signature", .string("sha256=" + hexadecimal(signature))))
        }
        let answer: HTTPResponse
        do throws(CallError) {
            answer = try await services.http.send(sent)
        } catch {
            // What the client says has the address in it.
            switch error.reason {
            case .cancelled: throw error
            case .timedOut: throw CallError(.timedOut, "it did not answer in \(Value.duration(Self.timeout).literal)")
            default: throw CallError(error.reason, "it cannot be reached, or the connection broke")
            }
        }
        guard (200..<300).contains(answer.status) else {
            throw CallError(.failed, "it answered with status \(answer.status)")
        }
    }

    private func run(_ command: [String], _ environment: ObjectValue, input: String) async throws(CallError) {
        let result = try await services.processes.run(
            ProcessRequest(
                command: command, environment: environment, workingFolder: projectFolder,
                standardInput: Array(input.utf8), timeout: Self.timeout))
        guard result.exitCode == 0 else {
            throw CallError(.failed, "its program ended with \(result.exitCode.map(String.init) ?? "a signal")")
        }
    }
}
