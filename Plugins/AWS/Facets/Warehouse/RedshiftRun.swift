// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Executes statements by the Redshift Data API.
struct RedshiftRun: Sendable {
    let client: AWSClient
    let services: any HostServices
    let place: RedshiftPlace
    let context: CallContext

    /// What became of the statements that an operation gave before, such as one that was killed.
    enum Past: Sendable {
        case done
        /// So often it failed.
        case failed(Int)
    }

    /// Executes a statement that changes nothing.
    ///
    /// - Returns: Its name, by which its rows are asked for; nil where it has none.
    func ask(_ statement: SQLStatement) async throws(CallError) -> String? {
        let statements = try RedshiftStatements(statement)
        var call = place.parameters.merging(statements.parameters)
        call["sql"] = statements.texts.first.map { .string($0) }
        call["client_token"] = .string(WireText.hex(services.randomness.bytes(32)))
        let id = try await start("ExecuteStatement", call)
        return try await awaitEnd(of: id, [:]) ? id : nil
    }

    /// Executes statements as one transaction.
    ///
    /// - Parameters:
    ///   - name: By it they are found again.
    ///   - attempt: How often they failed before; Redshift answers a repeat of the same attempt with the same execution.
    func change(_ statements: RedshiftStatements, name: String, attempt: Int) async throws(CallError) {
        var call = place.parameters.merging(statements.parameters)
        call["sqls"] = .list(statements.texts.map { .string($0) })
        call["statement_name"] = .string(name)
        let content = "\(name) \(attempt) \(statements.texts) \(statements.values)"
        call["client_token"] = .string(WireText.hex(services.hashing.sha256(Array(content.utf8))))
        let id = try await start("BatchExecuteStatement", call)
        _ = try await awaitEnd(of: id, statements.meanings)
    }

    /// Looks for statements of a name, and waits for those that are still executed. Redshift keeps them for a day.
    func past(of name: String) async throws(CallError) -> Past {
        var failed = 0
        var token: String?
        repeat {
            let page: AWSPage
            do throws(AWSFailure) {
                page = try await client.page(
                    "redshiftdata", "ListStatements",
                    ["statement_name": .string(name), "status": "ALL", "max_results": 100], items: "statements",
                    token: token, context: context)
            } catch { throw error.callError }
            for item in page.items {
                // The name that was asked for is the beginning of longer ones.
                guard let statement = item.object, statement["statement_name"]?.string == name,
                    let id = statement["id"]?.string
                else { continue }
                switch statement["status"]?.string {
                case "FINISHED": return .done
                case "FAILED", "ABORTED": failed += 1
                default:
                    services.log.write("the statements \(id) of an earlier attempt are still executed", context)
                    do throws(CallError) {
                        _ = try await awaitEnd(of: id, [:])
                        return .done
                    } catch {
                        if [.cancelled, .timedOut].contains(error.reason) { throw error }
                        failed += 1
                    }
                }
            }
            token = page.next
        } while token != nil
        return .failed(failed)
    }

    private func start(_ operation: String, _ call: ObjectValue) async throws(CallError) -> String {
        do throws(AWSFailure) {
            let answer = try await client.call("redshiftdata", operation, call, context: context)
            guard let id = answer["id"]?.string else { throw Self.fault("id", operation) }
            return id
        } catch { throw error.callError }
    }

    /// - Returns: Whether there are rows.
    private func awaitEnd(of id: String, _ meanings: [Int: CallError]) async throws(CallError) -> Bool {
        do throws(CallError) {
            var waits = Waits(first: .milliseconds(100), longest: .seconds(5), total: .seconds(24 * 3600))
            while true {
                try checkCancellation()
                if let hasRows = try await look(at: id, meanings) { return hasRows }
                guard let wait = waits.next(services.randomness) else { throw Self.late }
                if let deadline = context.deadline, services.clock.now().advanced(by: wait) >= deadline {
                    throw Self.late
                }
                try await services.clock.sleep(for: wait)
            }
        } catch {
            if error.reason == .cancelled || error.reason == .timedOut { await stop(id) }
            throw error
        }
    }

    /// Nil while it is executed.
    private func look(at id: String, _ meanings: [Int: CallError]) async throws(CallError) -> Bool? {
        let told: ObjectValue
        do throws(AWSFailure) {
            told = try await client.call("redshiftdata", "DescribeStatement", ["id": .string(id)], context: context)
        } catch { throw error.callError }
        switch told["status"]?.string {
        case "FINISHED": return told["has_result_set"]?.bool ?? false
        case "FAILED": throw Self.failure(told, id, meanings)
        case "ABORTED": throw CallError(.failed, "the statement was stopped at Redshift", notes: [Self.note(id)])
        case "SUBMITTED", "PICKED", "STARTED":
            services.log.progress(nil, "Redshift executes \(id)", context)
            return nil
        default: throw Self.fault("status", "DescribeStatement").callError
        }
    }

    private static let late = CallError(.timedOut, "Redshift was not done in time; the statement was stopped")

    private static func note(_ id: String) -> String { "the statement is \(id)" }

    private static func failure(_ told: ObjectValue, _ id: String, _ meanings: [Int: CallError]) -> CallError {
        let parts = told["sub_statements"]?.list ?? []
        let offset = parts.firstIndex { $0.object?["status"] == "FAILED" }
        if let offset, let meaning = meanings[offset] { return meaning }
        let part = offset.flatMap { parts[$0].object?["error"]?.string }
        let said = part ?? told["error"]?.string ?? "Redshift says no reason"
        let reason = said.hasPrefix("ERROR: ") ? String(said.dropFirst(7)) : said
        // Redshift gives errors no class: what it found wrong in the text has a place there.
        let isOfText =
            reason.contains("Position:") || reason.contains("syntax error") || reason.contains("does not exist")
        let isDenied = reason.contains("permission denied")
        return CallError(isDenied ? .denied : isOfText ? .invalid : .failed, reason, notes: [note(id)])
    }

    /// Stops a statement that nobody waits for any more.
    private func stop(_ id: String) async {
        // A task of its own, because this one may have been cancelled; it is awaited here.
        let failure = await Task { [client, context] () -> AWSFailure? in
            do throws(AWSFailure) {
                _ = try await client.call("redshiftdata", "CancelStatement", ["id": .string(id)], context: context)
                return nil
            } catch { return error }
        }.value
        if let failure { services.log.write("Redshift still executes \(id): \(failure.diagnostic.message)", context) }
    }

    private static func fault(_ path: String, _ operation: String) -> AWSFailure {
        AWSFailure(
            .answerFault(AnswerFault(path: path, reason: "it is missing or unknown"), status: 200, requestID: nil),
            service: "redshiftdata", operation: operation)
    }
}
