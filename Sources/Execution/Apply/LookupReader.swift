// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Reads the existing things that a recipe looks up.
package struct LookupReader: Sendable {
    private let surroundings: ExecutionSurroundings

    package init(surroundings: ExecutionSurroundings) { self.surroundings = surroundings }

    /// - Parameter wanted: With the places that ask.
    /// - Throws: Each lookup that finds nothing, or several things.
    package func results(
        of wanted: [Lookup: SourcePlace], environment: String
    ) async throws(Diagnostics) -> LookupResults {
        var results: LookupResults = [:]
        var problems: [Diagnostic] = []
        let bySource = Dictionary(grouping: wanted.keys) { ThingList.Source(kind: $0.kind, use: $0.provider) }
        for (source, lookups) in bySource {
            do throws(Diagnostic) {
                let things = try await ThingList(source, environment: environment, surroundings).things()
                let sensitive = Set(sensitiveNames(source))
                for lookup in lookups {
                    let found = things.map { $0.inputs.merging($0.outputs) }.filter { thing in
                        lookup.query.allSatisfy { thing[$0.key] == $0.value }
                    }
                    if found.count == 1 {
                        results[lookup] = found[0].filter { !sensitive.contains($0.key) }
                    } else {
                        problems.append(problem(lookup, found, among: things.count, at: wanted[lookup]))
                    }
                }
            } catch {
                var diagnostic = error
                if diagnostic.labels.isEmpty {
                    diagnostic.labels = lookups.compactMap { wanted[$0] }.prefix(1).map { DiagnosticLabel($0) }
                }
                problems.append(diagnostic)
            }
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
        return results
    }

    private func sensitiveNames(_ source: ThingList.Source) -> [String] {
        guard let schema = surroundings.gateway.schema(of: source.kind, plugin: source.use.plugin) else { return [] }
        return (schema.fields + schema.outputs).filter(\.isSensitive).map(\.name)
    }

    private func problem(
        _ lookup: Lookup, _ found: [ObjectValue], among count: Int, at place: SourcePlace?
    ) -> Diagnostic {
        let query = lookup.query.map { "\($0.key): \($0.value.literal)" }.joined(separator: ", ")
        let labels = place.map { [DiagnosticLabel($0)] } ?? []
        if found.isEmpty {
            return Diagnostic(
                .lookupFailed, "there is no \(lookup.kind) with \(query.isEmpty ? "anything" : query)", labels: labels,
                notes: ["\(count) of the kind \(count == 1 ? "is" : "are") there"],
                help: ["adopt \(lookup.kind)    lists those that belong to nobody"])
        }
        return Diagnostic(
            .lookupFailed, "\(found.count) things of the kind \(lookup.kind) have \(query.isEmpty ? "that" : query)",
            labels: labels,
            notes: found.prefix(3).compactMap { $0["id"]?.string.map { "one is '\($0)'" } },
            help: ["say more of the one that is meant, such as its name or id"])
    }
}
