// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Shell

/// What differs between two environments: their settings, and what is declared or recorded in each.
struct EnvironmentComparison: Sendable {
    /// The resources of one side, by module and address.
    struct Side: Sendable {
        let state: EnvironmentState
        let parameters: ObjectValue
        let resources: RecordedState

        /// What the ledger holds.
        init(recorded state: EnvironmentState) {
            self.state = state
            parameters = state.parameters
            resources = RecordedState(
                resources: state.natives.map { record in
                    (
                        ResourceIdentity(
                            environment: "", module: record.identity.module, address: record.identity.address),
                        RecordedState.Resource(kind: record.kind, inputs: record.inputs, outputs: [:])
                    )
                })
        }

        /// What a recipe declares there.
        init(declared program: Program, _ state: EnvironmentState) throws(Diagnostics) {
            self.state = state
            parameters = program.parameters
            var found: [(ResourceIdentity, RecordedState.Resource)] = []
            for node in program.resources {
                guard case .native(let kind, _) = node.form else { continue }
                let inputs = try program.evaluation.inputs(of: node.address, in: ResourceState())
                found.append(
                    (
                        ResourceIdentity(environment: "", module: program.module, address: node.address),
                        RecordedState.Resource(kind: kind.name, inputs: inputs, outputs: [:])
                    ))
            }
            resources = RecordedState(resources: found)
        }
    }

    struct Difference: Sendable {
        let name: String
        /// Nil where the one side does not have it.
        let first: Value?
        let second: Value?
    }

    let first: Side
    let second: Side
    private let kinds: KnownKinds

    init(_ first: Side, _ second: Side, kinds: KnownKinds) {
        self.first = first
        self.second = second
        self.kinds = kinds
    }

    var providers: [Difference] { Self.differences(Self.providers(first.state), Self.providers(second.state)) }
    var parameters: [Difference] { Self.differences(first.parameters, second.parameters) }
    var policies: [Difference] { Self.differences(Self.names(first.state.policies), Self.names(second.state.policies)) }
    var resources: StateDifference { StateDifference(from: first.resources, to: second.resources, kinds: kinds) }

    var isEmpty: Bool { providers.isEmpty && parameters.isEmpty && policies.isEmpty && resources.isEmpty }

    /// Each setting by `alias.setting`, and each connection by its alias.
    private static func providers(_ state: EnvironmentState) -> ObjectValue {
        var all = ObjectValue()
        for provider in state.providers {
            all[provider.alias] = .string(provider.plugin)
            for setting in provider.settings { all["\(provider.alias).\(setting.key)"] = setting.value }
        }
        return all
    }

    private static func names(_ names: [String]) -> ObjectValue { ObjectValue(names.map { ($0, true) }) }

    private static func differences(_ first: ObjectValue, _ second: ObjectValue) -> [Difference] {
        let names = first.keys + second.keys.filter { first[$0] == nil }
        return names.filter { first[$0] != second[$0] }.map {
            Difference(name: $0, first: first[$0], second: second[$0])
        }
    }

    // MARK: Shown

    func text(_ style: TextStyle) -> String {
        let (one, other) = (first.state.name, second.state.name)
        var text = ""
        for (heading, differences) in [("Providers", providers), ("Parameters", parameters), ("Policies", policies)]
        where !differences.isEmpty {
            text += style(.heading, heading) + "\n"
            for difference in differences {
                switch (difference.first, difference.second) {
                case (let value?, nil): text += "  \(difference.name): \(value.literal), only in \(one)\n"
                case (nil, let value?): text += "  \(difference.name): \(value.literal), only in \(other)\n"
                default:
                    text +=
                        "  \(difference.name): \(style(.removed, difference.first?.literal ?? "")) -> "
                        + style(.added, difference.second?.literal ?? "") + "\n"
                }
            }
        }
        let changes = resources.changes
        let several = Set(changes.map(\.module)).count > 1
        func list(_ heading: String, _ isWanted: (PlannedAction) -> Bool) {
            let found = changes.filter { isWanted($0.change.action) }
            if found.isEmpty { return }
            text += style(.heading, heading) + "\n"
            let renderer = PlanRenderer(style: style)
            for (module, change) in found {
                let owner = several ? "\(module): " : ""
                text += "  \(owner)\(change.address)" + style(.dim, "  \(change.kind)") + "\n"
                if change.action == .create { continue }
                for field in change.fields { text += "      \(renderer.line(field))\n" }
            }
        }
        list("Resources only in \(one)") { $0 == .delete }
        list("Resources only in \(other)") { $0 == .create }
        list("Resources that differ, \(one) -> \(other)") { $0 != .delete && $0 != .create }
        return text
    }

    var document: ObjectValue {
        func list(_ differences: [Difference]) -> Value {
            .list(
                differences.map { difference in
                    [
                        "name": .string(difference.name), "first": difference.first ?? .null,
                        "second": difference.second ?? .null, "in_first": .bool(difference.first != nil),
                        "in_second": .bool(difference.second != nil)
                    ]
                })
        }
        return [
            "first": .string(first.state.name), "second": .string(second.state.name), "providers": list(providers),
            "parameters": list(parameters), "policies": list(policies),
            "resources": .list(
                resources.changes.map { module, change in
                    let side = change.action == .delete ? "first" : change.action == .create ? "second" : "both"
                    let told = PlanRenderer.object(change)
                    return [
                        "module": .string(module), "address": told["address"] ?? .null, "kind": told["kind"] ?? .null,
                        "in": .string(side), "fields": told["fields"] ?? .null
                    ]
                })
        ]
    }
}
