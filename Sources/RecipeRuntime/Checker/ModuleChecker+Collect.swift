// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A block whose names are declared and whose declarations are still to be checked.
final class BlockDraft {
    let scope: NameScope
    var entries: [Entry] = []

    enum Entry {
        case resource(Int)
        case step(Int)
        case rule(Int)
        case importModule(Int)
        case loop(ForStatement, BlockDraft)
        case ladder([(condition: Expression?, block: BlockDraft, range: SourceRange)])
        case finally(BlockDraft, range: SourceRange)
    }

    init(_ scope: NameScope) { self.scope = scope }

    func code() -> [StatementCode] {
        entries.map { entry in
            switch entry {
            case .resource(let index): .resource(index)
            case .step(let index): .step(index)
            case .rule(let index): .rule(index)
            case .importModule(let index): .importModule(index)
            case .loop(let statement, let block):
                .forLoop(
                    LoopCode(
                        collection: block.collection, scope: block.scope.code(), statements: block.code(),
                        range: statement.collection.range))
            case .ladder(let branches):
                .ifElse(
                    branches.map { branch in
                        BranchCode(
                            condition: branch.block.condition, scope: branch.block.scope.code(),
                            statements: branch.block.code(), range: branch.range)
                    })
            case .finally(let block, let range):
                .finally(
                    BranchCode(condition: nil, scope: block.scope.code(), statements: block.code(), range: range))
            }
        }
    }

    /// What the loop around the block goes through.
    var collection: Code = .constant(.list([]))
    /// The condition of the block; nil for `else`.
    var condition: Code?
}

extension ModuleChecker {
    /// Declares the names of the statements, block by block.
    func collect(_ statements: [Statement], _ scope: NameScope, _ place: StatementPlace) -> BlockDraft {
        let block = BlockDraft(scope)
        for statement in statements { collect(statement, block, place) }
        return block
    }

    private func collect(_ statement: Statement, _ block: BlockDraft, _ place: StatementPlace) {
        let scope = block.scope
        switch statement {
        case .param(let node): collect(node, scope, place)
        case .letBinding(let node):
            let slot = scope.addSlot(node.name.text, .binding(.constant(.null)), .poison, node.name.range)
            declare(node.name, .slot(slot), in: scope, .binding(node, scope, slot))
        case .def(let node): collect(node, scope)
        case .resource(let node):
            guard place != .workflow else { return reportMisplaced("a resource", statement, "beside the workflow") }
            checkKey(node.key, node.name, scope, "resource")
            resources.append(
                ResourceDraft(declaration: node, scope: scope, contract: kind(node.kind, scope), code: nil))
            declare(node.name, .resource(resources.count - 1), in: outer(scope), .resource(resources.count - 1))
            block.entries.append(.resource(resources.count - 1))
        case .step(let node):
            guard place == .workflow else { return reportMisplaced("a step", statement, "in a workflow") }
            checkKey(node.key, node.name, scope, "step")
            steps.append(StepDraft(declaration: node, scope: scope, contract: stepKind(node.kind), code: nil))
            declare(node.name, .step(steps.count - 1), in: outer(scope), .step(steps.count - 1))
            block.entries.append(.step(steps.count - 1))
        case .importModule(let node): collect(node, block, place)
        case .forLoop(let node): collect(node, block, place)
        case .ifElse(let node): collect(node, block, place)
        case .finally(let node): collect(node, block)
        case .workflow(let node):
            guard place == .file, scope === root else {
                return reportMisplaced("a workflow", statement, "outside of blocks")
            }
            declare(node.name, .workflow, in: scope, nil)
        case .policy(let node):
            guard place == .file, scope === root else {
                return reportMisplaced("a policy", statement, "outside of blocks")
            }
            declare(node.name, .policy, in: scope, nil)
        case .rule(let node) where place == .policy:
            rules.append(RuleDraft(rule: node, scope: scope))
            block.entries.append(.rule(rules.count - 1))
        case .test(let node):
            // Those of the file itself are looked at one by one; those of an import belong to whoever wrote it.
            if !isImported || place != .file || scope !== root {
                reportMisplaced("the test '\(node.name.text)'", statement, "outside of blocks")
            }
        case .on(let node):
            if place != .workflow || scope.isBlock {
                report(
                    .misplaced, "'on \(node.event.text)' has no place here", at: node.range,
                    help: ["put it into the workflow that it starts, outside of `for` and `if`"])
            }
        case .environment(let node):
            report(
                .misplaced, "an environment stands in a recipe", at: node.name.range,
                help: ["move it to the file converge.project in the project's folder"])
        case .output, .lacks, .command, .expression: break
        case .use(let node) where isImported:
            report(
                .misplaced, "an imported module brings a connection along", at: node.range,
                notes: ["a module is made on the connections of the recipe that imports it"],
                help: ["move the line to the importing recipe or to the environment"])
        case .capability, .shape, .mapping, .use:
            guard place == .file, scope === root else {
                return reportMisplaced("this declaration", statement, "outside of blocks")
            }
        case .rule, .feature, .offers, .access, .set, .budget, .expect, .expectError:
            reportMisplaced("this statement", statement, "in the block that it belongs to")
        }
    }

    private func reportMisplaced(_ what: String, _ statement: Statement, _ where: String) {
        report(.misplaced, "\(what) has no place here", at: statement.range, help: ["put it \(`where`)"])
    }

    /// The scope to which resources, steps and imports of a block belong.
    private func outer(_ scope: NameScope) -> NameScope {
        var scope = scope
        while let parent = scope.parent, scope !== root, scope.isBlock { scope = parent }
        return scope
    }

