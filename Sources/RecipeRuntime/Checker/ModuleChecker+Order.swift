// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ModuleChecker {
    /// An order of the items from `first` on in which each comes after what it needs; circles are reported.
    func arrange(from first: Int = 0) -> [Int] {
        var graph = DeclarationGraph(count: items.count)
        for index in first..<items.count {
            var mentions = Mentions()
            let scope = collect(items[index], into: &mentions)
            for name in mentions.names {
                guard let target = scope.item(name.text), target >= first, isNeeded(target, by: index) else { continue }
                graph.add(index, needs: target, at: name.range)
            }
        }
        var order: [Int] = []
        order.reserveCapacity(items.count - first)
        for group in graph.groups() {
            guard let only = group.first, only >= first else { continue }
            let circle =
                group.count > 1 || graph.edges[only].contains { $0.target == only } ? graph.circle(in: group) : []
            if !circle.isEmpty { reportCircle(circle) }
            order += group.sorted()
        }
        return order
    }

    /// The items that an item mentions.
    func mentionedItems(of item: Item) -> [Int] {
        var mentions = Mentions()
        let scope = collect(item, into: &mentions)
        return mentions.names.compactMap { scope.item($0.text) }
    }

    /// Collects what an item mentions, and says in which scope.
    private func collect(_ item: Item, into mentions: inout Mentions) -> NameScope {
        switch item {
        case .binding(let node, let scope, _):
            mentions.visit(node.value)
            return scope
        case .definition(let node, let scope, _):
            mentions.visit(node)
            return scope
        case .parameter(let node, let scope, _):
            if let value = node.defaultValue { mentions.visit(value) }
            return scope
        case .loop(let node, let outer, _):
            mentions.visit(node.collection)
            return outer
        case .resource(let index):
            mentions.visit(resources[index].declaration.fields)
            return resources[index].scope
        case .step(let index):
            mentions.visit(steps[index].declaration.fields)
            return steps[index].scope
        case .importModule(let index):
            if let parameters = imports[index].statement.parameters { mentions.visit(parameters) }
            return imports[index].scope
        }
    }

    /// One of several resources with a key may need another of them: only evaluation tells whether that is a circle.
    private func isNeeded(_ target: Int, by index: Int) -> Bool { !hasKey(items[target]) || !hasKey(items[index]) }

    private func hasKey(_ item: Item) -> Bool {
        switch item {
        case .resource(let index): resources[index].declaration.key != nil
        case .step(let index): steps[index].declaration.key != nil
        default: false
        }
    }

    private func reportCircle(_ circle: [(source: Int, edge: DeclarationGraph.Edge)]) {
        let isLoose = circle.contains { hasKey(items[$0.source]) }
        if isLoose { return }
        let names = circle.map { name(of: items[$0.source]).text }
        let path = (names + names.prefix(1)).joined(separator: " -> ")
        let labels = circle.map { step in
            DiagnosticLabel(
                source.place(step.edge.range),
                "'\(name(of: items[step.source]).text)' needs '\(name(of: items[step.edge.target]).text)'")
        }
        let isFunction = circle.contains { if case .definition = items[$0.source] { true } else { false } }
        session.report.add(
            Diagnostic(
                .circle, names.count == 1 ? "'\(names[0])' needs itself" : "declarations need one another: \(path)",
                labels: labels,
                notes: isFunction ? ["functions are not recursive"] : [],
                help: ["break the circle at one of these places"]))
        for step in circle { poison(items[step.source]) }
    }

    private func name(of item: Item) -> Name {
        switch item {
        case .binding(let node, _, _): node.name
        case .definition(let node, _, _): node.name
        case .parameter(let node, _, _): node.name
        case .loop(let node, _, _): node.variable
        case .resource(let index): resources[index].declaration.name
        case .step(let index): steps[index].declaration.name
        case .importModule(let index): imports[index].statement.alias
        }
    }

    /// Keeps a circle from being told again where its members are used.
    private func poison(_ item: Item) {
        if case .binding(let node, let scope, _) = item { scope.bindings[node.name.text]?.binding = .poison }
    }

    // MARK: Checking in that order

    func checkItems(_ order: [Int], from first: Int = 0) {
        for index in order { check(items[index]) }
        for ladder in ladders {
            let checker = ExpressionChecker(module: self, scope: ladder.outer)
            for branch in ladder.branches {
                guard let condition = branch.condition else { continue }
                branch.block.condition = checker.condition(condition, "the condition of `if`")
            }
        }
        ladders = []
        for index in order { checkCondition(items[index]) }
    }

    private func check(_ item: Item) {
        switch item {
        case .binding(let node, let scope, let place):
            let checked = ExpressionChecker(module: self, scope: scope).item(node.value, as: nil)
            scope.slots[place.index].code.form = .binding(checked.code)
            scope.slots[place.index].type = checked.type.limited
        case .definition(let node, let scope, let index):
            let signature = scope.definitions[index].signature
            var checker = ExpressionChecker(module: self, scope: scope)
            checker.locals = signature.parameters
            let body = checker.check(node.body, as: signature.result, "the result of \(signature.name)")
            scope.definitions[index].code = DefinitionCode(name: signature.name, body: body, range: node.name.range)
        case .parameter(let node, let scope, let place):
            guard let value = node.defaultValue else { return }
            var checker = ExpressionChecker(module: self, scope: scope)
            checker.allowsClock = true
            let type = scope.slots[place.index].type
            let code = checker.check(value, as: type, "the default of '\(node.name.text)'")
            change(scope, place) { $0.defaultValue = code }
        case .loop(let node, let outer, let body):
            let checker = ExpressionChecker(module: self, scope: outer)
            let collection = checker.check(node.collection)
            body.slots[0].type = checker.element(of: collection.type, node.collection)
            drafts[ObjectIdentifier(body)]?.collection = collection.code
        case .resource(let index): checkResource(index)
        case .step(let index): checkStep(index)
        case .importModule(let index): checkImport(index)
        }
    }

    /// `where` sees all parameters, so it is checked when every type is known.
    private func checkCondition(_ item: Item) {
        guard case .parameter(let node, let scope, let place) = item, let condition = node.condition else { return }
        var checker = ExpressionChecker(module: self, scope: scope)
        checker.narrowed = [node.name.text]
        let code = checker.condition(condition, "`where`")
        change(scope, place) { $0.condition = code }
    }

    private func change(_ scope: NameScope, _ place: SlotPlace, _ body: (inout ParameterCode) -> Void) {
        guard case .parameter(var parameter) = scope.slots[place.index].code.form else { return }
        body(&parameter)
        scope.slots[place.index].code.form = .parameter(parameter)
    }
}
