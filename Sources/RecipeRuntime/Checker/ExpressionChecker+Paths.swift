// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ExpressionChecker {
    /// A name, and what is read of it: `fit.metrics["auc"]`.
    func path(_ expression: Expression) -> Checked {
        var links: [Link] = []
        var rest = expression
        while true {
            if case .member(let member) = rest {
                links.append(Link(form: .member(member.name), isOptional: member.isOptional, range: member.range))
                rest = member.base
            } else if case .index(let index) = rest {
                links.append(Link(form: .index(index.index), isOptional: false, range: index.range))
                rest = index.base
            } else {
                break
            }
        }
        links.reverse()
        var walk = PathWalk(text: nil, resource: nil)
        let base: Checked
        if case .name(let name) = rest {
            guard let found = self.name(name, &walk, isRead: !links.isEmpty) else { return .poison }
            base = found
            walk.text = name.text
        } else {
            base = check(rest)
        }
        if links.isEmpty { return narrowed(base, walk.text) }
        return follow(links, from: base, walk)
    }

    private struct Link {
        enum Form {
            case member(Name)
            case index(Expression)
        }

        var form: Form
        var isOptional: Bool
        var range: SourceRange
    }

    /// What is known on the way along a path.
    private struct PathWalk {
        /// The path so far where it has names only, for what conditions said of it.
        var text: String?
        /// The resource that the path has just reached.
        var resource: Int?
        var steps: [PathStep] = []
        /// True behind a `?.`: the whole may be null.
        var mayEnd = false
    }

    private func narrowed(_ checked: Checked, _ path: String?) -> Checked {
        guard case .optional(let inner) = checked.type, let path, isNarrowed(path) else { return checked }
        return Checked(code: checked.code, type: inner)
    }

    private func isNarrowed(_ path: String) -> Bool { narrowed.contains(path) || scope.isNarrowed(path) }

    // MARK: The base

    private func name(_ name: Name, _ walk: inout PathWalk, isRead: Bool) -> Checked? {
        if let index = locals.lastIndex(where: { $0.name == name.text }) {
            return Checked(code: .local(index), type: locals[index].type)
        }
        switch scope.find(name.text) {
        case .slot(let place)?: return Checked(code: .slot(place), type: scope.type(of: place))
        case .resource(let index)?:
            walk.resource = index
            return Checked(code: .resource(index), type: module.typeOfResource(index, seenFrom: scope))
        case .step(let index)?:
            return Checked(code: .step(index), type: module.typeOfStep(index, seenFrom: scope))
        case .module(let index)?:
            return Checked(code: .module(index), type: module.typeOfImport(index, seenFrom: scope))
        case .definition(_, let signature)?:
            report(
                .functionMisplaced, "'\(name.text)' is a function", at: name.range,
                help: ["call it: \(name.text)(\(signature.parameters.map(\.name).joined(separator: ", ")))"])
            return nil
        case .workflow? where module.test != nil:
            return Checked(code: .runOutputs(name.text, name.range), type: .any)
        case .workflow?:
            report(
                .noValue, "'\(name.text)' is a workflow, and no value", at: name.range, help: ["run \(name.text)"])
            return nil
        case .policy?:
            report(.noValue, "'\(name.text)' is a policy, and no value", at: name.range)
            return nil
        case .poison?: return nil
        case nil:
            reportUnknownName(name)
            return nil
        }
    }

    private func reportUnknownName(_ name: Name) {
        if Builtins.all[name.text] != nil {
            report(
                .functionMisplaced, "'\(name.text)' is a function", at: name.range,
                help: ["call it: \(name.text)(…)"])
            return
        }
        let nearest = module.session.nearest(name.text, in: scope) { scope.allNames + locals.map(\.name) }
        report(
            .unknownName, "nothing here is called '\(name.text)'", at: name.range,
            nearest.map { "did you mean '\($0)'?" } ?? "",
            help: nearest == nil ? ["declare it: `param \(name.text): Type` or `let \(name.text) = …`"] : [])
    }

    // MARK: What is read of it

    private func follow(_ links: [Link], from base: Checked, _ start: PathWalk) -> Checked {
        var walk = start
        var type = base.type
        for (offset, link) in links.enumerated() {
            let isOptional = link.isOptional || toleratesAbsence
            if case .optional(let inner) = type {
                if isOptional {
                    walk.mayEnd = true
                    type = inner
                } else if let text = walk.text, isNarrowed(text) {
                    type = inner
                } else if inner == .poison {
                    type = .poison
                } else {
                    reportMayBeNull(links, offset, walk.text)
                    return .poison
                }
            } else if case .null = type, isOptional {
                return Checked(code: .constant(.null), type: .null)
            }
            keepRead(links, offset, of: base.code, type)
            switch link.form {
            case .member(let name):
                guard let found = member(name, of: type, isOptional: isOptional, &walk) else { return .poison }
                type = found
                walk.text = walk.text.map { $0 + "." + name.text }
                walk.steps.append(PathStep(form: .member(name.text), isOptional: isOptional, range: name.range))
            case .index(let expression):
                guard let (found, code) = index(expression, of: type, isOptional: isOptional, link.range, &walk) else {
                    return .poison
                }
                type = found
                walk.text = nil
                walk.steps.append(PathStep(form: .index(code), isOptional: isOptional, range: link.range))
            }
        }
        let code: Code
        if case .path(let inner, let steps) = base.code {
            code = .path(base: inner, steps: steps + walk.steps)
        } else {
            code = .path(base: base.code, steps: walk.steps)
        }
        return narrowed(Checked(code: code, type: walk.mayEnd ? type.orNull : type), walk.text)
    }

    /// Keeps which output is read of a step that runs another workflow: what that one gives is known once all are checked.
    private func keepRead(_ links: [Link], _ offset: Int, of base: Code, _ type: RecipeType) {
        guard case .step(let step) = base, case .step("Run", _) = type, case .member(let outputs) = links[offset].form,
            outputs.text == "outputs", links.indices.contains(offset + 1), !toleratesAbsence,
            !links[offset + 1].isOptional
        else { return }
        switch links[offset + 1].form {
        case .member(let name):
            module.outputReads.append(ModuleChecker.OutputRead(step: step, name: name.text, range: name.range))
        case .index(.string(let text)):
            guard let name = text.plainText else { return }
            module.outputReads.append(
                ModuleChecker.OutputRead(step: step, name: name, range: links[offset + 1].range))
        default: return
        }
    }

    private func reportMayBeNull(_ links: [Link], _ offset: Int, _ path: String?) {
        let what = path.map { "'\($0)'" } ?? "what it is read of"
        var help: [String] = []
        if case .member(let name) = links[offset].form {
            help = ["write `\(path ?? "…")?.\(name.text)`, which may be null"]
        }
        report(.mayBeNull, "\(what) may be absent", at: links[offset].range, help: help)
    }

    private func member(
        _ name: Name, of type: RecipeType, isOptional: Bool, _ walk: inout PathWalk
    ) -> RecipeType? {
        let resource = walk.resource
        walk.resource = nil
        switch type {
        case .poison: return .poison
        case .any, .object, .table, .model, .column, .artifact: return .any
        case .never: return .never
        case .map(let element):
            if isOptional { walk.mayEnd = true }
            return element
        case .record(let fields):
            if let found = fields[name.text] { return found }
            if isOptional { return .null }
            reportNoMember(name, type.phrase, among: Array(fields.keys))
            return nil
        case .shape(let shape):
            guard let contract = library.shape(named: shape) else { return .any }
            if let found = contract.parameter(named: name.text) { return found.type }
            reportNoMember(name, shape, among: contract.parameters.map(\.name))
            return nil
        case .thing(let kind):
            guard let contract = library.kind(named: kind) else { return .any }
            return member(name, of: contract, resource)
        case .step(let kind, let mayLack):
            guard let contract = library.step(named: kind) else { return .any }
            if let found = contract.outputType(name.text) {
                return mayLack.contains(name.text) ? found.orNull : found
            }
            reportNoMember(name, "the step (\(kind))", among: contract.schema.outputs.map(\.name))
            return nil
        case .module(let index):
            let outputs = module.outputsOfImport(index)
            if let found = outputs[name.text] { return found }
            reportNoMember(name, "the module", among: Array(outputs.keys))
            return nil
        case .secret:
            report(
                .secretUsed, "something is read of a secret", at: name.range,
                notes: ["secrets pass and interpolate; they are never looked into"])
            return nil
        case .either(let types):
            let found = types.compactMap { type -> RecipeType? in
                switch type {
                case .map(let element): element
                case .record(let fields): fields[name.text]
                case .any, .object, .table, .model, .column, .artifact: .any
                case .thing(let kind):
                    library.kind(named: kind).flatMap { $0.output(name.text)?.type ?? $0.field(name.text)?.type }
                default: nil
                }
            }
            if !found.isEmpty { return .joined(found) }
            reportNoMember(name, type.phrase, among: [])
            return nil
        default:
            reportNoMember(name, type.phrase, among: [])
            return nil
        }
    }

    private func member(_ name: Name, of contract: KindContract, _ resource: Int?) -> RecipeType? {
        if let output = contract.output(name.text) {
            if let feature = output.feature, let resource {
                module.featureReads.append(
                    FeatureRead(resource: resource, output: name.text, feature: feature, range: name.range))
            }
            return output.type
        }
        if let field = contract.field(name.text) { return field.type }
        if contract.isCapability, name.text == "native" { return .any }
        reportNoMember(name, contract.name, among: contract.memberNames)
        return nil
    }

    private func reportNoMember(_ name: Name, _ owner: String, among names: [String]) {
        let nearest = NearestName.find(name.text, in: names)
        report(
            .noMember, "\(owner) has nothing called '\(name.text)'", at: name.range,
            nearest.map { "did you mean '\($0)'?" } ?? "",
            notes: nearest == nil && !names.isEmpty ? ["it has " + names.sorted().joined(separator: ", ")] : [])
    }

    private func index(
        _ expression: Expression, of type: RecipeType, isOptional: Bool, _ range: SourceRange, _ walk: inout PathWalk
    ) -> (RecipeType, Code)? {
        switch type {
        case .poison, .any, .never:
            return (type, check(expression).code)
        case .list(let element):
            if isOptional { walk.mayEnd = true }
            return (element, check(expression, as: .int, "the index of a list"))
        case .map(let element):
            if isOptional { walk.mayEnd = true }
            return (element, check(expression, as: .string, "the key"))
        case .object: return (.any, check(expression, as: .string, "the key"))
        case .record(let fields):
            let code = check(expression, as: .string, "the key")
            guard case .string(let name)? = code.constant else {
                if isOptional { walk.mayEnd = true }
                return (.joined(fields.values), code)
            }
            if let found = fields[name] { return (found, code) }
            if isOptional { return (.null, code) }
            reportNoMember(Name(name, expression.range), type.phrase, among: Array(fields.keys))
            return nil
        default:
            _ = check(expression)
            report(.noMember, "\(type.phrase) has no parts that `[ ]` could read", at: range)
            return nil
        }
    }
}
