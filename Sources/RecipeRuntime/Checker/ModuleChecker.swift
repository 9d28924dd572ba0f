// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// Checks one module, a file or the body of a mapping, and turns it into code.
///
/// First all names are declared, then an order is found in which every `let` comes after what it needs, then
/// everything is checked in that order; so declarations may stand in any order in the text.
final class ModuleChecker {
    let session: CheckSession
    let source: SourceText
    /// Where the file lies, for imports; nil for the text of a plugin.
    let path: String?
    /// True for a file that another imports.
    let isImported: Bool
    /// The test from which the module is looked at.
    let test: TestDeclaration?
    let root: NameScope
    var resources: [ResourceDraft] = []
    var imports: [ImportDraft] = []
    /// The steps of the workflow that is being checked.
    var steps: [StepDraft] = []
    /// The rules of the policy that is being checked.
    var rules: [RuleDraft] = []
    var featureReads: [FeatureRead] = []
    /// What workflows need of resources.
    var facetNeeds: [FacetNeed] = []
    /// What is read of steps of the workflow that is being checked, where those run other workflows.
    var outputReads: [OutputRead] = []
    /// The steps of all workflows that run others.
    var parts: [PartDraft] = []
    var items: [Item] = []
    /// The blocks of loops, by their scope.
    var drafts: [ObjectIdentifier: BlockDraft] = [:]
    /// The branches of every `if`, outer ones first.
    var ladders: [(outer: NameScope, branches: [(condition: Expression?, block: BlockDraft, range: SourceRange)])] = []
    /// What is being checked.
    var surroundings = Surroundings.module
    /// What the workflow that is being checked looks up.
    var workflowLookups: [LookupCode] = []
    private var nextBranch = 0

    enum Surroundings {
        case module
        case workflow
        /// What a test expects.
        case test
    }

    struct ResourceDraft {
        let declaration: ResourceDeclaration
        let scope: NameScope
        /// Nil where the kind is not known, which is reported or told elsewhere.
        let contract: KindContract?
        var code: ResourceCode?
    }

    struct StepDraft {
        let declaration: StepDeclaration
        let scope: NameScope
        let contract: StepContract?
        var code: StepCode?
    }

    struct ImportDraft {
        let statement: ImportStatement
        let scope: NameScope
        /// Nil where the file cannot be read or imports this one.
        let module: CheckedFile?
        var code: ImportCode?
    }

    /// Something that others need and that needs others.
    enum Item {
        case binding(LetDeclaration, NameScope, SlotPlace)
        case definition(DefDeclaration, NameScope, Int)
        case parameter(ParamDeclaration, NameScope, SlotPlace)
        case loop(ForStatement, outer: NameScope, body: NameScope)
        case resource(Int)
        case step(Int)
        case importModule(Int)
    }

    init(
        _ session: CheckSession, source: SourceText, path: String?, isImported: Bool = false,
        test: TestDeclaration? = nil, around parent: NameScope? = nil
    ) {
        self.isImported = isImported
        self.test = test
        self.session = session
        self.source = source
        self.path = path
        root = NameScope(parent: parent, source: source, level: parent.map { $0.level + 1 } ?? 0)
    }

    /// Checks the statements of the module.
    ///
    /// - Parameter context: What stands around them; decides which statements have a place here.
    func check(_ statements: [Statement], _ context: StatementPlace) -> ModuleCode {
        let plan = collect(statements, root, context)
        let order = arrange()
        checkItems(order)
        let workflows = statements.compactMap { statement -> WorkflowCode? in
            guard case .workflow(let node) = statement else { return nil }
            return checkWorkflow(node)
        }
        let policies = statements.compactMap { statement -> PolicyCode? in
            guard case .policy(let node) = statement else { return nil }
            return checkPolicy(node)
        }
        checkEnds(workflows)
        checkParts(workflows)
        let outputs = checkOutputs(statements, in: root)
        let connections = context == .file && !isImported ? checkConnections(statements) : []
        let expectations = test.map { checkExpectations(of: $0) } ?? []
        return ModuleCode(
            source: source, scope: root.code(), statements: isWhole ? plan.code() : [],
            resources: isWhole ? resources.compactMap(\.code) : [], imports: isWhole ? imports.compactMap(\.code) : [],
            outputs: outputs, connections: connections, workflows: workflows, policies: policies,
            expectations: expectations,
            featureReads: featureReads, facetNeeds: facetNeeds,
            slotOrder: slotOrder(order), resourceOrder: resourceOrder(order))
    }

