// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures

/// The policies of the simulator: they look at the last digit of the number in a text, wherever that comes from.
struct SimulatedPolicies: Sendable {
    /// A rule, and the digit that it speaks of.
    enum Rule: Int, CaseIterable {
        /// Denies a note of whose number the rest by three is one.
        case deny = 7
        /// Ensures that the stamp of a note of whose number the rest by three is two has no such digit.
        case ensure = 3
        /// Denies a composite of which a note has it.
        case denyWhole = 9
        /// Ensures that the stamp of a composite has it not.
        case ensureWhole = 1
        /// Warns of any note.
        case warn = 5
    }

    private let resources: [Address: SimulatedModule.Resource]
    private let children: [Address: [Address]]

    init(_ module: SimulatedModule) {
        resources = Dictionary(
            module.resources.map { (module.address(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
        children = Dictionary(
            module.groups.map { group in
                (
                    group.address,
                    module.resources.filter { $0.group == group.number }.map { module.address(of: $0) }
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The number in a text; nil where there is none.
    static func number(in text: String) -> Int? {
        guard let start = text.ranges(of: "text-").first?.upperBound else { return nil }
        return Int(text[start...].prefix { $0.isASCII && $0.isNumber })
    }

    static func hits(_ rule: Rule, _ text: String) -> Bool {
        number(in: text).map { $0 % 10 == rule.rawValue } ?? false
    }

    /// Whether a note, alone or as a part, may not have the text.
    func isDenied(_ text: String, _ resource: SimulatedModule.Resource) -> Bool {
        if resource.isExempt { return false }
        return resource.number % 3 == 1 && Self.hits(.deny, text)
            || resource.group != nil && !readsSibling(resource) && Self.hits(.denyWhole, text)
    }

    /// Whether it comes after another part of its composite, be it that another composite waits for that: a rule that
    /// looked at what it says could not be decided before the composite is there.
    private func readsSibling(_ resource: SimulatedModule.Resource) -> Bool {
        guard let group = resource.group else { return false }
        var (seen, left): (Set<Int>, [Int]) = ([], resource.dependencies)
        while let next = left.popLast() {
            guard seen.insert(next).inserted, let other = resources.values.first(where: { $0.number == next })
            else { continue }
            if other.group == group { return true }
            left += other.dependencies
            if let whole = other.group { left += resources.values.filter { $0.group == whole }.flatMap(\.dependencies) }
        }
        return false
    }

    /// Whether something breaks a rule once everything is as the module says.
    func isBroken(by module: SimulatedModule) -> Bool {
        var state = ResourceState()
        // Each reads one that stands before it.
        for _ in module.resources {
            for resource in module.resources {
                let address = module.address(of: resource)
                guard let text = self.text(of: resource, state)?.string else { continue }
                state.values[address] = ["id": "<>", "text": .string(text), "stamp": .string("stamp of \(text)")]
            }
        }
        let present = SimulatedPolicies(module.present(in: state))
        return module.program(in: state).resources.contains { node in
            PolicyStage.allCases.contains { stage in
                present.judge(node.address, stage, state).contains { $0.verdict == .broken && $0.effect != .warn }
            }
        }
    }

    func judge(_ address: Address, _ stage: PolicyStage, _ state: ResourceState) -> [PolicyFinding] {
        if let parts = children[address] {
            switch stage {
            case .before:
                return parts.compactMap { part in
                    resources[part].flatMap {
                        readsSibling($0)
                            ? nil : finding(.denyWhole, .deny, address, self.text(of: $0, state), $0.isExempt)
                    }
                }
            case .after:
                let exempt = parts.contains { resources[$0]?.isExempt ?? false }
                return [
                    finding(.ensureWhole, .ensure, address, parts.first.flatMap { state.values[$0]?["stamp"] }, exempt)
                ]
                .compactMap(\.self)
            }
        }
        guard let resource = resources[address] else { return [] }
        var findings: [PolicyFinding?] = []
        let own = self.text(of: resource, state)
        switch stage {
        case .before:
            if resource.number % 3 == 1 { findings.append(finding(.deny, .deny, address, own, resource.isExempt)) }
            findings.append(finding(.warn, .warn, address, own, resource.isExempt))
        case .after:
            if resource.number % 3 == 2 {
                findings.append(
                    finding(.ensure, .ensure, address, state.values[address]?["stamp"], resource.isExempt))
            }
        }
        return findings.compactMap(\.self)
    }

    /// As its declaration says; unknown until what it reads is there.
    private func text(of resource: SimulatedModule.Resource, _ state: ResourceState) -> Value? {
        switch resource.text {
        case .literal(let number): return .string("text-\(number)")
        case .output(let name, let other):
            guard let read = resources.first(where: { $0.value.number == other })?.key else { return .null }
            return state.values[read]?[name] ?? .unknown(UnknownValue(origin: "\(read).\(name)"))
        }
    }

    private func finding(
        _ rule: Rule, _ effect: PolicyEffect, _ address: Address, _ value: Value?, _ isExempt: Bool?
    ) -> PolicyFinding? {
        let verdict: PolicyFinding.Verdict
        switch value {
        case .string(let text)?:
            guard Self.hits(rule, text) else { return nil }
            verdict = .broken
        case .unknown(let unknown)?: verdict = .undecided(origin: unknown.origin)
        case nil: verdict = .undecided(origin: "\(address).stamp")
        default: return nil
        }
        let exemption = CalendarDate(year: 2030, month: 1, day: 1).map {
            PolicyExemption(until: $0, why: "for a time", isValid: true, place: NotesModule.place)
        }
        return PolicyFinding(
            policy: "\(rule)", effect: effect, resource: address, verdict: verdict, reason: "a digit",
            place: NotesModule.place, exemption: isExempt == true ? exemption : nil)
    }
}
