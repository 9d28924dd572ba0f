// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What a recipe means in one environment, as values: modules and mappings are expanded, names resolved, types
/// checked. What can be decided only when outputs are known is asked through `evaluation`.
package struct Program: Sendable {
    package var environment: String
    /// The module whose rows this program owns.
    package var module: String
    /// Where relative paths start.
    package var recipeFolder: String
    /// In the order of declaration, a composite before its children.
    package var resources: [ResourceNode]
    package var workflows: [WorkflowNode]
    package var outputs: [OutputNode]
    /// What only a part of an apply will decide; empty for most.
    package var deferrals: [Deferral] = []
    /// Those of the recipe, of its imports and of the environment.
    package var policies: [PolicyNode]
    /// The connections that the environment has, by alias.
    package var providers: [ProviderUse]
    /// The settings that say in which place of a platform a connection's things are, by plugin.
    package var placeSettings: [String: Set<String>] = [:]
    /// The values of the module's parameters.
    package var parameters: ObjectValue
    package var evaluation: any DeferredEvaluation
    /// What the declarations said of protection before they were taken out for a destroy.
    package internal(set) var protection: [Address: Bool] = [:]
    /// True for the program of a destroy.
    package internal(set) var isEmptied = false

    package init(
        environment: String, module: String, recipeFolder: String, resources: [ResourceNode],
        workflows: [WorkflowNode], outputs: [OutputNode], policies: [PolicyNode] = [], providers: [ProviderUse],
        parameters: ObjectValue, evaluation: any DeferredEvaluation
    ) {
        self.environment = environment
        self.module = module
        self.recipeFolder = recipeFolder
        self.resources = resources
        self.workflows = workflows
        self.outputs = outputs
        self.policies = policies
        self.providers = providers
        self.parameters = parameters
        self.evaluation = evaluation
    }

    package func resource(_ address: Address) -> ResourceNode? { resources.first { $0.address == address } }
    package func workflow(_ name: String) -> WorkflowNode? { workflows.first { $0.name == name } }
}

/// A declared resource after expansion.
package struct ResourceNode: Sendable {
    package enum Form: Sendable {
        /// A thing that the provider under the alias makes.
        case native(kind: ResourceKindSchema, provider: String)
        /// A capability, fulfilled by the children that its mapping declares.
        case composite(CompositeForm)
    }

    package var address: Address
    package var form: Form
    /// The native resources that must be ready first: those it reads and those that `@needs` names, without itself.
    package var dependencies: [Address]
    /// `@protect`: neither deleted nor replaced; nil where nothing is said, so that what is recorded goes on.
    package var protection: Bool?
    /// Earlier addresses, from `@formerly`.
    package var formerly: [Address]
    /// The declaration; for the child of a capability that of the capability.
    package var place: SourcePlace
    /// Where each given field stands; for the child of a capability the field of the capability from which its mapping
    /// makes it.
    package var fieldPlaces: [String: SourcePlace]
    /// `@ignore`: fields, or parts of them (`labels.team`), whose present values stay.
    package var ignored: [String]
    /// `@replace`; nil where nothing is said.
    package var replacement: ReplacementOrder?
    /// `@adopt`: the platform's own name of a thing that is there.
    package var adopted: String?
    /// `@owner`
    package var owner: String?

    package init(
        address: Address, form: Form, dependencies: [Address] = [], protection: Bool? = nil,
        formerly: [Address] = [], place: SourcePlace, fieldPlaces: [String: SourcePlace] = [:],
        ignored: [String] = [], replacement: ReplacementOrder? = nil, adopted: String? = nil, owner: String? = nil
    ) {
        self.address = address
        self.form = form
        self.dependencies = dependencies
        self.protection = protection
        self.formerly = formerly
        self.place = place
        self.fieldPlaces = fieldPlaces
        self.ignored = ignored
        self.replacement = replacement
        self.adopted = adopted
        self.owner = owner
    }

    /// Nil for a composite.
    package var kindSchema: ResourceKindSchema? { if case .native(let kind, _) = form { kind } else { nil } }

    /// The kind's or capability's name.
    package var kindName: String {
        switch form {
        case .native(let kind, _): kind.name
        case .composite(let composite): composite.capability
        }
    }
}

/// How a capability is fulfilled.
package struct CompositeForm: Sendable, Hashable {
    package var capability: String
    package var provider: String
    package var service: String
    package var mappingVersion: Int
    /// Every native resource below it.
    package var children: [Address]
    package var facets: [String]

    package init(
        capability: String, provider: String, service: String, mappingVersion: Int, children: [Address],
        facets: [String]
    ) {
        self.capability = capability
        self.provider = provider
        self.service = service
        self.mappingVersion = mappingVersion
        self.children = children
        self.facets = facets
    }
}

package struct WorkflowNode: Sendable {
    /// One of an imported module has the import's name and a dot in front: `shared.load`.
    package var name: String
    package var parameters: [FieldSchema]
    /// The names of the kinds of its steps, in whatever branch they stand.
    package var stepKinds: Set<String>
    /// The resources that its steps refer to; they must exist before it runs.
    package var resources: [Address]
    /// Where relative paths of its steps start: the folder of the file that declares it.
    package var recipeFolder: String
    /// What starts it by itself, in the order of the text.
    package var triggers: [TriggerNode]
    package var place: SourcePlace

    package init(
        name: String, parameters: [FieldSchema], stepKinds: Set<String> = [], resources: [Address],
        recipeFolder: String, triggers: [TriggerNode] = [], place: SourcePlace
    ) {
        self.name = name
        self.parameters = parameters
        self.stepKinds = stepKinds
        self.resources = resources
        self.recipeFolder = recipeFolder
        self.triggers = triggers
        self.place = place
    }
}

package struct PolicyNode: Sendable {
    /// One of a module has the module's name and a dot in front.
    package var name: String
    /// The kind or capability that it speaks of.
    package var kind: String
    package var place: SourcePlace

    package init(name: String, kind: String, place: SourcePlace) {
        self.name = name
        self.kind = kind
        self.place = place
    }
}

package struct OutputNode: Sendable {
    package var name: String
    package var doc: String
    package var place: SourcePlace

    package init(name: String, doc: String, place: SourcePlace) {
        self.name = name
        self.doc = doc
        self.place = place
    }
}

/// A connection of the environment.
package struct ProviderUse: Sendable, Hashable {
    package var alias: String
    package var plugin: String
    package var settings: ObjectValue

    package init(alias: String, plugin: String, settings: ObjectValue = [:]) {
        self.alias = alias
        self.plugin = plugin
        self.settings = settings
    }
}
