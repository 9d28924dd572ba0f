// SPDX-License-Identifier: Apache-2.0

/// A kind of thing that a provider manages, such as `local.Note`.
public struct ResourceKindSchema: Sendable, Hashable, Codable {
    /// The plugin's name and the kind's, dotted: `aws.s3.Bucket`.
    public var name: String
    /// Raised when stored inputs must be upgraded; starts at 1.
    public var version: Int
    public var doc: String
    /// A declaration that checks as it stands.
    public var example: String
    public var fields: [FieldSchema]
    public var outputs: [FieldSchema]
    /// The names of the facets that such a thing offers to steps.
    public var facets: [String]
    /// True where the provider can list the things that exist.
    public var isListable: Bool
    /// True where a list says of each thing all that a read says, so that many are looked at by listing them.
    public var isListedWhole: Bool
    /// What must hold between the fields, beside their types.
    public var rules: [KindRule]
    /// What the objects inside of its fields may hold.
    public var records: [RecordSchema] = []
    /// True where others use the old thing until they use the new one, so that the new one is made first where it can be,
    /// unless a recipe's `@replace` says otherwise.
    public var createsFirst = false
    /// Settings of a connection that say where things are, and with which a thing of this kind stays what it is: an
    /// account's roles are the same in every region.
    public var spans: [String] = []

    public init(
        name: String, version: Int = 1, doc: String, example: String, fields: [FieldSchema],
        outputs: [FieldSchema], facets: [String] = [], isListable: Bool = false, isListedWhole: Bool = false
    ) {
        self.init(
            name: name, version: version, doc: doc, example: example, fields: fields, outputs: outputs,
            facets: facets, isListable: isListable, isListedWhole: isListedWhole, rules: [])
    }

    public init(
        name: String, version: Int = 1, doc: String, example: String, fields: [FieldSchema],
        outputs: [FieldSchema], facets: [String] = [], isListable: Bool = false, isListedWhole: Bool = false,
        rules: [KindRule]
    ) {
        self.name = name
        self.version = version
        self.doc = doc
        self.example = example
        self.fields = fields
        self.outputs = outputs
        self.facets = facets
        self.isListable = isListable
        self.isListedWhole = isListedWhole
        self.rules = rules
    }

    public func field(_ name: String) -> FieldSchema? { fields.first { $0.name == name } }
    public func output(_ name: String) -> FieldSchema? { outputs.first { $0.name == name } }
}

/// A kind of work that a workflow does, such as `Transform`.
public struct StepKindSchema: Sendable, Hashable, Codable {
    public var name: String
    /// Part of a step's content key: raised when the same inputs may give another result.
    public var version: Int
    public var doc: String
    /// A declaration that checks inside a workflow.
    public var example: String
    public var fields: [FieldSchema]
    public var outputs: [FieldSchema]
    /// The field that names the resource whose provider executes the step; nil for work on this machine.
    public var placement: String?
    /// True where equal inputs and sources give an equal result, so that a step whose result still holds need not be
    /// executed again.
    public var isPure: Bool
    /// The facets that the placed resource must offer, any one of them.
    public var facets: [String]
    /// What must hold between the fields, beside their types.
    public var rules: [KindRule]
    /// What the portable contract has and the kind's own executor does not offer.
    public var lacks: [KindLack]
    /// True where its steps may wait for a time, a signal or somebody's word while nobody works on them: they have no place
    /// at the end of a run.
    public var mayWait = false

    public init(
        name: String, version: Int = 1, doc: String, example: String, fields: [FieldSchema],
        outputs: [FieldSchema], placement: String? = nil, isPure: Bool = false, facets: [String] = []
    ) {
        self.init(
            name: name, version: version, doc: doc, example: example, fields: fields, outputs: outputs,
            placement: placement, isPure: isPure, facets: facets, rules: [])
    }

    public init(
        name: String, version: Int = 1, doc: String, example: String, fields: [FieldSchema],
        outputs: [FieldSchema], placement: String? = nil, isPure: Bool = false, facets: [String] = [],
        rules: [KindRule], lacks: [KindLack] = []
    ) {
        self.name = name
        self.version = version
        self.doc = doc
        self.example = example
        self.fields = fields
        self.outputs = outputs
        self.placement = placement
        self.isPure = isPure
        self.facets = facets
        self.rules = rules
        self.lacks = lacks
    }

    public func field(_ name: String) -> FieldSchema? { fields.first { $0.name == name } }
    public func output(_ name: String) -> FieldSchema? { outputs.first { $0.name == name } }

    /// The same kind, of steps that may wait.
    public func waiting() -> StepKindSchema {
        var schema = self
        schema.mayWait = true
        return schema
    }
}

/// A pure function that recipes may call, such as `expect.unique`.
public struct FunctionSchema: Sendable, Hashable, Codable {
    public var name: String
    public var doc: String
    /// In order; those with a default may be left out.
    public var parameters: [FieldSchema]
    /// True where the last parameter's type is that of any number of arguments.
    public var isVariadic: Bool
    public var result: ValueType
    /// An expression that checks as it stands.
    public var example: String

    public init(
        name: String, doc: String, parameters: [FieldSchema], isVariadic: Bool = false, result: ValueType,
        example: String
    ) {
        self.name = name
        self.doc = doc
        self.parameters = parameters
        self.isVariadic = isVariadic
        self.result = result
        self.example = example
    }
}

/// A command that a plugin adds, such as `aws.whoami`.
public struct VerbSchema: Sendable, Hashable, Codable {
    /// The plugin's name and the verb's, dotted.
    public var name: String
    public var doc: String
    public var example: String

    public init(name: String, doc: String, example: String) {
        self.name = name
        self.doc = doc
        self.example = example
    }
}

/// The settings that a `use` line may give to a provider.
public struct ProviderSchema: Sendable, Hashable, Codable {
    public var doc: String
    public var settings: [FieldSchema]
    /// What settings must hold, told where the `use` line is read; what they cannot say is told by `connect`.
    public var rules: [KindRule] = []

    public init(doc: String, settings: [FieldSchema] = []) {
        self.doc = doc
        self.settings = settings
    }
}
