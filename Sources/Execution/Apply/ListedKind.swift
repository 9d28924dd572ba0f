// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Records of one kind at one connection, looked at by listing what is there instead of reading one by one.
struct ListedKind: Sendable {
    /// Fewer records than this are read one by one.
    static let fewest = 20

    let use: ProviderUse
    let schema: ResourceKindSchema
    let records: [ResourceRecord]

    /// Divides records into those that are worth a list and those that are read one by one.
    static func divide(
        _ records: [ResourceRecord], schema: (ResourceRecord) -> ResourceKindSchema?
    ) -> (listed: [ListedKind], single: [ResourceRecord]) {
        struct Group: Hashable {
            let use: ProviderUse
            let kind: String
        }
        var single: [ResourceRecord] = []
        var listed: [ListedKind] = []
        // Whether a platform gives a secret back as it was given can be told of one thing at a time.
        single += records.filter { !$0.inputs.secrets.isEmpty }
        let groups = Dictionary(grouping: records.filter(\.inputs.secrets.isEmpty)) {
            Group(use: $0.provider, kind: $0.kind)
        }
        for (group, records) in groups {
            guard records.count >= fewest, let first = records.first, let schema = schema(first),
                schema.isListedWhole, !key(names(of: schema), first.outputs).isEmpty
            else {
                single += records
                continue
            }
            listed.append(ListedKind(use: group.use, schema: schema, records: records))
        }
        return (listed, single)
    }

    /// What a list tells of the records. One that it does not show is left out and has to be read: a list may be late.
    ///
    /// - Parameters:
    ///   - provider: The connection; nothing is found where it cannot list.
    ///   - paced: Calls it.
    /// - Throws: What the list throws.
    func observations(
        _ provider: any Provider, paced: PacedCall, context: @Sendable () -> CallContext,
        isStopped: @Sendable () -> Bool
    ) async throws(CallError) -> [Address: Observation] {
        guard let provider = provider as? any ListingProvider else { return [:] }
        let names = Self.names(of: schema)
        var wanted: [[String]: Address] = [:]
        wanted.reserveCapacity(records.count)
        for record in records { wanted[Self.key(names, record.outputs)] = record.identity.address }
        var found: [Address: Observation] = [:]
        found.reserveCapacity(records.count)
        // Where most of what there is belongs to others, reading is the shorter way.
        var patience = 4 * records.count + 1000
        var pageToken: String?
        repeat {
            let request = ListRequest(kind: schema.name, pageToken: pageToken, context: context())
            let page = try await paced { () async throws(CallError) in try await provider.list(request) }
            for item in page.items {
                guard let address = wanted[Self.key(names, item.outputs)] else { continue }
                found[address] = .found(inputs: item.inputs, outputs: item.outputs, mark: item.mark)
            }
            patience -= page.items.count
            pageToken = page.nextPageToken
        } while pageToken != nil && found.count < records.count && patience > 0 && !isStopped()
        return found
    }

    /// The outputs that tell a thing from every other: those that are made once.
    private static func names(of schema: ResourceKindSchema) -> [String] {
        schema.outputs.filter { $0.change == .replaces }.map(\.name)
    }

    private static func key(_ names: [String], _ outputs: ObjectValue) -> [String] {
        names.compactMap { name in outputs[name].map { $0.string ?? $0.literal } }
    }
}