    func report(
        _ code: DiagnosticCode, _ message: String, at range: SourceRange, _ label: String = "", notes: [String] = [],
        help: [String] = []
    ) {
        session.report.add(Diagnostic(code, message, at: source.place(range), label, notes: notes, help: help))
    }

    func newBranch() -> Int {
        nextBranch += 1
        return nextBranch
    }

    // MARK: Types of declarations

    func typeOfResource(_ index: Int, seenFrom scope: NameScope) -> RecipeType {
        let draft = resources[index]
        let type = draft.contract.map { RecipeType.thing($0.name) } ?? .poison
        if draft.declaration.key != nil { return .map(type) }
        return Self.isCertain(draft.scope, scope) ? type : type.orNull
    }

    func typeOfStep(_ index: Int, seenFrom scope: NameScope) -> RecipeType {
        let draft = steps[index]
        let type = draft.contract.map { RecipeType.step($0.name, mayLack: outputsThatMayLack(index)) } ?? .poison
        if draft.declaration.key != nil { return .map(type) }
        return Self.isCertain(draft.scope, scope) ? type : type.orNull
    }

    func typeOfImport(_ index: Int, seenFrom scope: NameScope) -> RecipeType {
        let draft = imports[index]
        guard draft.module != nil else { return .poison }
        return Self.isCertain(draft.scope, scope) ? .module(index) : .optional(.module(index))
    }

    func outputsOfImport(_ index: Int) -> [String: RecipeType] { imports[index].module?.outputTypes ?? [:] }

    /// True where whatever is declared in one block exists whenever the other block is looked at.
    private static func isCertain(_ declared: NameScope, _ seen: NameScope) -> Bool {
        seen.branches.starts(with: declared.branches)
    }

    // MARK: Outputs

    func checkOutputs(_ statements: [Statement], in scope: NameScope) -> [OutputCode] {
        var codes: [OutputCode] = []
        var seen: [String: SourceRange] = [:]
        for statement in statements {
            guard case .output(let node) = statement else { continue }
            if let first = seen[node.name.text] {
                reportRepeated(node.name, first)
                continue
            }
            seen[node.name.text] = node.name.range
            guard let value = node.value else { continue }
            let checker = ExpressionChecker(module: self, scope: scope)
            let code: Code
            if let written = node.type {
                let type = session.type(written, in: source)
                code = checker.check(value, as: type, "output '\(node.name.text)'")
                outputTypes[node.name.text] = type
            } else {
                let wanted = wantedOutputs[node.name.text]
                if let wanted {
                    code = checker.check(value, as: wanted, "output '\(node.name.text)'")
                    outputTypes[node.name.text] = wanted
                } else {
                    let checked = checker.item(value, as: nil)
                    code = checked.code
                    outputTypes[node.name.text] = checked.type
                }
            }
            codes.append(
                OutputCode(name: node.name.text, doc: node.doc?.text ?? "", value: code, range: node.name.range))
        }
        return codes
    }

    /// What each output was found to be.
    var outputTypes: [String: RecipeType] = [:]
    /// The types that a contract asks of the outputs of its mapping.
    var wantedOutputs: [String: RecipeType] = [:]

    func reportRepeated(_ name: Name, _ first: SourceRange) {
        session.report.add(
            Diagnostic(
                .declaredTwice, "'\(name.text)' is declared twice",
                labels: [
                    DiagnosticLabel(source.place(name.range)), DiagnosticLabel(source.place(first), "first here")
                ], help: ["give one of them another name"]))
    }

    /// False where a declaration could not be turned into code: there are errors, and nothing is evaluated.
    private var isWhole: Bool { resources.allSatisfy { $0.code != nil } && imports.allSatisfy { $0.code != nil } }

    private func slotOrder(_ order: [Int]) -> [Int] {
        order.compactMap { index in
            switch items[index] {
            case .binding(_, let scope, let place), .parameter(_, let scope, let place):
                scope === root ? place.index : nil
            default: nil
            }
        }
    }

    private func resourceOrder(_ order: [Int]) -> [Int] {
        guard isWhole else { return [] }
        return order.compactMap { if case .resource(let index) = items[$0] { index } else { nil } }
    }
}

/// Where statements stand.
enum StatementPlace {
    case file
    case mapping
    case workflow
    case policy
}
