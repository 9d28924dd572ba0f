// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A row of the ledger: a resource as it was last recorded.
package struct ResourceRecord: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable {
        case ready
        /// An effect was intended and its result is not recorded: it is settled before anything else happens.
        case creating, updating, deleting
        /// Making or changing it failed, and the platform holds it in part.
        case incomplete
        /// The ledger let go of it: the thing stays where it is, and is nobody's here.
        case forgotten
    }

    package var identity: ResourceIdentity
    package var kind: String
    package var schemaVersion: Int
    /// The connection that made it, with the settings needed to reach it after its `use` line is gone.
    package var provider: ProviderUse
    package var status: Status
    package var inputs: ObjectValue
    package var outputs: ObjectValue
    package var dependencies: [Address]
    package var isProtected: Bool
    /// Set for composites.
    package var composite: CompositeForm?
    package var changed: Timestamp
    /// Who answers for it, by `@owner`.
    package var owner: String?
    /// Fields whose differences are nobody's concern, by `@ignore`.
    package var ignored: [String] = []
    /// What stands for the texts of the secrets in its inputs when they were put there, by the secrets' recorded
    /// names; without those that are not known.
    package var fingerprints: [String: String] = [:]

    package init(
        identity: ResourceIdentity, kind: String, schemaVersion: Int, provider: ProviderUse, status: Status,
        inputs: ObjectValue, outputs: ObjectValue, dependencies: [Address], isProtected: Bool,
        composite: CompositeForm? = nil, changed: Timestamp
    ) {
        self.identity = identity
        self.kind = kind
        self.schemaVersion = schemaVersion
        self.provider = provider
        self.status = status
        self.inputs = inputs
        self.outputs = outputs
        self.dependencies = dependencies
        self.isProtected = isProtected
        self.composite = composite
        self.changed = changed
    }
}

/// The rows of one module in one environment at one version of the ledger.
package struct LedgerSnapshot: Sendable {
    package var environment: String
    package var module: String
    /// Raised with every change of a resource row of the environment.
    package var version: Int64
    package var records: [Address: ResourceRecord]
    /// Rows that the module had and that were let go, until others take their addresses.
    package var forgotten: [Address: ResourceRecord]
    /// Those of `records` that are not recorded yet: things that are there and are to be adopted, by their own names.
    package private(set) var adopted: [Address: String] = [:]
    /// Those of `records` that are recorded in the form of an older version of their kinds.
    package private(set) var upgraded: Set<Address> = []
    /// Those of `records` that are recorded with other settings of their connections.
    package private(set) var reconnected: Set<Address> = []

    package init(
        environment: String, module: String, version: Int64, records: [Address: ResourceRecord],
        forgotten: [Address: ResourceRecord] = [:]
    ) {
        self.environment = environment
        self.module = module
        self.version = version
        self.records = records
        self.forgotten = forgotten
    }
}

extension LedgerSnapshot {
    /// Gives a row the present settings of its connection.
    mutating func reconnect(_ address: Address, by use: ProviderUse) {
        records[address]?.provider = use
        reconnected.insert(address)
    }

    /// Puts a row of the present version of its kind in the place of one of an older version.
    package mutating func replace(_ address: Address, by record: ResourceRecord) {
        records[address] = record
        upgraded.insert(address)
    }

    /// The snapshot with things that are there and become resources.
    package func adopting(_ found: [Address: (id: String, record: ResourceRecord)]) -> LedgerSnapshot {
        var snapshot = self
        for (address, thing) in found {
            snapshot.records[address] = thing.record
            snapshot.adopted[address] = thing.id
        }
        return snapshot
    }
}

/// A resource as its platform has it now.
package enum Observation: Sendable, Hashable {
    case found(inputs: ObjectValue, outputs: ObjectValue, mark: ThingMark = ThingMark())
    case gone
}
