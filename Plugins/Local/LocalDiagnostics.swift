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
}
