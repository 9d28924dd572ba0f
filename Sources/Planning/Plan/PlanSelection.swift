// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What is wanted of a plan: which changes, what is made anew though nothing asks for it, and from what it is made.
///
/// A name stands for a resource, for all that a loop made under it, and for everything below it.
package struct PlanSelection: Sendable, Hashable {
    /// These and what they need; empty for all.
    package var only: [String] = []
    /// Neither these nor what needs them.
    package var except: [String] = []
    /// Made anew.
    package var replace: [String] = []
    /// Nothing is changed: the ledger takes what is there.
    package var isRefreshOnly = false
    /// Planned from what is recorded, without asking the platforms.
    package var isOffline = false
    /// What a person said was recorded under another address, by its address now.
    package var renamed: [Address: Address] = [:]
    /// What an earlier phase has made anew already.
    package var replaced: Set<Address> = []
    /// False in a later phase, which may have other resources than the names were written for.
    package var checksNames = true

    package init() {}

    /// Everything, as it is on the platforms.
    package static let everything = PlanSelection()

    /// True where changes may be left out.
    package var isPartial: Bool { !only.isEmpty || !except.isEmpty }

    func replaces(_ address: Address) -> Bool {
        !replaced.contains(address) && replace.contains { address.isMeant(by: $0) }
    }
}

extension Address {
    /// True for the address itself, for what is below it, and for each that a loop made under it.
    package func isMeant(by name: String) -> Bool {
        guard text.hasPrefix(name) else { return false }
        let rest = text.utf8.dropFirst(name.utf8.count)
        return rest.first.map { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "/") } ?? true
    }
}

/// What a selection takes of the changes that a plan would have.
struct PlanChoice {
    private(set) var changes: [PlannedChange]
    private(set) var deferrals: [Deferral]
    /// Changes that would be made without the selection.
    private(set) var leftOut: [Address] = []

    private enum Node: Hashable {
        case change(Address)
        case deferral(Int)
    }

    /// - Throws: Names that mean nothing, and those that contradict one another.
    init(
        _ selection: PlanSelection, among changes: [PlannedChange], _ deferrals: [Deferral], of program: Program
    ) throws(Diagnostics) {
        (self.changes, self.deferrals) = (changes, deferrals)
        if selection.checksNames {
            try Self.checkNames(selection, changes, deferrals, program)
            try Self.checkAgreement(selection)
        }
        guard selection.isPartial else { return }
        let needs = Self.needs(changes, deferrals)
        let all = changes.map { Node.change($0.address) } + deferrals.indices.map { Node.deferral($0) }
        let moving = Set(
            changes.filter { $0.action != .unchanged }.map { Node.change($0.address) }
                + deferrals.indices.map { Node.deferral($0) })
        func meant(by names: [String]) -> [Node] {
            names.isEmpty ? [] : all.filter { node in names.contains { Self.isMeant(node, by: $0, deferrals) } }
        }
        var chosen = Set(all)
        if !selection.only.isEmpty {
            // What is there as it shall be needs nothing.
            chosen = Self.closure(of: meant(by: selection.only), among: all) {
                moving.contains($0) ? needs[$0] ?? [] : []
            }
        }
        if !selection.except.isEmpty {
            var needers: [Node: [Node]] = [:]
            for (node, needed) in needs where moving.contains(node) {
                for other in needed { needers[other, default: []].append(node) }
            }
            let excepted = meant(by: selection.except)
            let without = Self.closure(of: excepted, among: all) { moving.contains($0) ? needers[$0] ?? [] : [] }
            if let problem = Self.contradiction(
                selection, meant(by: selection.only), without.subtracting(excepted), deferrals)
            {
                throw Diagnostics([problem])
            }
            chosen.subtract(without)
        }
        self.changes = changes.filter { chosen.contains(.change($0.address)) }
        self.deferrals = deferrals.enumerated().filter { chosen.contains(.deferral($0.offset)) }.map(\.element)
        leftOut = changes.filter { $0.action != .unchanged && !chosen.contains(.change($0.address)) }.map(\.address)
        if let lost = leftOut.first(where: { selection.replaces($0) }) {
            throw Diagnostics([Self.lost(lost, "--replace")])
        }
    }

    private static func isMeant(_ node: Node, by name: String, _ deferrals: [Deferral]) -> Bool {
        switch node {
        case .change(let address): address.isMeant(by: name)
        case .deferral(let position): isMeant(deferrals[position], by: name)
        }
    }

