// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

/// Looks for objects that have arrived in a store.
struct ObjectLook: TriggerLook {
    private let surroundings: LookSurroundings
    private let arrival: ObjectArrival
    /// True where nobody has looked before: what is there then has not arrived.
    private var isFirst: Bool
    private var known: Set<String>?

    init(_ arrival: ObjectArrival, mark: ObjectValue?, _ surroundings: LookSurroundings) {
        self.surroundings = surroundings
        self.arrival = arrival
        isFirst = mark == nil
    }

    func pause(at now: Timestamp) -> Duration { arrival.every }

    mutating func look(at now: Timestamp) async throws -> TriggerSight? {
        if self.known == nil { self.known = try await recorded() }
        var known = self.known ?? []
        guard let store = try await surroundings.facet("ObjectStore", of: arrival.store) as? any ObjectStore else {
            guard isFirst else { return nil }
            isFirst = false
            return TriggerSight(finds: [], mark: ["since": .time(now)])
        }
        var finds: [TriggerFind] = []
        var page: String?
        repeat {
            let request = ListObjectsRequest(
                prefix: arrival.prefix, pageToken: page, context: surroundings.context)
            let listed = try await store.list(request)
            for object in listed.objects {
                let subject = "\(object.key) \(object.version)"
                guard known.insert(subject).inserted else { continue }
                finds.append(
                    TriggerFind(
                        subject, due: now,
                        event: [
                            "key": .string(object.key), "version": .string(object.version), "size": .size(object.size),
                            "modified": .time(object.modified)
                        ], skipped: isFirst ? "was there before" : nil))
            }
            page = listed.nextPageToken
        } while page != nil
        defer {
            self.known = known
            isFirst = false
        }
        if isFirst { return TriggerSight(finds: finds, mark: ["since": .time(now)]) }
        return finds.isEmpty ? nil : TriggerSight(finds: finds, mark: nil)
    }

    private func recorded() async throws(Diagnostic) -> Set<String> {
        Set(try await surroundings.engine.ledger.firings(of: surroundings.identity).map(\.subject))
    }
}
