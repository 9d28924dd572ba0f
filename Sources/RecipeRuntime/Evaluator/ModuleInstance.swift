// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// A module with its arguments: the recipe itself, an import, or the mapping of one resource.
///
/// It is filled while a program is built, by one thread, and only read afterwards: that is why it may be shared
/// (`@unchecked` says no more than this).
final class ModuleInstance: @unchecked Sendable {
    let code: ModuleCode
    /// The names at its outermost level: for a mapping the contract's parameters, inside of which its own `let`s lie.
    let scope: ScopeInstance
    /// The scope of its statements.
    let body: ScopeInstance
    /// Before the names of its resources: empty, or an address and a slash.
    let prefix: String
    /// Set for mappings: the resource that is fulfilled; it holds this module.
    unowned let owner: ResourceInstance?
    /// The module around it, which holds it; nil for the root.
    unowned let outer: ModuleInstance?
    /// The connection that its resources use; nil where their kinds decide.
    let alias: String?
    /// The features that the mapping lacks, and why.
    let lacks: [String: String]
    /// How many modules are around it.
    let depth: Int

    enum Produced: Sendable {
        case resource(ResourceInstance)
        case module(ModuleInstance)
    }

    enum Expansion: Sendable {
        case pending
        case open
        case done([Produced])
        /// What went wrong was told.
        case failed
    }

    /// Rules of its parameters that could not be told without outputs.
    var openRules: [OpenRule] = []

    struct OpenRule: Sendable {
        let parameter: ParameterCode
        /// The position of the parameter's slot.
        let position: Int
        let scope: ScopeInstance
        /// What is given, where it stands.
        let field: FieldCode?
        let giver: ScopeInstance
        /// The place to show where nothing is given.
        let range: SourceRange
    }

    var expansions: [Expansion]
    private var openResources: Set<Int> = []
    private var openImports: Set<Int> = []
    private var byDeclaration: [[ResourceInstance]]
    private var byKey: [[String: ResourceInstance]]
    private var imports: [ModuleInstance?]
    /// Set for imports: what declares it, and where.
    var importing: (code: ImportCode, scope: ScopeInstance)?
    /// What stood before the names of its resources earlier; found out once.
    var formers: [String]?
    /// Set while the program is built.
    weak var builder: ProgramBuilder?

    init(
        _ code: ModuleCode, scope: ScopeInstance, body: ScopeInstance, prefix: String, owner: ResourceInstance?,
        outer: ModuleInstance?,
        alias: String?, lacks: [String: String], depth: Int, builder: ProgramBuilder
    ) {
        self.code = code
        self.scope = scope
        self.body = body
        self.prefix = prefix
        self.owner = owner
        self.outer = outer
        self.alias = alias
        self.lacks = lacks
        self.depth = depth
        self.builder = builder
        expansions = [Expansion](repeating: .pending, count: code.statements.count)
        byDeclaration = [[ResourceInstance]](repeating: [], count: code.resources.count)
        byKey = [[String: ResourceInstance]](repeating: [:], count: code.resources.count)
        imports = [ModuleInstance?](repeating: nil, count: code.imports.count)
        scope.belongs(to: self)
        body.belongs(to: self)
    }

    /// - Returns: False where the key was there already.
    func add(_ instance: ResourceInstance, of declaration: Int) -> Bool {
        if let key = instance.key {
            guard byKey[declaration][key] == nil else { return false }
            byKey[declaration][key] = instance
        }
        byDeclaration[declaration].append(instance)
        return true
    }

    func add(_ module: ModuleInstance, of declaration: Int) { imports[declaration] = module }

    /// Marks a declaration of which a later phase decides what it declares.
    func leaveOpen(resource index: Int) { openResources.insert(index) }

    func leaveOpen(importedModule index: Int) { openImports.insert(index) }

    func isOpen(resource index: Int) -> Bool { !openResources.isEmpty && openResources.contains(index) }

    func isOpen(importedModule index: Int) -> Bool { !openImports.isEmpty && openImports.contains(index) }

    /// The instances of a declaration; while the program is built its statement is expanded first.
    func instances(of declaration: Int, _ session: EvaluationSession) throws(EvaluationError) -> [ResourceInstance] {
        try builder?.expand(code.statementOfResource[declaration], of: self)
        return byDeclaration[declaration]
    }

    func instance(
        of declaration: Int, key: String, _ session: EvaluationSession
    ) throws(EvaluationError) -> ResourceInstance? {
        try builder?.expand(code.statementOfResource[declaration], of: self)
        return byKey[declaration][key]
    }

    /// Nil where an `if` left it out.
    func importedModule(_ declaration: Int, _ session: EvaluationSession) throws(EvaluationError) -> ModuleInstance? {
        try builder?.expand(code.statementOfImport[declaration], of: self)
        return imports[declaration]
    }

    /// The instances of a declaration, once everything is expanded.
    func made(_ declaration: Int) -> [ResourceInstance] { byDeclaration[declaration] }

    func madeImport(_ declaration: Int) -> ModuleInstance? { imports[declaration] }

    /// The value of an output; nil where there is none of the name.
    func output(_ name: String, _ session: EvaluationSession) throws(EvaluationError) -> Value? {
        guard let position = code.outputIndex[name] else { return nil }
        let output = code.outputs[position]
        return try session.deeper(output.range, body) { () throws(EvaluationError) in
            try session.inFrame { () throws(EvaluationError) in try session.evaluate(output.value, in: body) }
        }
    }

    /// References to the resources of a mapping, by name.
    func children(_ session: EvaluationSession) throws(EvaluationError) -> Value {
        var object = ObjectValue()
        for (position, resource) in code.resources.enumerated() {
            object[resource.name] = try session.resourceValue(position, body)
        }
        return .object(object)
    }

    /// Everything it declares, in the order of the text, a capability before its children, of all levels.
    var resources: [ResourceInstance] {
        var all: [ResourceInstance] = []
        collect(into: &all)
        return all
    }

    private func collect(into all: inout [ResourceInstance]) {
        for expansion in expansions {
            guard case .done(let produced) = expansion else { continue }
            for item in produced {
                switch item {
                case .resource(let instance):
                    all.append(instance)
                    instance.mapping?.collect(into: &all)
                case .module(let module): module.collect(into: &all)
                }
            }
        }
    }

    /// The native resources below it.
    var natives: [Address] { resources.compactMap { $0.mapping == nil ? $0.address : nil } }
}
