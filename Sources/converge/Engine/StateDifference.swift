// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Shell

/// What differs between the resources of an environment at two moments, as changes from the one to the other.
struct StateDifference: Sendable {
    /// By module.
    let changes: [(module: String, change: PlannedChange)]

    /// - Parameter moves: Those between the two moments.
    init(
        from before: RecordedState, to after: RecordedState, moves: LaterMoves = LaterMoves([]),
        kinds: KnownKinds
    ) {
        var formers: [ResourceIdentity: ResourceIdentity] = [:]
        for identity in before.resources.keys {
            if let now = moves[identity], after.resources[now] != nil { formers[now] = identity }
        }
        let moved = Set(formers.values)
        let all = Set(before.resources.keys).subtracting(moved).union(after.resources.keys)
        let sorted = all.sorted { ($0.module, $0.address) < ($1.module, $1.address) }
        changes = sorted.compactMap { identity in
            let former = formers[identity]
            let earlier = former ?? (moved.contains(identity) ? nil : identity)
            return Self.change(
                identity, former: former, earlier.flatMap { before.resources[$0] }, after.resources[identity], kinds
            ).map { (identity.module, $0) }
        }
    }

    var isEmpty: Bool { changes.isEmpty }

    private static func change(
        _ identity: ResourceIdentity, former: ResourceIdentity?, _ before: RecordedState.Resource?,
        _ after: RecordedState.Resource?, _ kinds: KnownKinds
    ) -> PlannedChange? {
        let name = after?.kind ?? before?.kind
        let fields = differences(before?.inputs ?? [:], after?.inputs ?? [:], name.flatMap { kinds[$0] })
        let action: PlannedAction
        switch (before, after) {
        case (nil, nil): return nil
        case (nil, _?): action = .create
        case (_?, nil): action = .delete
        case (let before?, let after?):
            if before == after, former == nil { return nil }
            let isAnother = before.kind != after.kind || fields.contains(where: \.replaces)
            if fields.isEmpty, before.outputs == after.outputs {
                if former == nil { return nil }
                action = .move
            } else {
                action = isAnother ? .replace : .update
            }
        }
        return PlannedChange(
            address: identity.address, kind: name ?? "?", provider: ProviderUse(alias: "", plugin: ""),
            schemaVersion: 1, action: action,
            reasons: former.map { ["it was \($0.address) before"] } ?? [], fields: action == .delete ? [] : fields,
            movedFrom: former?.address, inputs: after?.inputs ?? [:],
            dependencies: [], isProtected: false)
    }

    /// Where the kind is not known any more nobody can tell which fields are sensitive, so that no value is shown.
    private static func differences(
        _ before: ObjectValue, _ after: ObjectValue, _ schema: ResourceKindSchema?
    ) -> [FieldDifference] {
        if let schema { return FieldComparison.differences(from: before, to: after, fields: schema.fields) }
        let names = before.keys + after.keys.filter { before[$0] == nil }
        return names.filter { before[$0] != after[$0] }.map {
            FieldDifference(path: $0, before: before[$0], after: after[$0], replaces: false, isSensitive: true)
        }
    }

    func text(_ style: TextStyle) -> String {
        let renderer = PlanRenderer(style: style)
        let modules = Set(changes.map(\.module))
        var text = ""
        for module in modules.sorted() {
            if modules.count > 1 { text += style(.heading, module) + "\n" }
            for (owner, change) in changes where owner == module { text += renderer.text(change) }
        }
        return text
    }

    var document: ObjectValue {
        [
            "changes": .list(
                changes.map { module, change in
                    .object((["module": .string(module)] as ObjectValue).merging(PlanRenderer.object(change)))
                })
        ]
    }
}
