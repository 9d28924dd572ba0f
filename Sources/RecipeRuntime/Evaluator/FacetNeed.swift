// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A place where something of a resource is needed that only some services offer.
struct FacetNeed: Sendable {
    /// The resource's position among the declarations.
    var resource: Int
    /// Any one of them will do.
    var facets: [String]
    /// Plugins that do without on things of their own.
    var executors: [String] = []
    /// What needs it: a kind of steps, or a trigger.
    var needer: String
    var range: SourceRange

    /// What a step needs of the resource in its placement field; nil where it needs nothing, or `@on` says who executes it.
    init?(_ step: StepCode) {
        let contract = step.contract
        guard step.meta?.on == nil, !contract.schema.facets.isEmpty,
            let place = contract.schema.placement.flatMap({ contract.fieldIndex[$0] }).flatMap({ step.fields[$0] }),
            let resource = place.code.declaredResource
        else { return nil }
        self.init(
            resource: resource, facets: contract.schema.facets,
            executors: contract.executors.filter { $0 != contract.plugin }, needer: contract.name, range: place.range)
    }

    init(resource: Int, facets: [String], executors: [String] = [], needer: String, range: SourceRange) {
        self.resource = resource
        self.facets = facets
        self.executors = executors
        self.needer = needer
        self.range = range
    }
}

extension Code {
    /// The declaration that is named, as it is or by a key.
    var declaredResource: Int? {
        switch self {
        case .resource(let index): index
        case .convert(let conversion): conversion.code.declaredResource
        case .path(let base, let steps):
            steps.allSatisfy { if case .index = $0.form { true } else { false } } ? base.declaredResource : nil
        default: nil
        }
    }
}
