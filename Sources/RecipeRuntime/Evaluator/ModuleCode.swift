// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A checked module: a recipe's file, or the body of a mapping.
final class ModuleCode: Sendable {
    let source: SourceText
    /// Its parameters, values and functions; for a mapping the parameters are in the contract's scope around it.
    let scope: ScopeCode
    let statements: [StatementCode]
    let resources: [ResourceCode]
    let imports: [ImportCode]
    let outputs: [OutputCode]
    /// Those whose settings look at what is declared here.
    let connections: [ConnectionCode]
    let outputIndex: [String: Int]
    let workflows: [WorkflowCode]
    let policies: [PolicyCode]
    /// Those of the test from which the module is looked at.
    let expectations: [ExpectationCode]
    /// The top statement in which each resource stands, so that its instances can be found on demand.
    let statementOfResource: [Int]
    let statementOfImport: [Int]
    /// The outputs of capabilities that belong to a feature and are read somewhere, by resource.
    let featureReads: [FeatureRead]
    /// What its workflows need of resources.
    let facetNeeds: [FacetNeed]
    /// The names of the outermost scope in an order in which their values can be had without going deep.
    let slotOrder: [Int]
    /// An order in which resources can be evaluated without going deep.
    let resourceOrder: [Int]

    init(
        source: SourceText, scope: ScopeCode, statements: [StatementCode], resources: [ResourceCode],
        imports: [ImportCode], outputs: [OutputCode], connections: [ConnectionCode], workflows: [WorkflowCode],
        policies: [PolicyCode],
        expectations: [ExpectationCode],
        featureReads: [FeatureRead], facetNeeds: [FacetNeed], slotOrder: [Int], resourceOrder: [Int]
    ) {
        self.source = source
        self.scope = scope
        self.statements = statements
        self.resources = resources
        self.imports = imports
        self.outputs = outputs
        self.connections = connections
        self.workflows = workflows
        self.policies = policies
        self.expectations = expectations
        self.featureReads = featureReads
        self.facetNeeds = facetNeeds
        self.slotOrder = slotOrder
        self.resourceOrder = resourceOrder
        outputIndex = Dictionary(
            outputs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        var ofResource = [Int](repeating: 0, count: resources.count)
        var ofImport = [Int](repeating: 0, count: imports.count)
        for (offset, statement) in statements.enumerated() {
            statement.visit { leaf in
                switch leaf {
                case .resource(let index): ofResource[index] = offset
                case .importModule(let index): ofImport[index] = offset
                default: break
                }
            }
        }
        statementOfResource = ofResource
        statementOfImport = ofImport
    }
}

/// The names of one block that have values: parameters, `let`s, the loop's variable; and its functions.
final class ScopeCode: Sendable {
    let source: SourceText
    let slots: [SlotCode]
    let definitions: [DefinitionCode]

    init(source: SourceText, slots: [SlotCode], definitions: [DefinitionCode] = []) {
        self.source = source
        self.slots = slots
        self.definitions = definitions
    }
}

struct SlotCode: Sendable {
    enum Form: Sendable {
        /// Given from outside, else its default.
        case parameter(ParameterCode)
        case binding(Code)
        /// Set for each turn of a loop.
        case variable
    }

