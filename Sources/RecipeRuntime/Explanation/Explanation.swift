// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What `explain NAME` shows, as values.
package enum Explanation: Sendable {
    case capability(CapabilityExplanation)
    case resourceKind(ResourceKindSchema, plugin: String)
    /// What objects inside of a kind's fields hold, by the kind's name, a dot and the record's.
    case record(RecordSchema, kind: String)
    case stepKind(StepKindSchema, executors: [String])
    case shape(name: String, fields: [ParameterExplanation])
    case function(FunctionSchema)
    /// What starts a workflow.
    case trigger(TriggerContract)
    /// A facet: the capabilities and kinds that offer it, and the steps that need it.
    case facet(name: String, offeredBy: [String], neededBy: [String])
    /// A plugin: what it says of itself, and the settings of its `use` line.
    case plugin(name: String, version: String, doc: String, settings: [FieldSchema])
}

/// A parameter of a contract or a field of a shape.
package struct ParameterExplanation: Sendable, Hashable {
    package var schema: FieldSchema
    /// The rule as the text has it; nil for none.
    package var rule: String?
    /// The default as the text has it, where it is more than a literal.
    package var computedDefault: String?
}

/// A portable contract: what may be asked, what is given, and who fulfils it.
package struct CapabilityExplanation: Sendable {
    package var name: String
    package var doc: String
    /// The paper's name for it; empty for contracts of others.
    package var functionality: String
    /// True for work: step kinds carry it out.
    package var isActivity: Bool
    package var parameters: [ParameterExplanation]
    package var outputs: [OutputExplanation]
    package var features: [FeatureExplanation]
    package var facets: [String]
    package var accessLevels: [String]
    /// The step kinds that belong to it.
    package var steps: [String]
    package var services: [ServiceExplanation]
    /// A declaration that checks as it stands, as far as the contract alone tells.
    package var example: String
}

/// An output of a contract.
package struct OutputExplanation: Sendable, Hashable {
    package var schema: FieldSchema
    /// The feature that reading it asks for.
    package var feature: String?
}

/// An optional part of a contract.
package struct FeatureExplanation: Sendable, Hashable {
    package var name: String
    package var doc: String
    /// When it is asked for, as the text has it; nil where only outputs or other kinds ask.
    package var condition: String?
}

/// One way to fulfil a contract.
package struct ServiceExplanation: Sendable, Hashable {
    package var provider: String
    package var service: String
    package var version: Int
    package var lacks: [Lack]
    /// The kinds that it makes.
    package var kinds: [String]

    /// A feature that it does not have, and why.
    package struct Lack: Sendable, Hashable {
        package var name: String
        package var reason: String
    }
}
