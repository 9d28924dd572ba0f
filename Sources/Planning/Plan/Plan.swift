// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What will change and why, as a value: shown, saved, applied once.
package struct Plan: Sendable, Hashable {
    package var environment: String
    /// What the environment of a project is called that declares none.
    package static let onlyEnvironment = "default"
    package var module: String
    /// The ledger version that it was made from.
    package var ledgerVersion: Int64
    /// In an order in which they can be done, unchanged resources included.
    package var changes: [PlannedChange]
    /// The module's outputs as far as they are known.
    package var outputs: ObjectValue
    /// Which phase of an apply it is, from 1.
    package var phase = 1
    /// What is decided in a later phase, once this plan is applied.
    package var deferrals: [Deferral] = []
    /// Warnings, exemptions that are used, and rules that are decided only while it is applied.
    package var policies: [PolicyFinding]
    /// Capabilities that are fulfilled otherwise than before.
    package var mappings: [MappingChange] = []
    /// Deletions and creations that look like one thing under another name.
    package var renames: [LikelyRename] = []
    /// Changes that the selection leaves out.
    package var leftOut: [Address] = []
    /// How long it takes; nil where nothing is known of it.
    package var estimate: PlanEstimate?
    /// What the plan was asked to be.
    package var selection = PlanSelection.everything
    /// What applying it records without doing anything, in words: `keep is protected no more`.
    package var recordings: [String] = []
    /// What it costs in a month; nil where nobody asked.
    package var cost: PlanCost?

    package init(
        environment: String, module: String, ledgerVersion: Int64, changes: [PlannedChange], outputs: ObjectValue,
        policies: [PolicyFinding] = []
    ) {
        self.environment = environment
        self.module = module
        self.ledgerVersion = ledgerVersion
        self.changes = changes
        self.outputs = outputs
        self.policies = policies
    }

    package var summary: PlanSummary { PlanSummary(changes) }

    /// True where applying it does nothing.
    package var isEmpty: Bool { changes.allSatisfy { $0.action == .unchanged } && deferrals.isEmpty }
}

/// What happens to one native resource.
package enum PlannedAction: String, Sendable, Hashable, CaseIterable {
    case create, update, replace, delete, move, adopt
    /// The ledger takes what is there; nothing happens to the thing.
    case refresh
    case unchanged

    /// True where something happens to the thing.
    package var isEffect: Bool {
        switch self {
        case .create, .update, .replace, .delete: true
        case .move, .adopt, .refresh, .unchanged: false
        }
    }
}

package struct PlannedChange: Sendable, Hashable {
    package var address: Address
    package var kind: String
    package var provider: ProviderUse
    package var schemaVersion: Int
    package var action: PlannedAction
    /// Why, each a sentence without a full stop.
    package var reasons: [String]
    package var fields: [FieldDifference]
    /// What others changed since it was last recorded.
    package var drift: [FieldDifference]
    /// Which version of the thing was looked at, and who changed it last, as far as its platform can tell.
    package var mark = ThingMark()
    /// The platform's own name of the thing that becomes the resource.
    package var adopted: String?
    /// `@owner`
    package var owner: String?
    /// `@ignore`
    package var ignored: [String] = []
    /// For a replacement: true where the new thing is made before the old one goes.
    package var createsFirst = false
    /// For a delete: the address that the successor has.
    package var successor: Address?
    /// For a delete of what has a successor: true where it goes before that is made, and is recorded under its address
    /// until then.
    package var goesFirst = false
    /// For a refresh: the outputs as they are; nil where the thing is gone.
    package var outputs: ObjectValue?
    /// Where the row was recorded, when the address is another one now.
    package var movedFrom: Address?
    /// As they shall be; with unknowns where outputs are needed first. Empty for a delete.
    package var inputs: ObjectValue
    /// Changes that must be done first, since it uses what they make.
    package var dependencies: [Address]
    /// Changes that are done first for the sake of order alone.
    package var after: [Address] = []
    package var isProtected: Bool

    package init(
        address: Address, kind: String, provider: ProviderUse, schemaVersion: Int, action: PlannedAction,
        reasons: [String] = [], fields: [FieldDifference] = [], drift: [FieldDifference] = [],
        movedFrom: Address? = nil, inputs: ObjectValue, dependencies: [Address], isProtected: Bool
    ) {
        self.address = address
        self.kind = kind
        self.provider = provider
        self.schemaVersion = schemaVersion
        self.action = action
        self.reasons = reasons
        self.fields = fields
        self.drift = drift
        self.movedFrom = movedFrom
        self.inputs = inputs
        self.dependencies = dependencies
        self.isProtected = isProtected
    }
}

extension PlannedChange {
    /// The address of the row that it is about.
    package var recorded: Address { goesFirst ? successor ?? address : address }

    /// For a replacement: true where another change takes the old thing away.
    var oldGoesApart: Bool { createsFirst || after.contains { $0.text.hasPrefix(address.text + "~") } }
}

/// A field whose value differs.
package struct FieldDifference: Sendable, Hashable {
    /// The field's name, with the path inside it where only a part differs: `labels.team`.
    package var path: String
    /// Nil where there was none.
    package var before: Value?
    /// Nil where there will be none.
    package var after: Value?
    /// True where it makes the thing anew.
    package var replaces: Bool
    /// True where neither value may be shown.
    package var isSensitive: Bool
    /// True where it makes the thing anew because the field can only grow.
    package var shrinks = false
    /// True where the secret is the same, and its text another.
    package var isOfSecret = false

    package init(path: String, before: Value?, after: Value?, replaces: Bool, isSensitive: Bool) {
        self.path = path
        self.before = before
        self.after = after
        self.replaces = replaces
        self.isSensitive = isSensitive
    }
}

/// How many resources get which action.
package struct PlanSummary: Sendable, Hashable {
    package private(set) var counts: [PlannedAction: Int]

    package init(_ changes: [PlannedChange]) {
        counts = [:]
        // What goes because its successor is there belongs to the replacement.
        for change in changes where change.successor == nil { counts[change.action, default: 0] += 1 }
    }

    package subscript(action: PlannedAction) -> Int { counts[action] ?? 0 }
}