    var name: String
    var form: Form
    var range: SourceRange
}

struct ParameterCode: Sendable {
    var contract: ContractParameter
    /// Nil for a parameter that must be given.
    var defaultValue: Code?
    var condition: Code?
    var range: SourceRange
}

struct DefinitionCode: Sendable {
    var name: String
    var body: Code
    var range: SourceRange
}

indirect enum StatementCode: Sendable {
    case resource(Int)
    case importModule(Int)
    case step(Int)
    case rule(Int)
    case forLoop(LoopCode)
    case ifElse([BranchCode])
    /// Of a workflow; the first slot of its scope is how the rest has ended.
    case finally(BranchCode)

    /// Calls `leaf` for each declaration in the statement.
    func visit(_ leaf: (StatementCode) -> Void) {
        switch self {
        case .resource, .importModule, .step, .rule: leaf(self)
        case .forLoop(let loop): for statement in loop.statements { statement.visit(leaf) }
        case .ifElse(let branches):
            for branch in branches { for statement in branch.statements { statement.visit(leaf) } }
        case .finally(let branch): for statement in branch.statements { statement.visit(leaf) }
        }
    }
}

struct LoopCode: Sendable {
    var collection: Code
    /// Its first slot is the loop's variable.
    var scope: ScopeCode
    var statements: [StatementCode]
    var range: SourceRange
}

/// One branch of an `if`; the last may have no condition.
struct BranchCode: Sendable {
    var condition: Code?
    var scope: ScopeCode
    var statements: [StatementCode]
    var range: SourceRange
}

struct ImportCode: Sendable {
    var alias: String
    var module: ModuleCode
    /// Of the imported file, as the path of the importing one is written.
    var folder: String
    /// The given parameters, by position; nil for those left to their default.
    var arguments: [FieldCode?]
    /// The addresses that the module had earlier.
    var formerly: [FormerCode]
    var range: SourceRange
}

struct OutputCode: Sendable {
    var name: String
    var doc: String
    var value: Code
    var range: SourceRange
}

/// A value that is given to a field or parameter.
struct FieldCode: Sendable {
    var code: Code
    var range: SourceRange
    var keyRange: SourceRange
}

struct ResourceCode: Sendable {
    var name: String
    var contract: KindContract
    var key: Code?
    /// By position of the contract's fields.
    var fields: [FieldCode?]
    /// The rules of the kind that the text alone does not decide.
    var openRules: [Int]
    var meta: ResourceMetaCode?
    /// The name; where diagnostics point to.
    var nameRange: SourceRange
    /// From the word `resource` to the kind.
    var range: SourceRange
}

final class ResourceMetaCode: Sendable {
    struct Override: Sendable {
        var child: String
        var childRange: SourceRange
        var fields: [(name: String, FieldCode)]
    }

    let on: (alias: String, range: SourceRange)?
    let service: (code: Code, range: SourceRange)?
    let needs: [NeedCode]
    let protect: (code: Code, range: SourceRange)?
    let formerly: [FormerCode]
    let native: [Override]
    let exemptions: [ExemptionCode]
    let ignored: [IgnoredCode]
    let replace: (code: Code, range: SourceRange)?
    let adopt: (code: Code, range: SourceRange)?
    let owner: (code: Code, range: SourceRange)?

    init(
        on: (alias: String, range: SourceRange)?, service: (code: Code, range: SourceRange)?, needs: [NeedCode],
        protect: (code: Code, range: SourceRange)?, formerly: [FormerCode], native: [Override],
        exemptions: [ExemptionCode], ignored: [IgnoredCode], replace: (code: Code, range: SourceRange)?,
        adopt: (code: Code, range: SourceRange)?, owner: (code: Code, range: SourceRange)?
    ) {
        self.on = on
        self.service = service
        self.needs = needs
        self.protect = protect
        self.formerly = formerly
        self.native = native
        self.exemptions = exemptions
        self.ignored = ignored
        self.replace = replace
        self.adopt = adopt
        self.owner = owner
    }
}

/// Something that `@needs` names.
struct NeedCode: Sendable {
    enum Target: Sendable {
        case resource(Int)
        case step(Int)
        case module(Int)
    }

    var target: Target
    /// The one that is meant of several; nil for all.
    var key: Code?
    var range: SourceRange
}

/// A field of `@ignore`, or a part of one: `labels.team`; for a capability behind the name of a child.
struct IgnoredCode: Sendable {
    var path: String
    var range: SourceRange
}

/// An entry of `@exempt`.
struct ExemptionCode: Sendable {
    var policy: String
    var until: Code
    var why: Code
    var range: SourceRange
}

/// An earlier address, piece by piece.
struct FormerCode: Sendable {
    enum Piece: Sendable {
        case text(String)
        /// Between brackets, whose text it becomes with its quotes.
        case key(Code)
        /// A part of a name.
        case name(Code)
    }

    var pieces: [Piece]

    init(_ pieces: [Piece]) { self.pieces = pieces }
}

/// A read output that asks for a feature.
struct FeatureRead: Sendable {
    var resource: Int
    var output: String
    var feature: String
    var range: SourceRange
}
