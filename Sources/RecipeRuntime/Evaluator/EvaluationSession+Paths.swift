// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension EvaluationSession {
    /// A resource as a value: a reference, null where an `if` left it out, an object of them where they have keys.
    func resourceValue(_ index: Int, _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        guard let module = scope.module else { return .null }
        let instances = try module.instances(of: index, self)
        if module.isOpen(resource: index) { return Deferral.unknown(module.prefix + module.code.resources[index].name) }
        guard module.code.resources[index].key != nil else { return instances.first?.reference ?? .null }
        var object = ObjectValue()
        for instance in instances { object[instance.key ?? ""] = instance.reference }
        return .object(object)
    }

    func path(_ base: Code, _ steps: [PathStep], _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        var value: Value
        var next = 0
        switch base {
        case .module(let index):
            if let around = scope.module {
                _ = try around.importedModule(index, self)
                if around.isOpen(importedModule: index) {
                    return Deferral.unknown(around.prefix + around.code.imports[index].alias)
                }
            }
            guard let module = try scope.module?.importedModule(index, self), let first = steps.first,
                case .member(let name) = first.form
            else { return .null }
            value = try module.output(name, self) ?? .null
            next = 1
        case .resource(let index):
            guard let module = scope.module, let first = steps.first, module.code.resources[index].key != nil else {
                value = try evaluate(base, in: scope)
                break
            }
            let keyValue = try self.part(first, scope)
            if keyValue.isUnknown { return try unknown(keyValue, steps[1...], scope) }
            let key = try self.key(keyValue, first.range, scope)
            if let instance = try module.instance(of: index, key: key, self) {
                value = instance.reference
            } else if module.isOpen(resource: index) {
                return Deferral.unknown("\(module.prefix)\(module.code.resources[index].name)")
            } else if first.isOptional {
                return .null
            } else {
                throw try missing(
                    key, among: module.instances(of: index, self).compactMap(\.key),
                    "'\(module.code.resources[index].name)'", first.range, scope)
            }
            next = 1
        case .step(let index):
            guard let workflow, let first = steps.first, workflow.code.steps[index].key != nil else {
                value = try evaluate(base, in: scope)
                break
            }
            // Not all the steps with keys for the one that is meant.
            let keyValue = try self.part(first, scope)
            if keyValue.isUnknown {
                value = try evaluate(base, in: scope)
                break
            }
            let address = workflow.code.steps[index].address(try self.key(keyValue, first.range, scope))
            if let step = try workflow.step(address, of: index, self) {
                value = step.value
                next = 1
            } else {
                value = try evaluate(base, in: scope)
            }
        default: value = try evaluate(base, in: scope)
        }
        while next < steps.count {
            let step = steps[next]
            next += 1
            switch value {
            case .unknown: return try unknown(value, steps[(next - 1)...], scope)
            case .null where step.isOptional: return .null
            default: break
            }
            guard let found = try read(step, of: value, scope) else { return .null }
            value = found
        }
        return value
    }

    /// What is read of something unknown is unknown; the indexes are evaluated for what they read.
    private func unknown(
        _ value: Value, _ rest: ArraySlice<PathStep>, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        for step in rest { if case .index(let code) = step.form { _ = try evaluate(code, in: scope) } }
        return value
    }

    private func part(_ step: PathStep, _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        switch step.form {
        case .member(let name): .string(name)
        case .index(let code): try evaluate(code, in: scope)
        }
    }

    /// One step; nil where it is absent and that is right.
    private func read(
        _ step: PathStep, of value: Value, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value? {
        let part = try self.part(step, scope)
        if part.isUnknown { return part }
        switch value {
        case .object(let object):
            let key = try self.key(part, step.range, scope)
            if let found = object[key] { return found }
            if step.isOptional { return nil }
            throw missing(key, among: object.keys, "the object", step.range, scope)
        case .list(let items):
            guard let position = part.int else {
                throw failure(.wrongValue, "the index of a list is an Int", at: step.range, in: scope)
            }
            if position >= 0, position < items.count { return items[Int(position)] }
            if step.isOptional { return nil }
            throw failure(
                .absent,
                "the list has \(ExpressionChecker.count(items.count, "item")), and item \(position) is asked for",
                at: step.range, in: scope, notes: ["items are counted from 0"])
        case .reference(let reference): return try read(try key(part, step.range, scope), of: reference, step, scope)
        case .null:
            throw failure(
                .absent, "something is read of null", at: step.range, in: scope,
                help: ["write `?.` where it may be absent"])
        case .secret:
            throw failure(.secretUsed, "something is read of a secret", at: step.range, in: scope)
        default:
            throw failure(.wrongValue, "\(value.phrase) has no parts", at: step.range, in: scope)
        }
    }

    private func read(
        _ name: String, of reference: Reference, _ step: PathStep, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value? {
        if reference.type == WorkflowInstance.Step.type, reference.resource == nil, workflow != nil {
            return stepOutput(name, of: Address(reference.name), isOptional: step.isOptional)
        }
        if reference.name.isEmpty, let address = reference.resource, let instance = program?.resource(address) {
            if let found = try member(name, of: instance, step.range, scope) { return found }
            if step.isOptional { return nil }
            throw missing(name, among: instance.code.contract.memberNames, address.text, step.range, scope)
        }
        if let found = reference.attributes[name] { return found }
        if name == "name" { return .string(reference.name) }
        if step.isOptional { return nil }
        throw missing(
            name, among: ["name"] + reference.attributes.keys, "the \(reference.type)", step.range, scope)
    }

    func missing(
        _ name: String, among names: [String], _ owner: String, _ range: SourceRange, _ scope: ScopeInstance
    ) -> EvaluationError {
        let nearest = NearestName.find(name, in: names)
        return failure(
            .absent, "\(owner) has no '\(name)'", at: range, in: scope,
            notes: nearest == nil && !names.isEmpty ? ["it has " + names.joined(separator: ", ")] : [],
            help: nearest.map { ["did you mean '\($0)'?"] } ?? [])
    }

    // MARK: Resources

    /// A field or output of a resource; nil where it has none of the name.
    func member(
        _ name: String, of instance: ResourceInstance, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value? {
        let contract = instance.code.contract
        guard let module = instance.mapping else {
            reads.resources.insert(instance.address)
            if contract.outputIndex[name] != nil {
                return resources.values[instance.address]?[name]
                    ?? .unknown(UnknownValue(origin: "\(instance.address).\(name)"))
            }
            guard let position = contract.fieldIndex[name] else { return nil }
            // What the field itself was read from is waited for by the resource that has the field.
            let (value, _) = try recording { () throws(EvaluationError) in try field(position, of: instance) }
            if value.isUnknown, let known = resources.values[instance.address]?[name] { return known }
            return value
        }
        if let output = contract.output(name) {
            if let feature = output.feature, let reason = module.lacks[feature] {
                throw failure(
                    .featureLacking, "\(instance.address) lacks \(feature), which '\(name)' belongs to: \(reason)",
                    at: range, in: scope)
            }
            return try module.output(name, self) ?? .null
        }
        if let position = contract.fieldIndex[name] {
            return try slot(SlotPlace(level: 0, index: position), module.scope)
        }
        if name == "native" { return try module.children(self) }
        return nil
    }

    /// The value of a native resource's field: given, overridden from outside, or its default.
    func field(_ position: Int, of instance: ResourceInstance) throws(EvaluationError) -> Value {
        if let settled = instance.settled(position) {
            reads.formUnion(settled.reads)
            return settled.value
        }
        let rule = instance.code.contract.fields[position]
        let given: FieldCode
        let scope: ScopeInstance
        if let override = instance.override(rule.name) {
            (given, scope) = override
        } else if let own = instance.code.fields[position] {
            (given, scope) = (own, instance.scope)
        } else {
            return rule.defaultValue
        }
        if scope === instance.scope, case .constant(let value) = given.code { return value }
        return try evaluatingField(rule.name, of: instance) { () throws(EvaluationError) in
            try inFrame { () throws(EvaluationError) in
                let value = try evaluate(given.code, in: scope)
                guard scope !== instance.scope else { return value }
                let conversion = ConversionCode(
                    code: given.code, type: rule.type, allowed: rule.schema.allowed,
                    subject: "'\(rule.name)' of \(instance.address)", range: given.range)
                return try convert(value, conversion, scope)
            }
        }
    }
}
