// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Looks whether a table has another version.
struct TableLook: TriggerLook {
    private let surroundings: LookSurroundings
    private let arrival: TableArrival
    /// Nil where nobody has looked before.
    private var mark: ObjectValue?

    init(_ arrival: TableArrival, mark: ObjectValue?, _ surroundings: LookSurroundings) {
        self.surroundings = surroundings
        self.arrival = arrival
        self.mark = mark
    }

    func pause(at now: Timestamp) -> Duration { arrival.every }

    mutating func look(at now: Timestamp) async throws -> TriggerSight? {
        let store = try await surroundings.facet("TableStore", of: arrival.store) as? any TableStore
        let table = try await store?.describe(arrival.name, context: surroundings.context)
        let version = table.map { Value.string($0.version) } ?? .null
        guard let before = mark else {
            let first: ObjectValue = ["version": version, "count": 0]
            mark = first
            return TriggerSight(finds: [], mark: first)
        }
        if before["version"] == version { return nil }
        // Counted, since a table may come to have the content again that it had before.
        let count = (before["count"]?.int ?? 0) + 1
        let next: ObjectValue = ["version": version, "count": .int(count)]
        mark = next
        guard let table else { return TriggerSight(finds: [], mark: next) }
        let find = TriggerFind(
            "\(count) \(table.version)", due: now,
            event: [
                "table": .reference(table.reference(in: arrival.store)), "version": version,
                "rows": table.rows.map { .int($0) } ?? .null
            ])
        return TriggerSight(finds: [find], mark: next)
    }
}
