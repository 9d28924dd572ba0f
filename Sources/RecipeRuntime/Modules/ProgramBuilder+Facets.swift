// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ProgramBuilder {
    /// Tells of everything in the module that needs what the services behind its resources do not offer.
    func checkFacets(of module: ModuleInstance) {
        for need in module.code.facetNeeds {
            for instance in module.made(need.resource) {
                guard let mapping = instance.mapping, !mapping.isOpen, !instance.offers(need.facets),
                    program.connections.plugin(of: instance.alias).map({ !need.executors.contains($0) }) ?? true
                else { continue }
                let error = session.facetLacking(instance, need, program, at: need.range, in: module.body)
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
                break
            }
        }
    }
}

extension EvaluationSession {
    /// The error of a need that the mapping behind a resource does not meet.
    func facetLacking(
        _ instance: ResourceInstance, _ need: FacetNeed, _ program: ProgramInstance, at range: SourceRange,
        in scope: ScopeInstance
    ) -> EvaluationError {
        let contract = instance.code.contract
        let library = program.library
        let offering = library.mappings(of: contract.name).filter { origin in
            MadeKinds(library).of(origin).contains { kind in
                library.kind(named: kind).map { !Set($0.facets).isDisjoint(with: need.facets) } ?? false
            }
        }.map { "\($0.provider) by \($0.service)" }
        let made = (instance.mapping?.resources ?? []).filter { $0.mapping == nil }.map(\.code.contract.name)
        let plugin = program.connections.plugin(of: instance.alias) ?? instance.alias
        return failure(
            .facetLacking,
            "\(contract.name) on \(plugin) by \(instance.service) offers no \(need.facets.joined(separator: " or ")), which "
                + "\(need.needer) needs", at: range, in: scope,
            notes: ["\(instance.address) is made of " + Set(made).sorted().joined(separator: ", ")],
            help: offering.isEmpty
                ? ["no service here offers it"]
                : ["offered on " + offering.joined(separator: ", ") + "; `@service` of \(instance.address) picks one"])
    }
}

extension ModuleInstance {
    /// True where a later phase decides a part of what it declares, or something went wrong in it.
    fileprivate var isOpen: Bool {
        code.resources.indices.contains { isOpen(resource: $0) }
            || expansions.contains { if case .done = $0 { false } else { true } }
    }
}

extension ResourceInstance {
    /// What it offers to steps: of a capability what the things offer that fulfil it here, whatever its contract promises.
    var facets: [String] {
        guard let mapping else { return code.contract.facets }
        return mapping.resources.lazy.filter { $0.mapping == nil }.flatMap(\.code.contract.facets)
    }

    func offers(_ needed: [String]) -> Bool {
        // What tells of its measures says itself where they are, and a mapping where it has none.
        if needed.contains("MetricSource"), code.contract.isMeasured, mapping?.lacks["metrics"] == nil { return true }
        return !Set(facets).isDisjoint(with: needed)
    }
}
