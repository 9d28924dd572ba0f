// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Draws a plan as text and as JSON.
package struct PlanRenderer: Sendable {
    private let style: TextStyle

    package init(style: TextStyle) { self.style = style }

    /// The changes with their reasons and fields, what others changed, and the summary.
    package func text(_ plan: Plan) -> String {
        var text = ""
        let drifted = plan.changes.filter { !$0.drift.isEmpty }
        if !drifted.isEmpty {
            text += style(.heading, "Changed outside of Converge") + "\n"
            for change in drifted {
                text += "  \(change.address)" + style(.dim, Self.author(change.mark)) + "\n"
                for difference in change.drift { text += "      \(line(difference))\n" }
            }
            text += "\n"
        }
        for change in plan.changes where change.action != .unchanged { text += self.text(change) }
        text += mappings(plan) + later(plan) + policies(plan) + cost(plan)
        if plan.phase > 1 { text = style(.heading, "Phase \(plan.phase)") + "\n" + text }
        if plan.selection.isOffline {
            text = style(.heading, "Offline") + ": planned from what is recorded; no platform was asked.\n\n" + text
        }
        text = environment(plan) + text + renames(plan)
        if plan.selection.isPartial, !plan.leftOut.isEmpty {
            text += (plan.isEmpty ? "" : "\n") + style(.heading, "Left out") + "\n"
            for address in plan.leftOut { text += "  \(address)\n" }
        }
        if !plan.recordings.isEmpty {
            text += (plan.isEmpty ? "" : "\n") + style(.heading, "Only recorded") + "\n"
            for line in plan.recordings { text += "  \(line)\n" }
        }
        if plan.isEmpty {
            text += Self.nothing(plan) + "\n"
        } else {
            text += "\n" + summary(plan.summary) + (plan.estimate.flatMap(Self.sentence) ?? "") + "\n"
        }
        return text
    }

    /// A project without environments has one of which nobody speaks.
    private func environment(_ plan: Plan) -> String {
        plan.environment == Plan.onlyEnvironment ? "" : style(.heading, "Environment \(plan.environment)") + "\n"
    }

    /// Nil for a time that nobody waits for.
    private static func sentence(_ estimate: PlanEstimate) -> String? {
        guard estimate.duration >= .seconds(1) else { return nil }
        let besides =
            estimate.unknown == 0
            ? ""
            : ", besides \(estimate.unknown) of a kind that \(estimate.unknown == 1 ? "was" : "were") never done before"
        return " It takes about \(ProgressReporter.shown(estimate.duration))\(besides)."
    }

    /// What is said of a plan that changes nothing.
    package static func nothing(_ plan: Plan) -> String {
        if plan.selection.isRefreshOnly { return "Nothing to record: the ledger says what is there." }
        if plan.selection.isPartial { return "Nothing to change of what is selected." }
        let there = plan.selection.isOffline ? "what is recorded" : "what is there"
        return "Nothing to change: \(there) is what the recipe says."
    }

    /// Who changed a thing last, and when, as far as that is known; begins with two blanks.
    package static func author(_ mark: ThingMark) -> String {
        let words = [mark.changedBy.map { "by \($0)" }, mark.changedAt.map { "at \($0)" }].compactMap(\.self)
        return words.isEmpty ? "" : "  " + words.joined(separator: " ")
    }

    /// The same for documents.
    package static func authorObject(_ mark: ThingMark) -> ObjectValue {
        [
            "changed_by": mark.changedBy.map { .string($0) } ?? .null,
            "changed_at": mark.changedAt.map { .time($0) } ?? .null
        ]
    }

    private func mappings(_ plan: Plan) -> String {
        if plan.mappings.isEmpty { return "" }
        let lines = plan.mappings.map { change in
            let (former, new) = (change.former, change.new)
            let isSame = former.provider == new.provider && former.service == new.service
            let service = "\(Value.string(new.service).literal) on \(new.provider)"
            let text =
                isSame
                ? "the mapping by \(service): version \(former.version) -> version \(new.version)"
                : "fulfilled by \(Value.string(former.service).literal) on \(former.provider) -> \(service)"
            return "  \(change.address)  " + style(.dim, change.capability) + "  \(text)\n"
        }
        let isFirst = plan.changes.allSatisfy { $0.action == .unchanged }
        return (isFirst ? "" : "\n") + style(.heading, "Mappings") + "\n" + lines.joined() + (isFirst ? "\n" : "")
    }

    private func later(_ plan: Plan) -> String {
        if plan.deferrals.isEmpty { return "" }
        let lines = plan.deferrals.map { deferral in
            "  \(deferral.names.joined(separator: ", "))  "
                + style(
                    .dim,
                    "\(deferral.subject) depends on \(deferral.origin) (\(deferral.place.file):\(deferral.place.start.line))"
                )
                + "\n"
        }
        return "\n" + style(.heading, "In a later phase, once that is applied") + "\n" + lines.joined()
    }

    private func cost(_ plan: Plan) -> String {
        guard let cost = plan.cost else { return "" }
        let text = CostRenderer(style: style).text(cost)
        return text.isEmpty ? "" : plan.isEmpty ? text + "\n" : "\n" + text
    }

    private func renames(_ plan: Plan) -> String {
        if plan.renames.isEmpty { return "" }
        let lines = plan.renames.map { rename in
            "  \(rename.former) goes, and \(rename.new) comes and is the same"
                + style(
                    .dim, "  (to keep it, write `\(rename.edit)` at \(rename.place.file):\(rename.place.start.line))")
                + "\n"
        }
        return "\n" + style(.heading, "Renamed?") + "\n" + lines.joined()
    }

    private func policies(_ plan: Plan) -> String {
        if plan.policies.isEmpty { return "" }
        let lines = plan.policies.map { PolicyRenderer(style: style).line($0) + "\n" }
        return (plan.isEmpty ? "" : "\n") + style(.heading, "Policies") + "\n" + lines.joined()
            + (plan.isEmpty ? "\n" : "")
    }

    /// One change with its reasons and fields.
    package func text(_ change: PlannedChange) -> String {
        var text = header(change)
        for reason in change.reasons { text += style(.dim, "      because \(reason)") + "\n" }
        for difference in change.fields { text += "      \(line(difference))\n" }
        return text
    }

    /// `Plan: 2 to create, 1 to update.`
    package func summary(_ summary: PlanSummary) -> String {
        let parts: [(PlannedAction, String, TextStyle.Role)] = [
            (.create, "to create", .added), (.update, "to update", .changed), (.replace, "to replace", .changed),
            (.delete, "to delete", .removed), (.move, "to move", .accent),
            (.adopt, "to adopt", .accent), (.refresh, "to record", .accent)
        ]
        let said = parts.filter { summary[$0.0] > 0 }.map { style($0.2, "\(summary[$0.0]) \($0.1)") }
        let unchanged = summary[.unchanged] > 0 ? ["\(summary[.unchanged]) unchanged"] : []
        return style(.heading, "Plan: ") + (said + unchanged).joined(separator: ", ") + "."
    }

    private func header(_ change: PlannedChange) -> String {
        let (sign, role): (String, TextStyle.Role) =
            switch change.action {
            case .create: ("+", .added)
            case .update: ("~", .changed)
            case .replace: ("±", .changed)
            case .delete: ("-", .removed)
            case .move: ("→", .accent)
            case .adopt: ("⇠", .accent)
            case .refresh: ("↻", .accent)
            case .unchanged: (" ", .dim)
            }
        return "  " + style(role, "\(sign) \(change.address)") + style(.dim, "  \(change.kind)")
            + "  \(change.action.rawValue)\n"
    }

    /// One field as it was and as it will be.
    package func line(_ difference: FieldDifference) -> String {
        let rule = difference.shrinks ? "  (can only grow)" : "  (create-only)"
        let replaces = difference.replaces ? style(.changed, rule) : ""
        if difference.isOfSecret { return "\(difference.path): secret changed\(replaces)" }
        if difference.isSensitive { return "\(difference.path): (sensitive)\(replaces)" }
        switch (difference.before, difference.after) {
        case (nil, let after?): return "\(difference.path): \(style(.added, Self.shown(after)))\(replaces)"
        case (let before?, nil):
            return "\(difference.path): \(style(.removed, Self.shown(before))) -> (none)\(replaces)"
        case (let before?, let after?):
            return "\(difference.path): \(style(.removed, Self.shown(before))) -> "
                + "\(style(.added, Self.shown(after)))\(replaces)"
        case (nil, nil): return difference.path
        }
    }

    private static func shown(_ value: Value) -> String {
        let literal = value.literal
        return literal.count > 200 ? String(literal.prefix(199)) + "…" : literal
    }

    /// The document that `plan --json` prints.
    package func document(_ plan: Plan) -> ObjectValue {
        var object: ObjectValue = [
            "environment": .string(plan.environment),
            "module": .string(plan.module),
            "summary": .object(Self.summaryObject(plan.summary)),
            "changes": .list(
                plan.changes.filter { $0.action != .unchanged }.map { change in
                    var object = Self.object(change)
                    object["seconds"] = plan.estimate?.changes[change.address].map { .float($0.seconds) }
                    return .object(object)
                }),
            "estimate": plan.estimate.map { estimate in
                .object([
                    "seconds": .float(estimate.duration.seconds), "known": .int(Int64(estimate.changes.count)),
                    "unknown": .int(Int64(estimate.unknown))
                ])
            } ?? .null,
            "drift": .list(
                plan.changes.filter { !$0.drift.isEmpty }.map { change in
                    .object(
                        ([
                            "address": .string(change.address.text), "kind": .string(change.kind),
                            "fields": .list(change.drift.map { Self.object($0) })
                        ] as ObjectValue).merging(Self.authorObject(change.mark)))
                }),
            "outputs": .object(plan.outputs),
            "deferred": .list(
                plan.deferrals.map { deferral in
                    .object([
                        "names": .list(deferral.names.map { .string($0) }), "subject": .string(deferral.subject),
                        "origin": .string(deferral.origin), "file": .string(deferral.place.file),
                        "line": .int(Int64(deferral.place.start.line))
                    ])
                }),
            "policies": .list(plan.policies.map { .object(PolicyRenderer.object($0)) }),
            "likely_renames": .list(
                plan.renames.map { rename in
                    .object([
                        "from": .string(rename.former.text), "to": .string(rename.new.text),
                        "edit": .string(rename.edit), "file": .string(rename.place.file),
                        "line": .int(Int64(rename.place.start.line))
                    ])
                }),
            "recordings": .list(plan.recordings.map { .string($0) }),
            "mappings": .list(
                plan.mappings.map { change in
                    .object([
                        "address": .string(change.address.text), "capability": .string(change.capability),
                        "from": Self.object(change.former), "to": Self.object(change.new)
                    ])
                }),
            "left_out": .list(plan.leftOut.map { .string($0.text) }),
            "offline": .bool(plan.selection.isOffline), "refresh_only": .bool(plan.selection.isRefreshOnly)
        ]
        if let cost = plan.cost { object["cost"] = .object(CostRenderer.object(cost)) }
        return object
    }

    package static func summaryObject(_ summary: PlanSummary) -> ObjectValue {
        ObjectValue(
            [PlannedAction.create, .update, .replace, .delete, .move, .adopt, .refresh, .unchanged].map { action in
                (action.rawValue, .int(Int64(summary[action])))
            })
    }

    /// One change as `plan --json` prints it.
    package static func object(_ change: PlannedChange) -> ObjectValue {
        var object: ObjectValue = [
            "address": .string(change.address.text), "kind": .string(change.kind),
            "action": .string(change.action.rawValue), "provider": .string(change.provider.alias),
            "reasons": .list(change.reasons.map { .string($0) }), "fields": .list(change.fields.map { Self.object($0) })
        ]
        if let adopted = change.adopted { object["adopted"] = .string(adopted) }
        if let former = change.movedFrom { object["moved_from"] = .string(former.text) }
        return object
    }

    private static func object(_ mapping: MappingChange.Mapping) -> Value {
        .object([
            "provider": .string(mapping.provider), "service": .string(mapping.service),
            "version": .int(Int64(mapping.version))
        ])
    }

    private static func object(_ difference: FieldDifference) -> Value {
        let hidden = Value.string("(sensitive)")
        return .object([
            "path": .string(difference.path),
            "before": difference.isSensitive ? hidden : difference.before ?? .null,
            "after": difference.isSensitive ? hidden : difference.after ?? .null,
            "known": .bool(!(difference.after?.containsUnknown ?? false)),
            "replaces": .bool(difference.replaces), "secret_changed": .bool(difference.isOfSecret)
        ])
    }
}
