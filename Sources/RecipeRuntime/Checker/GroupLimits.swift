// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The limits of the groups that `@concurrency` or `@rate` names, while they are collected.
struct GroupLimits {
    /// `concurrency` or `rate`.
    let field: String
    private var known: [String: (limit: String, place: SourcePlace)] = [:]
    private var told: Set<String> = []

    init(_ field: String) { self.field = field }

    /// - Returns: What is wrong where the group has another limit already; told once for a group.
    mutating func add(_ group: String, _ limit: String, at place: SourcePlace) -> Diagnostic? {
        guard let first = known[group] else {
            known[group] = (limit, place)
            return nil
        }
        guard first.limit != limit, told.insert(group).inserted else { return nil }
        return Diagnostic(
            .metaMisused, "the group '\(group)' of '@\(field)' has two limits",
            labels: [DiagnosticLabel(first.place, "\(first.limit) here"), DiagnosticLabel(place, "\(limit) here")],
            help: [
                field == "rate"
                    ? "say the same at each step of the group"
                    : "say the same limit at each step of the group; without one it is 1"
            ])
    }
}