    func declare(_ name: Name, _ binding: Binding, in scope: NameScope, _ item: Item?) {
        if let first = scope.bindings[name.text] {
            reportRepeated(name, first.range)
        } else {
            scope.bindings[name.text] = (binding, name.range)
            if item != nil { scope.items[name.text] = items.count }
        }
        if let item { items.append(item) }
    }

    private func checkKey(_ key: Expression?, _ name: Name, _ scope: NameScope, _ word: String) {
        guard scope.isRepeated, key == nil else { return }
        report(
            .keyMissing, "\(word) '\(name.text)' stands in a loop and has no key", at: name.range,
            notes: ["a key that stays the same keeps a thing itself when the loop's list changes"],
            help: ["\(word) \(name.text)[KEY]: …, with a text that is unique in the loop"])
    }

    // MARK: Parameters and definitions

    private func collect(_ node: ParamDeclaration, _ scope: NameScope, _ place: StatementPlace) {
        guard place != .mapping, !scope.isBlock else {
            return reportMisplaced(
                "a parameter", .param(node), place == .mapping ? "in the capability" : "outside of blocks")
        }
        let contract = ContractParameter(node, type: session.type(node.type, in: source))
        let code = ParameterCode(contract: contract, defaultValue: nil, condition: nil, range: node.name.range)
        let slot = scope.addSlot(node.name.text, .parameter(code), contract.type, node.name.range)
        declare(node.name, .slot(slot), in: scope, .parameter(node, scope, slot))
    }

    private func collect(_ node: DefDeclaration, _ scope: NameScope) {
        let parameters = node.parameters.map { ($0.name.text, session.type($0.type, in: source)) }
        let signature = DefinitionSignature(
            name: node.name.text, parameters: parameters, result: session.type(node.result, in: source))
        scope.definitions.append(NameScope.DefinitionDraft(signature: signature, code: nil))
        let place = SlotPlace(level: scope.level, index: scope.definitions.count - 1)
        declare(node.name, .definition(place, signature), in: scope, .definition(node, scope, place.index))
    }

    // MARK: Blocks

    private func collect(_ node: ForStatement, _ block: BlockDraft, _ place: StatementPlace) {
        let outer = block.scope
        let body = NameScope(
            parent: outer, source: source, level: outer.level + 1, branches: outer.branches, isRepeated: true,
            isBlock: true)
        let slot = body.addSlot(node.variable.text, .variable, .poison, node.variable.range)
        declare(node.variable, .slot(slot), in: body, .loop(node, outer: outer, body: body))
        let inner = collect(node.body.statements, body, place)
        drafts[ObjectIdentifier(body)] = inner
        block.entries.append(.loop(node, inner))
    }

    private func collect(_ node: IfStatement, _ block: BlockDraft, _ place: StatementPlace) {
        let outer = block.scope
        var branches: [(condition: Expression?, block: BlockDraft, range: SourceRange)] = []
        var failed: Set<String> = []
        for branch in node.branches {
            let scope = branchScope(outer)
            scope.narrowed = failed.union(ExpressionChecker.narrowing(branch.condition, holds: true))
            failed.formUnion(ExpressionChecker.narrowing(branch.condition, holds: false))
            branches.append((branch.condition, collect(branch.body.statements, scope, place), branch.condition.range))
        }
        if let otherwise = node.otherwise {
            let scope = branchScope(outer)
            scope.narrowed = failed
            branches.append((nil, collect(otherwise.statements, scope, place), otherwise.range))
        }
        ladders.append((outer, branches))
        block.entries.append(.ladder(branches))
    }

    private func collect(_ node: FinallyStatement, _ block: BlockDraft) {
        guard !block.scope.isBlock else {
            return reportMisplaced("'finally'", .finally(node), "into the workflow itself")
        }
        let scope = NameScope(
            parent: block.scope, source: source, level: block.scope.level + 1, branches: block.scope.branches,
            isBlock: true, isFinal: true)
        let range = SourceRange(Int(node.range.lower), Int(node.range.lower) + "finally".utf8.count)
        let name = Name(Self.outcomeName, range)
        let slot = scope.addSlot(Self.outcomeName, .variable, .string, range)
        declare(name, .slot(slot), in: scope, nil)
        let inner = collect(node.body.statements, scope, .workflow)
        block.entries.append(.finally(inner, range: range))
    }

    /// What a `finally` knows of the run: `"succeeded"`, `"failed"` or `"cancelled"`.
    static let outcomeName = "outcome"

    private func branchScope(_ outer: NameScope) -> NameScope {
        NameScope(
            parent: outer, source: source, level: outer.level + 1, branches: outer.branches + [newBranch()],
            isRepeated: outer.isRepeated, isBlock: true)
    }

    // MARK: Imports

    private func collect(_ node: ImportStatement, _ block: BlockDraft, _ place: StatementPlace) {
        guard place != .workflow else {
            return reportMisplaced("an import", .importModule(node), "beside the workflow")
        }
        if block.scope.isRepeated {
            return report(
                .misplaced, "an import stands in a loop", at: node.range,
                notes: ["a module has no key that would keep its resources apart"],
                help: ["declare the module once, and loop inside of it over a parameter"])
        }
        imports.append(
            ImportDraft(
                statement: node, scope: block.scope, module: session.modules.load(node, from: self), code: nil))
        declare(node.alias, .module(imports.count - 1), in: outer(block.scope), .importModule(imports.count - 1))
        block.entries.append(.importModule(imports.count - 1))
    }
}
