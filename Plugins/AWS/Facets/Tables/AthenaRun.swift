// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// One execution of a statement by Athena.
struct AthenaRun: Sendable {
    let client: AWSClient
    let services: any HostServices
    let workGroup: String
    let database: String
    let context: CallContext

    /// Executes a statement to its end.
    ///
    /// - Parameter token: By it Athena knows a repeat, and answers with the execution that there was; nil to execute anew.
    /// - Returns: Its name, by which the rows are asked for.
    func execute(_ statement: SQLStatement, token: String?) async throws(CallError) -> String {
        let id = try await start(statement, token: token)
        do throws(CallError) {
            try await awaitEnd(of: id)
            return id
        } catch {
            if error.reason == .cancelled || error.reason == .timedOut { await stop(id) }
            throw error
        }
    }

    private func start(_ statement: SQLStatement, token: String?) async throws(CallError) -> String {
        var parameters: ObjectValue = [
            "query_string": .string(statement.text), "work_group": .string(workGroup),
            "query_execution_context": ["database": .string(database), "catalog": "AwsDataCatalog"]
        ]
        var values: [Value] = []
        for value in statement.parameters { values.append(.string(try Self.literal(value))) }
        if !values.isEmpty { parameters["execution_parameters"] = .list(values) }
        let word = token ?? WireText.hex(services.randomness.bytes(16))
        parameters["client_request_token"] = .string(
            WireText.hex(services.hashing.sha256(Array("\(word) \(statement.text) \(values)".utf8))))
        do throws(AWSFailure) {
            let answer = try await client.call("athena", "StartQueryExecution", parameters, context: context)
            guard let id = answer["query_execution_id"]?.string else {
                throw Self.fault("query_execution_id", "StartQueryExecution")
            }
            return id
        } catch { throw error.callError }
    }

    private func awaitEnd(of id: String) async throws(CallError) {
        var waits = Waits(first: .milliseconds(200), longest: .seconds(5), total: .seconds(12 * 3600))
        while true {
            try checkCancellation()
            let execution: ObjectValue
            do throws(AWSFailure) {
                let answer = try await client.call(
                    "athena", "GetQueryExecution", ["query_execution_id": .string(id)], context: context)
                execution = answer["query_execution"]?.object ?? [:]
            } catch { throw error.callError }
            let status = execution["status"]?.object ?? [:]
            switch status["state"]?.string {
            case "SUCCEEDED": return
            case "FAILED", "CANCELLED": throw Self.failure(status, id)
            case "QUEUED", "RUNNING":
                let scanned = execution["statistics"]?.object?["data_scanned_in_bytes"]?.int ?? 0
                services.log.progress(nil, "Athena has read \(Value.size(scanned).literal)", context)
            default: throw Self.fault("query_execution.status.state", "GetQueryExecution").callError
            }
            guard let wait = waits.next(services.randomness) else { throw Self.late }
            if let deadline = context.deadline, services.clock.now().advanced(by: wait) >= deadline { throw Self.late }
            try await services.clock.sleep(for: wait)
        }
    }

    private static let late = CallError(.timedOut, "Athena was not done in time; the statement was stopped")

    private static func failure(_ status: ObjectValue, _ id: String) -> CallError {
        let reason = status["state_change_reason"]?.string ?? "Athena says no reason"
        let notes = ["the execution is \(id)"]
        if status["state"] == "CANCELLED" {
            return CallError(.failed, "the statement was stopped at Athena: \(reason)", notes: notes)
        }
        // 1 is of Athena, 2 of who asks, 3 of something else.
        let isOfUser = status["athena_error"]?.object?["error_category"]?.int == 2
        return CallError(isOfUser ? .invalid : .failed, reason, notes: notes)
    }

    /// Stops an execution that nobody waits for any more.
    private func stop(_ id: String) async {
        // A task of its own, because this one may have been cancelled; it is awaited here.
        let failure = await Task { [client, context] () -> AWSFailure? in
            do throws(AWSFailure) {
                _ = try await client.call(
                    "athena", "StopQueryExecution", ["query_execution_id": .string(id)], context: context)
                return nil
            } catch { return error }
        }.value
        if let failure { services.log.write("Athena still executes \(id): \(failure.diagnostic.message)", context) }
    }

    static func fault(_ path: String, _ operation: String) -> AWSFailure {
        AWSFailure(
            .answerFault(AnswerFault(path: path, reason: "it is missing or unknown"), status: 200, requestID: nil),
            service: "athena", operation: operation)
    }

    /// A value as Athena's SQL writes it.
    static func literal(_ value: Value) throws(CallError) -> String {
        switch value {
        case .null: return "NULL"
        case .bool(let bool): return bool ? "true" : "false"
        case .int(let int): return String(int)
        case .float(let float): return "DOUBLE '\(WireText.number(float))'"
        case .string(let text): return "'\(text.replacing("'", with: "''"))'"
        case .date(let date): return "DATE '\(date)'"
        case .time(let time): return "TIMESTAMP '\(AthenaCell.timestamp(time.description))'"
        default: throw CallError(.invalid, "\(value.typeName) has no place in SQL")
        }
    }
}
