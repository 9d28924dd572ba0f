// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// A module of notes whose texts are given as functions of the state.
package struct NotesModule: DeferredEvaluation {
    package typealias Inputs = @Sendable (ResourceState) -> ObjectValue

    package var notes: [(address: Address, needs: [Address], inputs: Inputs)]
    package var outputsInState: Inputs
    /// The note whose inputs cannot be evaluated once those that it needs are there.
    package var unevaluable: Address?
    package var composites: [Composite] = []
    /// What policies say of a resource.
    package var judge: (@Sendable (Address, PolicyStage, ResourceState) -> [PolicyFinding])?
    /// The program with what a state decides.
    package var decide: (@Sendable (ResourceState) -> Program?)?

    /// A capability that notes fulfil.
    package struct Composite: Sendable {
        package var address: Address
        package var children: [Address]
        package var formerly: [Address]
        package var parameters: ObjectValue
        package var outputs: Inputs

        package init(
            address: Address, children: [Address], formerly: [Address], parameters: ObjectValue,
            outputs: @escaping Inputs
        ) {
            self.address = address
            self.children = children
            self.formerly = formerly
            self.parameters = parameters
            self.outputs = outputs
        }
    }

    package static let capability = "test.Notes"

    package init(
        notes: [(address: Address, needs: [Address], inputs: Inputs)], outputsInState: @escaping Inputs = { _ in [:] }
    ) {
        self.notes = notes
        self.outputsInState = outputsInState
    }

    private static let name: FieldSchema = {
        var field = FieldSchema("name", .string, "known once", presence: .optional(defaultValue: .null))
        field.isUnique = true
        return field
    }()

    package static let kind = ResourceKindSchema(
        name: "test.Note", doc: "a note", example: "",
        fields: [
            FieldSchema("text", .string, "its text"),
            FieldSchema("region", .string, "where", presence: .optional(defaultValue: "eu"), change: .replaces),
            FieldSchema("token", .string, "hidden", presence: .optional(defaultValue: .null), isSensitive: true),
            name,
            FieldSchema("labels", .map(.string), "labels", presence: .optional(defaultValue: [:]))
        ],
        outputs: [.output("id", .string, "made once"), .output("stamp", .string, "each time", change: .updates)],
        isListable: true, isListedWhole: true)

    package static let place = SourcePlace(
        file: "notes.recipe", start: SourcePosition(line: 1, column: 1), end: SourcePosition(line: 1, column: 5),
        excerpt: "note")

    package func inputs(of resource: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        guard let note = notes.first(where: { $0.address == resource }) else { return [:] }
        var inputs: ObjectValue = ["text": .null, "region": "eu", "token": .null, "labels": [:], "name": .null]
        inputs = inputs.merging(note.inputs(state))
        if resource == unevaluable, note.needs.allSatisfy({ state.values[$0]?["id"]?.string != nil }) {
            throw Diagnostics([Diagnostic(.callInvalid, "nobody can tell the text")])
        }
        return inputs
    }

    package func parameters(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        composites.first { $0.address == composite }?.parameters ?? [:]
    }

    package func outputs(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        composites.first { $0.address == composite }?.outputs(state) ?? [:]
    }

    package func program(in state: ResourceState) throws(Diagnostics) -> Program? { decide?(state) }

    package func outputs(in state: ResourceState) throws(Diagnostics) -> ObjectValue { outputsInState(state) }

    package func findings(
        on resource: Address, at stage: PolicyStage, in state: ResourceState
    ) throws(Diagnostics) -> [PolicyFinding] { judge?(resource, stage, state) ?? [] }

    package func parameters(
        of workflow: String, arguments: ObjectValue, clock: RunClock
    ) throws(Diagnostics) -> ObjectValue { arguments }

    package func expansion(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> WorkflowExpansion { WorkflowExpansion(steps: [], isComplete: true, hasFinally: false) }

    package func step(
        _ address: Address, of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> StepNode { throw Diagnostics([]) }

    package func place(of field: String, in step: Address, of workflow: String) -> SourcePlace? { nil }

    package func outputs(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> ObjectValue { [:] }

    package func arguments(
        ofTrigger trigger: Int, of workflow: String, event: ObjectValue
    ) throws(Diagnostics) -> ObjectValue { [:] }

    package func condition(
        ofTrigger trigger: Int, of workflow: String, in state: ResourceState
    ) throws(Diagnostics) -> Bool? { nil }

    /// The module as a program, each note native and made by `test`.
    ///
    /// - Parameters:
    ///   - usual: The notes of a kind that makes the new one first as a rule.
    ///   - spanning: The notes that are the same in every region.
    package func program(
        protected: Set<Address> = [], formerly: [Address: [Address]] = [:], ignored: [Address: [String]] = [:],
        replacement: [Address: ReplacementOrder] = [:], usual: Set<Address> = [], spanning: Set<Address> = []
    ) -> Program {
        var first = Self.kind
        first.createsFirst = true
        var wide = Self.kind
        wide.spans = ["region"]
        let wholes = composites.map { composite in
            let form = CompositeForm(
                capability: Self.capability, provider: "test", service: "Notes", mappingVersion: 1,
                children: composite.children, facets: [])
            return ResourceNode(
                address: composite.address, form: .composite(form), formerly: composite.formerly, place: Self.place)
        }
        return Program(
            environment: "default", module: "notes", recipeFolder: "/",
            resources: wholes
                + notes.map { note in
                    ResourceNode(
                        address: note.address,
                        form: .native(
                            kind: usual.contains(note.address)
                                ? first : spanning.contains(note.address) ? wide : Self.kind, provider: "test"),
                        dependencies: note.needs,
                        protection: protected.contains(note.address), formerly: formerly[note.address] ?? [],
                        place: Self.place, fieldPlaces: ["region": Self.place, "text": Self.place],
                        ignored: ignored[note.address] ?? [], replacement: replacement[note.address])
                },
            workflows: [], outputs: [],
            policies: judge == nil
                ? []
                : [Self.kind.name, Self.capability].map { PolicyNode(name: $0, kind: $0, place: Self.place) },
            providers: [ProviderUse(alias: "test", plugin: "test")], parameters: [:], evaluation: self)
    }

    package static func text(_ text: String) -> Inputs { { _ in ["text": .string(text)] } }
}

/// A recorded note.
package func record(
    _ address: Address, text: String, region: String = "eu", status: ResourceRecord.Status = .ready,
    needs: [Address] = [], isProtected: Bool = false
) -> ResourceRecord {
    ResourceRecord(
        identity: ResourceIdentity(environment: "default", module: "notes", address: address), kind: "test.Note",
        schemaVersion: 1, provider: ProviderUse(alias: "test", plugin: "test"), status: status,
        inputs: ["text": .string(text), "region": .string(region), "token": .null, "labels": [:]],
        outputs: ["id": .string("id-\(address)"), "stamp": "1"], dependencies: needs, isProtected: isProtected,
        changed: Timestamp(nanoseconds: 0))
}

package func snapshot(_ records: [ResourceRecord], version: Int64 = 7) -> LedgerSnapshot {
    LedgerSnapshot(
        environment: "default", module: "notes", version: version,
        records: Dictionary(uniqueKeysWithValues: records.map { ($0.identity.address, $0) }))
}
