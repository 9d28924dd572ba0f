// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The limits of the groups that `@concurrency` names, while they are collected.
struct GroupLimits {
    private var known: [String: (limit: Int, place: SourcePlace)] = [:]
    private var told: Set<String> = []

    /// - Returns: What is wrong where the group has another limit already; told once for a group.
    mutating func add(_ group: String, _ limit: Int, at place: SourcePlace) -> Diagnostic? {
        guard let first = known[group] else {
            known[group] = (limit, place)
            return nil
        }
        guard first.limit != limit, told.insert(group).inserted else { return nil }
        return Diagnostic(
            .metaMisused, "the group '\(group)' of '@concurrency' has two limits",
            labels: [DiagnosticLabel(first.place, "\(first.limit) here"), DiagnosticLabel(place, "\(limit) here")],
            help: ["say the same limit at each step of the group; without one it is 1"])
    }
}
