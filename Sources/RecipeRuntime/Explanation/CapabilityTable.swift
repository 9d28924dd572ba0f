// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The paper's table: each functionality, and what carries it on each platform.
package struct CapabilityTable: Sendable {
    /// Whether something here carries it.
    package enum Status: String, Sendable, Hashable {
        case fulfilled
        case missing
    }

    /// One service in a platform's column.
    package struct Cell: Sendable, Hashable {
        /// A service, or for work on a platform without a service of its own the step kind.
        package var service: String
        package var status: Status
        /// The native kinds that the mapping makes; empty where no mapping carries it.
        package var creates: [String] = []
    }

    /// One functionality of the paper.
    package struct Row: Sendable {
        package var capability: String
        package var functionality: String
        package var discipline: String
        package var isActivity: Bool
        /// By platform, in the order of `platforms`.
        package var cells: [String: [Cell]]
    }

    /// The platforms that have a column.
    package var platforms: [String]
    package var rows: [Row]
}

extension Vocabulary {
    /// The table over the contracts that say where the paper has them.
    package func capabilityTable() -> CapabilityTable {
        let library = ContractLibrary(self)
        let own = plugins.filter { $0.provider != nil }.map(\.name)
        let platforms = ["aws", "azure", "gcp", "local"] + own.filter { !["aws", "azure", "gcp", "local"].contains($0) }
        let rows = capabilityNames.compactMap { name -> CapabilityTable.Row? in
            guard let contract = library.capability(named: name), let paper = contract.notes["paper"]?.object else {
                return nil
            }
            return row(contract, paper, platforms, library)
        }
        return CapabilityTable(platforms: platforms, rows: rows)
    }

    private func row(
        _ contract: CapabilityContract, _ paper: ObjectValue, _ platforms: [String], _ library: ContractLibrary
    ) -> CapabilityTable.Row {
        let mappings = library.mappings(of: contract.name)
        let steps = contract.notes["steps"]?.list?.compactMap(\.string) ?? []
        let form = paper["form"]?.string ?? "thing"
        var cells: [String: [CapabilityTable.Cell]] = [:]
        for platform in platforms {
            let here = mappings.filter { $0.provider == platform }
            let mapped = here.map(\.service)
            let named = paper[platform]?.list?.compactMap(\.string) ?? []
            var found = named.map { service in
                CapabilityTable.Cell(service: service, status: mapped.contains(service) ? .fulfilled : .missing)
            }
            found += mapped.filter { !named.contains($0) }.map { CapabilityTable.Cell(service: $0, status: .fulfilled) }
            if form != "thing" {
                let carried = steps.filter { isCarried($0, on: platform, library) }
                if platform == "local" {
                    found += steps.map {
                        CapabilityTable.Cell(service: $0, status: carried.contains($0) ? .fulfilled : .missing)
                    }
                } else {
                    found += carried.map { CapabilityTable.Cell(service: $0, status: .fulfilled) }
                }
            }
            if found.isEmpty, platform == "local" { found = [CapabilityTable.Cell(service: "", status: .missing)] }
            let made = MadeKinds(library)
            cells[platform] = found.map { cell in
                var cell = cell
                cell.creates = here.first { $0.service == cell.service }.map(made.of) ?? []
                return cell
            }
        }
        return CapabilityTable.Row(
            capability: contract.name, functionality: paper["functionality"]?.string ?? contract.name,
            discipline: paper["discipline"]?.string ?? "", isActivity: contract.isActivity, cells: cells)
    }

    /// Whether something of a platform carries steps of a kind out.
    package func carries(step: String, on platform: String) -> Bool {
        isCarried(step, on: platform, ContractLibrary(self))
    }

    /// Whether steps of a kind run on the machine that runs the workflow, whatever the platform is: they need no place.
    package func runsHere(step: String) -> Bool {
        guard let contract = ContractLibrary(self).step(named: step), !contract.executors.isEmpty else { return false }
        return contract.schema.facets.isEmpty || !needsPlace(contract.schema)
    }

    /// Whether a platform carries steps of a kind out: by an executor of its own, by a thing that offers what the step
    /// needs, or on this machine where the step needs no place.
    private func isCarried(_ step: String, on platform: String, _ library: ContractLibrary) -> Bool {
        guard let contract = library.step(named: step), !contract.executors.isEmpty, plugin(platform) != nil else {
            return false
        }
        if contract.executors.contains(platform) { return true }
        if platform == "local", contract.schema.facets.isEmpty || !needsPlace(contract.schema) { return true }
        return resourceKinds.all.contains { origin in
            origin.plugin == platform && !Set(origin.schema.facets).isDisjoint(with: contract.schema.facets)
        }
    }

    private func needsPlace(_ schema: StepKindSchema) -> Bool {
        schema.placement.flatMap { name in schema.fields.first { $0.name == name } }.map { !$0.type.allowsNull }
            ?? false
    }
}
