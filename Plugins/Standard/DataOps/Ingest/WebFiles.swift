// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Fetches the files of a step that lie behind addresses.
///
/// Nothing of the body is held in memory; a file that did not come whole is never read.
struct WebFiles: Sendable {
    private let request: StepRequest

    private static let mostRedirects = 5
    /// How long a server may be silent.
    private static let silence = Duration.seconds(60)
    /// What is kept of an answer that is no file.
    private static let shownAnswer = 500

    init(_ request: StepRequest) { self.request = request }

    /// The files of a step in its order, with the references by which a later run sees whether they are the same.
    func fetch(
        _ fields: IngestFields, into folder: String
    ) async throws(CallError) -> (files: [SourceFile], references: [Reference]) {
        guard case .paths(let paths) = fields.source else { return ([], []) }
        var files: [SourceFile] = []
        var references: [Reference] = []
        do throws(CallError) {
            for (number, path) in paths.enumerated() {
                guard WebAddress.isOne(path) else {
                    let found = try SourceFile.all(named: [path], in: request.recipeFolder, format: fields.format)
                        .filter { !files.contains($0) }
                    files += found
                    references += found.map(\.reference)
                    continue
                }
                let (file, reference) = try await fetch(path, to: "\(folder)/\(number)")
                files.append(file)
                references.append(reference)
            }
        } catch {
            throw error.aboutFiles()
        }
        return (files, references)
    }

    /// Whether what was read from the addresses is there unchanged, as far as the servers tell.
    func areUnchanged(_ addresses: [String], _ reads: [Reference]) async -> Bool {
        let marks = reads.compactMap { $0.attributes["mark"] }
        guard marks.count == addresses.count else { return false }
        for (text, mark) in zip(addresses, marks) {
            guard let address = WebAddress(text), let mark = mark.string else { return false }
            do throws(CallError) {
                let answer = try await following(address) { address throws(CallError) in
                    try await request.host.services.http.send(
                        HTTPRequest(method: "HEAD", url: address.text, timeout: Self.silence))
                }
                guard answer.status == 200, Self.mark(of: answer) == mark else { return false }
            } catch {
                // Fetching tells what is wrong.
                return false
            }
        }
        return true
    }

    private func fetch(_ text: String, to path: String) async throws(CallError) -> (SourceFile, Reference) {
        guard let address = WebAddress(text) else {
            throw CallError(
                .invalid,
                Diagnostic(
                    .addressUnusable, "an address of a file is http:// or https:// with a host, a path and no user",
                    help: [#"write it as in "https://example.com/orders.csv""#]))
        }
        let (log, context) = (request.host.services.log, request.context)
        log.progress(nil, "fetching \(address.shown)", context)
        let answer = try await following(address) { address throws(CallError) in
            let asked = HTTPRequest(url: address.text, timeout: Self.silence, largestResponse: Self.shownAnswer)
            do throws(CallError) {
                return try await request.host.services.http.download(
                    DownloadRequest(request: asked, path: path) { received, size in
                        let share = size.map { $0 == 0 ? 1 : Double(received) / Double($0) }
                        log.progress(share, "fetching \(address.shown): \(received >> 20) MiB", context)
                    })
            } catch  where error.reason == .lost {
                throw CallError(
                    .lost,
                    Diagnostic(
                        .downloadCut, "the connection broke before '\(address.shown)' was whole",
                        notes: ["nothing was loaded"], help: [Self.retry]))
            }
        }
        guard answer.status == 200 else { throw unexpected(answer, address) }
        guard case .file(let size) = FilePath.status(path) else { throw .unreadable(address.shown, 2) }
        log.write("fetched \(address.shown): \(size) bytes", context)
        return (
            SourceFile(name: address.shown, path: path, size: size),
            Reference(
                type: "Artifact", resource: nil, name: address.shown,
                attributes: ["mark": Self.mark(of: answer).map { .string($0) } ?? .null])
        )
    }

    /// The answer at the end of all redirections.
    private func following(
        _ start: WebAddress, _ ask: (WebAddress) async throws(CallError) -> HTTPResponse
    ) async throws(CallError) -> HTTPResponse {
        var address = start
        for _ in 0...Self.mostRedirects {
            let answer = try await ask(address)
            guard [301, 302, 303, 307, 308].contains(answer.status) else { return answer }
            guard let location = answer.header("Location"), let next = address.resolving(location) else {
                throw astray("'\(address.shown)' redirects without saying where to")
            }
            if address.scheme == "https", next.scheme == "http" {
                throw astray("'\(address.shown)' redirects to '\(next.shown)', which is not encrypted")
            }
            address = next
        }
        throw astray("'\(start.shown)' redirects more than \(Self.mostRedirects) times")
    }

    /// What tells one content of an address from another; nil where the server gives nothing of the kind.
    private static func mark(of answer: HTTPResponse) -> String? {
        if let tag = answer.header("ETag") { return tag }
        guard let modified = answer.header("Last-Modified"), let length = answer.header("Content-Length") else {
            return nil
        }
        return "\(modified), \(length) bytes"
    }

    private func astray(_ message: String) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .redirectAstray, message, notes: ["nothing was loaded"],
                help: ["open the address in a browser, and name the one at which the file is"]))
    }

    private func unexpected(_ answer: HTTPResponse, _ address: WebAddress) -> CallError {
        let message = "'\(address.shown)' was answered with status \(answer.status)"
        let said = String(decoding: answer.body, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        let notes = (said.isEmpty ? [] : ["it said: \(said)"]) + ["nothing was loaded"]
        let seconds = answer.header("Retry-After").flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
        if answer.status == 429 || answer.status == 503 {
            return CallError(
                .throttled(retryAfter: seconds.map { .seconds($0) }),
                Diagnostic(.addressRefused, message, notes: notes, help: [Self.retry]))
        }
        return CallError(
            answer.status == 404 ? .notFound : .failed,
            Diagnostic(
                .addressRefused, message, notes: notes,
                help: ["check the address; a file that needs a password is fetched by a Shell step before"]))
    }

    private static let retry = #"add @retry: { attempts: 3, backoff: 1s, on: "transient" }"#
}