    private static func isMeant(_ deferral: Deferral, by name: String) -> Bool {
        deferral.mayDeclare(Address(name)) || deferral.names.contains { Address($0).isMeant(by: name) }
    }

    /// For each change and deferral what must be done first.
    private static func needs(_ changes: [PlannedChange], _ deferrals: [Deferral]) -> [Node: [Node]] {
        let addresses = Set(changes.map(\.address))
        var needs: [Node: [Node]] = [:]
        for change in changes {
            var needed: [Node] = []
            for dependency in change.dependencies + change.after {
                if addresses.contains(dependency) {
                    needed.append(.change(dependency))
                } else {
                    needed += deferrals.indices.filter { deferrals[$0].mayDeclare(dependency) }.map { .deferral($0) }
                }
            }
            needs[.change(change.address), default: []] += needed
            // What is made anew first does not leave its old self behind.
            if let successor = change.successor {
                needs[.change(successor), default: []].append(.change(change.address))
                // Nor does what makes room go alone.
                if change.goesFirst { needs[.change(change.address), default: []].append(.change(successor)) }
            }
        }
        for (position, deferral) in deferrals.enumerated() {
            let origin = deferral.origin
            let makers = addresses.filter { origin == $0.text || origin.hasPrefix($0.text + ".") }
            let deciders = deferrals.indices.filter { $0 != position && isMeant(deferrals[$0], by: origin) }
            needs[.deferral(position)] = makers.map { .change($0) } + deciders.map { .deferral($0) }
        }
        return needs
    }

    private static func closure(of seeds: [Node], among all: [Node], _ next: (Node) -> [Node]) -> Set<Node> {
        var found = Set(seeds)
        var queue = seeds
        while let node = queue.popLast() {
            for other in next(node) where found.insert(other).inserted { queue.append(other) }
        }
        return found.intersection(all)
    }

    // MARK: Names

    private static func checkNames(
        _ selection: PlanSelection, _ changes: [PlannedChange], _ deferrals: [Deferral], _ program: Program
    ) throws(Diagnostics) {
        let declared = program.resources.map(\.address)
        let all = declared + changes.map(\.address)
        var problems: [Diagnostic] = []
        func check(_ names: [String], _ option: String, among known: [Address]) {
            for name in names
            where !known.contains(where: { $0.isMeant(by: name) })
                && !deferrals.contains(where: { isMeant($0, by: name) })
            {
                problems.append(unknown(name, option, known, isGoing: all.contains { $0.isMeant(by: name) }))
            }
        }
        check(selection.only, "--only", among: all)
        check(selection.except, "--except", among: all)
        check(selection.replace, "--replace", among: declared)
        if !problems.isEmpty { throw Diagnostics(problems) }
    }

    /// Refuses a name that is wanted though all that it stands for is left out. A part of what is wanted may be.
    private static func checkAgreement(_ selection: PlanSelection) throws(Diagnostics) {
        let problems = selection.only.compactMap { name -> Diagnostic? in
            guard let other = selection.except.first(where: { Address(name).isMeant(by: $0) }) else { return nil }
            return Diagnostic(
                .planContradiction, "\(name) is wanted by --only and left out by --except",
                help: ["leave --except \(other) out", "leave --only \(name) out"])
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
    }

    private static func unknown(_ name: String, _ option: String, _ known: [Address], isGoing: Bool) -> Diagnostic {
        if isGoing {
            return Diagnostic(
                .planUnknownName, "\(option): '\(name)' is not declared any more, so that nothing takes its place",
                help: ["leave \(option) out: the plan deletes it"])
        }
        return Diagnostic(
            .planUnknownName, "\(option): there is nothing of the address '\(name)'",
            help: NearestName.find(name, in: known.map(\.text)).map { ["did you mean '\($0)'?"] } ?? [
                "plan    lists what would change, `show` what is there"
            ])
    }

    private static func contradiction(
        _ selection: PlanSelection, _ wanted: [Node], _ without: Set<Node>, _ deferrals: [Deferral]
    ) -> Diagnostic? {
        for case .change(let address) in wanted where without.contains(.change(address)) {
            return Diagnostic(
                .planContradiction, "\(address) is wanted by --only and needs what --except leaves out",
                help: ["leave \(selection.except.joined(separator: ", ")) in", "leave \(address) out, too"])
        }
        return nil
    }

    private static func lost(_ address: Address, _ option: String) -> Diagnostic {
        Diagnostic(
            .planContradiction, "\(address) is wanted by \(option) and left out by --only or --except",
            help: ["name it behind --only, too", "leave \(option) out"])
    }
}
