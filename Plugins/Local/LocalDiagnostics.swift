// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The words of the local platform's own errors.
extension CallError {
    static func noSuchObject(_ key: String) -> CallError {
        CallError(
            .notFound, "the lake has no object '\(key)'", notes: ["it was never stored, was deleted, or has expired"])
    }

    static var notAQuery: CallError {
        CallError(
            .invalid,
            Diagnostic(
                .notAQuery, "the SQL is no query that gives rows",
                help: ["write one select; the step's `mode` says how its rows are stored"]))
    }

    static func repeatedColumn(_ name: String) -> CallError {
        CallError(
            .invalid,
            Diagnostic(
                .repeatedColumn, "two columns are called '\(name)'", help: ["name one of them with `as`"]))
    }

    static func noSuchColumn(_ name: String, in place: String, known: [String]) -> CallError {
        let nearest = NearestName.find(name, in: known)
        return CallError(
            .invalid,
            Diagnostic(
                .noSuchColumn, "\(place) has no column '\(name)'", notes: ["it has " + known.joined(separator: ", ")],
                help: nearest.map { ["did you mean '\($0)'?"] } ?? []))
    }

    static func repeatedKey(_ key: [String]) -> CallError {
        CallError(
            .invalid,
            Diagnostic(
                .repeatedKey, "the query gives several rows for one key (\(key.joined(separator: ", ")))",
                help: ["aggregate with `group by \(key.joined(separator: ", "))`, or add a column to `key`"])
        ).about("key")
    }

    static func movedAlias(_ request: AliasRequest, now: Int64?) -> CallError {
        let text = { (version: Int64?) in version.map { "version \($0)" } ?? "no version" }
        return CallError(
            .conflict,
            "'\(request.alias)' of the model '\(request.name)' points at \(text(now)) now, not at \(text(request.expected))"
        )
    }

    static func notAModel(_ model: Reference, _ reason: String) -> CallError {
        let help = #"let the program that trains it write {"serve": {"command": […]}} to its model.json"#
        return CallError(
            .invalid, Diagnostic(.notAModel, "the model '\(model.name)' cannot be served: \(reason)", help: [help]))
    }

    static func modelEnded(_ model: Reference, _ ending: String, lastLines: [String]) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .modelEnded, "the program of the model '\(model.name)' ended \(ending)", notes: notes(lastLines),
                help: [mend]))
    }

    private static let mend = "mend the model's program and train it again; it runs in the model's own folder"

    static func modelSilent(_ model: Reference, after time: Duration, lastLines: [String]) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .modelSilent,
                "the model '\(model.name)' did not answer its health check within \(Value.duration(time).literal)",
                notes: notes(lastLines),
                help: [
                    "let it listen on 127.0.0.1 and the port that $PORT names",
                    "raise `start_timeout` where it loads longer"
                ]))
    }

    static func modelUnhealthy(
        _ model: Reference, _ answer: String, after time: Duration, lastLines: [String]
    ) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .modelUnhealthy,
                "the model '\(model.name)' answered its health check with \(answer), "
                    + "and did not get better within \(Value.duration(time).literal)",
                notes: notes(lastLines), help: ["let it answer with a status of 200 once it can be asked"]))
    }

    static func noSuchVersion(_ version: String, known: [String]) -> CallError {
        CallError(
            .conflict, "the endpoint has no version '\(version)'",
            notes: [known.isEmpty ? "nothing is deployed" : "it has " + known.joined(separator: ", ")],
            help: ["look at what is in service, and deploy again"])
    }

    static func movedShares(_ weights: [String: Double]) -> CallError {
        let served = weights.filter { $0.value > 0 }.sorted { $0.key < $1.key }
            .map { "'\($0.key)' \(Value.percent($0.value).literal)" }
        return CallError(
            .conflict, "the endpoint's requests were given to other versions meanwhile",
            notes: [served.isEmpty ? "nothing is in service" : "now they go to " + served.joined(separator: ", ")],
            help: ["look at what is in service, and deploy again"])
    }

    private static func notes(_ lastLines: [String]) -> [String] {
        lastLines.isEmpty
            ? ["it printed nothing"] : ["the last that it printed:\n" + lastLines.suffix(10).joined(separator: "\n")]
    }
}
