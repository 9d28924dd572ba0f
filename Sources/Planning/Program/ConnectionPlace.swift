// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A connection may be given other settings while things that it made are there: some say how a platform is reached, such as
/// a profile, others in which place of it things are, such as a region.
extension Program {
    /// Where the present connection leads elsewhere than the one that a thing was made by: the first setting that says so, as
    /// it was and as it is. One that either leaves out says nothing.
    ///
    /// - Parameter spans: Settings with which the thing stays what it is.
    func elsewhere(
        _ present: ProviderUse, than recorded: ProviderUse, spans: [String] = []
    ) -> (setting: String, before: Value, after: Value)? {
        for setting in (placeSettings[present.plugin] ?? []).subtracting(spans).sorted() {
            let (before, after) = (recorded.settings[setting] ?? .null, present.settings[setting] ?? .null)
            if !before.isNull, !after.isNull, !after.isUnknown, before != after { return (setting, before, after) }
        }
        return nil
    }
}

extension LedgerSnapshot {
    /// The rows with the settings that the program's connections have now, wherever those lead to the place of the thing.
    package func reached(by program: Program) -> LedgerSnapshot {
        var reached = self
        var nodes: [Address: ResourceNode]?
        for (address, record) in records {
            guard
                let present = program.providers.first(where: { $0.alias == record.provider.alias }),
                present != record.provider, present.plugin == record.provider.plugin,
                !Value.object(present.settings).containsUnknown
            else { continue }
            let known =
                nodes
                ?? Dictionary(program.resources.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
            nodes = known
            let kind = known[address]?.kindSchema
            let spans = kind?.name == record.kind ? kind?.spans ?? [] : []
            if program.elsewhere(present, than: record.provider, spans: spans) != nil { continue }
            reached.reconnect(address, by: present)
        }
        return reached
    }
}
