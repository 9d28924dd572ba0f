// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning
import RecipeSyntax

/// A recipe that was checked: what may be asked of it before anything is planned.
package struct CheckedModule: Sendable {
    let code: ModuleCode
    /// Imports the packs of policies of the environment; nil where it has none.
    let packs: ModuleCode?
    let library: ContractLibrary
    let connections: Connections
    let environment: EnvironmentDefinition
    /// The names that expressions at the module's outermost level can use, in the order of the text.
    let visibleNames: [VisibleName]
    /// The outputs of each import, by its position.
    let importOutputs: [[String: RecipeType]]
    /// True where something is looked up when the module is planned.
    package let hasLookups: Bool
    /// What each output was found to be.
    package let outputTypes: [String: ValueType]
    /// The secrets that its texts and its connections name.
    package let secrets: Set<SecretReference>
    /// What the check found.
    package let diagnostics: [Diagnostic]

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// The parameters, in the order of the text.
    package var parameters: [FieldSchema] {
        code.scope.slots.compactMap { slot in
            if case .parameter(let parameter) = slot.form { parameter.contract.schema } else { nil }
        }
    }

    /// The parameters of a workflow, in the order of the text.
    ///
    /// - Parameter name: Nil for the only one.
    package func parameters(ofWorkflow name: String?) -> [FieldSchema] {
        let found = code.workflows.first { $0.name == name }
        let only = name == nil && code.workflows.count == 1 ? code.workflows.first : nil
        return (found ?? only)?.parameters.map(\.contract.schema) ?? []
    }

    func outputsOfImport(_ index: Int) -> [String: RecipeType] {
        importOutputs.indices.contains(index) ? importOutputs[index] : [:]
    }

    /// The parameters without a default that nothing gives a value: to be asked for at a prompt.
    package func missingParameters(_ given: ParameterValues) -> [FieldSchema] {
        parameters.filter { schema in
            schema.isRequired && given.values[schema.name] == nil && given.settings[schema.name] == nil
                && given.variables[schema.name] == nil && environment.values[schema.name] == nil
        }
    }

    /// What the module must have looked up next: lookups may depend on what others found.
    ///
    /// - Throws: What is wrong whatever is found.
    package func wantedLookups(
        parameters: ParameterValues = .none, found: LookupResults, now: Timestamp, files: RecipeFiles = .none
    ) throws(Diagnostics) -> [Lookup: SourcePlace] {
        if !hasLookups { return [:] }
        let builder = ProgramBuilder(library: library, connections: connections, now: now, lookups: found, files: files)
        builder.program.isCollecting = true
        let reader = ParameterReader(code: code, library: library, environment: environment, report: builder.report)
        let root = builder.addRoot(code, reader.slots(parameters))
        _ = builder.settleParameters(of: root)
        builder.expandAll(of: root)
        builder.evaluateAll(of: root)
        builder.evaluateOutputs(of: root)
        let evaluation = ProgramEvaluation(builder.program, root, packs.map { builder.addPacks($0) })
        evaluation.tryWorkflows(now: now, builder.report)
        evaluation.tryPolicies(builder.report)
        if builder.program.wanted.isEmpty { try builder.throwIfFailed(isPartial: true) }
        return builder.program.wanted
    }

    /// Expands the module: loops, conditions, imports and mappings become resources with addresses.
    ///
    /// - Parameters:
    ///   - module: The name under which the ledger keeps its rows.
    ///   - recipeFolder: Where relative paths start, absolute.
    ///   - lookups: What lookups found. What they do not hold is unknown, and what cannot be decided without it is left
    ///     out: enough for looking at the recipe by itself.
    ///   - hasLookedUp: True where nothing more is wanted of them (`wantedLookups`): what they do not hold then is an
    ///     error.
    ///   - state: What is known of the resources, and may decide loops, conditions and keys.
    ///   - now: What `today()` and `now()` in defaults of parameters are.
    ///   - files: The files beside the recipe.
    /// - Throws: Everything that the check found, or else everything that only values show; parameters without a
    ///   value among it (`parameterMissing`), beside what is wrong whatever their value.
    package func program(
        module: String, recipeFolder: String, parameters: ParameterValues = .none, lookups: LookupResults = [:],
        hasLookedUp: Bool = false, now: Timestamp, files: RecipeFiles = .none, in state: ResourceState = ResourceState()
    ) throws(Diagnostics) -> Program {
        let errors = diagnostics.filter { $0.severity == .error }
        if !errors.isEmpty { throw Diagnostics(errors) }
        let builder = ProgramBuilder(
            library: library, connections: connections, now: now, lookups: lookups, hasLookedUp: hasLookedUp,
            resources: state, files: files)
        let reader = ParameterReader(code: code, library: library, environment: environment, report: builder.report)
        let slots = reader.slots(parameters)
        if builder.report.hasErrors(besides: .parameterMissing) { try builder.throwIfFailed() }
        let root = builder.addRoot(code, slots)
        let values = builder.settleParameters(of: root)
        if builder.report.hasErrors(besides: .parameterMissing) { try builder.throwIfFailed() }
        builder.expandAll(of: root)
        builder.evaluateAll(of: root)
        builder.evaluateOutputs(of: root)
        try builder.throwIfFailed(isPartial: parameters.isPartial)
        let packs = packs.map { builder.addPacks($0) }
        try builder.throwIfFailed(isPartial: parameters.isPartial)
        let providers = builder.providers()
        try builder.throwIfFailed(isPartial: parameters.isPartial)
        let hasOpenConnection = providers.contains { Value.object($0.settings).containsUnknown }
        var anew: (@Sendable (ResourceState) throws(Diagnostics) -> Program)?
        if !builder.deferrals.isEmpty || !state.values.isEmpty || hasOpenConnection {
            anew = { (state: ResourceState) throws(Diagnostics) -> Program in
                try self.program(
                    module: module, recipeFolder: recipeFolder, parameters: parameters, lookups: lookups,
                    hasLookedUp: hasLookedUp, now: now, files: files, in: state)
            }
        }
        let evaluation = ProgramEvaluation(builder.program, root, packs, anew: anew)
        evaluation.tryWorkflows(now: now, builder.report)
        if hasLookups { evaluation.tryPolicies(builder.report) }
        let triggers = evaluation.triggerNodes(builder.report)
        try builder.throwIfFailed(isPartial: parameters.isPartial)
        var made = Program(
            environment: environment.name, module: module, recipeFolder: recipeFolder,
            resources: builder.nodes(of: root),
            workflows: evaluation.workflowNodes(recipeFolder: recipeFolder, triggers: triggers),
            outputs: builder.outputNodes(of: root), policies: evaluation.policies.nodes,
            providers: providers,
            parameters: values, evaluation: evaluation)
        made.deferrals = builder.deferrals
        made.placeSettings = library.vocabulary.placeSettings
        return made
    }
}
