// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The words of the local platform's own errors.
extension CallError {
    static func noSuchObject(_ key: String) -> CallError {
        CallError(.notFound, Diagnostic(.noSuchObject, "the lake has no object '\(key)'"))
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
                .noSuchColumn, "\(place) has no column '\(name)'", notes: ["columns: " + known.joined(separator: ", ")],
                help: nearest.map { ["did you mean '\($0)'?"] } ?? []))
    }

    static func repeatedKey(_ key: [String]) -> CallError {
        CallError(
            .invalid,
            Diagnostic(
                .repeatedKey, "the query gives several rows for one key (\(key.joined(separator: ", ")))",
                help: ["aggregate with `group by \(key.joined(separator: ", "))`"]))
    }

    static func movedAlias(_ request: AliasRequest, now: Int64?) -> CallError {
        let text = { (version: Int64?) in version.map { "version \($0)" } ?? "no version" }
        return CallError(
            .conflict,
            Diagnostic(
                .movedAlias, "'\(request.alias)' of the model '\(request.name)' points at \(text(now)) now",
                notes: ["expected: \(text(request.expected))"]))
    }

    static func lostModel(_ name: String, version: Int64) -> CallError {
        CallError(
            .notFound,
            Diagnostic(
                .lostModel, "the files of version \(version) of the model '\(name)' are gone",
                help: ["train and register it again: run WORKFLOW --fresh"]))
    }

    static func notAModel(_ model: Reference, _ reason: String) -> CallError {
        CallError(
            .invalid, Diagnostic(.notAModel, "the model '\(model.name)' cannot be served: \(reason)"))
    }

    static func modelEnded(_ model: Reference, _ ending: String, lastLines: [String]) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .modelEnded, "the program of the model '\(model.name)' ended \(ending)", notes: notes(lastLines)))
    }

    static func modelSilent(_ model: Reference, after time: Duration, lastLines: [String]) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .modelSilent,
                "the model '\(model.name)' did not answer its health check within \(Value.duration(time).literal)",
                notes: notes(lastLines), help: ["let it listen on 127.0.0.1 and the port that $PORT names"]))
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
                notes: notes(lastLines)))
    }

    static func noSuchVersion(_ version: String, known: [String]) -> CallError {
        CallError(
            .invalid,
            Diagnostic(
                .noSuchVersion, "the endpoint has no version '\(version)'",
                notes: [known.isEmpty ? "nothing is deployed" : "versions: " + known.joined(separator: ", ")]))
    }

    private static func notes(_ lastLines: [String]) -> [String] {
        lastLines.isEmpty
            ? ["it printed nothing"] : ["the last that it printed:\n" + lastLines.suffix(10).joined(separator: "\n")]
    }
}
