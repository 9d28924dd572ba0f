// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension EvaluationSession {
    func evaluate(_ code: Code, in scope: ScopeInstance) throws(EvaluationError) -> Value {
        switch code {
        case .constant(let value): return value
        case .invalid: throw .reported
        case .local(let index):
            let position = base + index
            return locals.indices.contains(position) ? locals[position] : .null
        case .slot(let place): return try slot(place, scope)
        case .resource(let index): return try resourceValue(index, scope)
        case .step(let index): return try stepValue(index, scope)
        case .module, .lambda: return .null
        case .lookup(let code): return try lookup(code, scope)
        case .runOutputs(let workflow, let range):
            if let outputs = resources.runs[workflow] { return .object(outputs) }
            throw failure(
                .absent, "'\(workflow)' was not run by the test yet", at: range, in: scope, help: ["run \(workflow)"])
        case .path(let base, let steps): return try path(base, steps, scope)
        case .text(let text): return try self.text(text, scope)
        case .list(let items):
            var values: [Value] = []
            values.reserveCapacity(items.count)
            for item in items { values.append(try evaluate(item, in: scope)) }
            return .list(values)
        case .object(let entries): return try object(entries, scope)
        case .listComprehension(let clause, let element):
            return try listComprehension(clause, element, scope)
        case .objectComprehension(let clause, let key, let value):
            return try objectComprehension(clause, key, value, scope)
        case .builtin(let builtin, let arguments, let range): return try call(builtin, arguments, range, scope)
        case .pluginFunction(let function, let arguments, let range):
            return try call(function, arguments, range, scope)
        case .definition(let place, let arguments): return try call(place, arguments, scope)
        case .secret(let reference): return .secret(reference)
        case .not(let operand, let range):
            let value = try evaluate(operand, in: scope)
            if value.isUnknown { return value }
            return .bool(try !truth(value, range, scope))
        case .negate(let operand, let range): return try negated(try evaluate(operand, in: scope), range, scope)
        case .arithmetic(let first, let rest):
            var value = try evaluate(first, in: scope)
            for step in rest {
                let operand = try evaluate(step.operand, in: scope)
                value = try arithmetic(step.op, value, operand, step.range, scope)
            }
            return value
        case .comparison(let op, let left, let right, let range):
            return try compare(
                op, try evaluate(left, in: scope), try evaluate(right, in: scope), range, scope)
        case .logical(let isAnd, let operands, let range): return try logical(isAnd, operands, range, scope)
        case .coalesce(let operands):
            var unknown: Value?
            for operand in operands {
                let value = try evaluate(operand, in: scope)
                if value.isUnknown { unknown = unknown ?? value } else if !value.isNull { return unknown ?? value }
            }
            return unknown ?? .null
        case .conditional(let condition, let consequence, let alternative, let range):
            let value = try evaluate(condition, in: scope)
            if value.isUnknown {
                _ = try evaluate(consequence, in: scope)
                _ = try evaluate(alternative, in: scope)
                return value
            }
            return try evaluate(truth(value, range, scope) ? consequence : alternative, in: scope)
        case .convert(let conversion):
            return try convert(try evaluate(conversion.code, in: scope), conversion, scope)
        }
    }

    func truth(_ value: Value, _ range: SourceRange, _ scope: ScopeInstance) throws(EvaluationError) -> Bool {
        if let flag = value.bool { return flag }
        throw failure(.wrongValue, "true or false is needed here, and this is \(value.phrase)", at: range, in: scope)
    }

    private func object(_ entries: [ObjectEntryCode], _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        var object = ObjectValue()
        var unknown: Value?
        for entry in entries {
            let value = try evaluate(entry.value, in: scope)
            switch entry.key {
            case .name(let name): object[name] = value
            case .computed(let code, let range):
                let key = try evaluate(code, in: scope)
                if key.isUnknown { unknown = key } else { object[try self.key(key, range, scope)] = value }
            }
        }
        return unknown ?? .object(object)
    }

    func key(_ value: Value, _ range: SourceRange, _ scope: ScopeInstance) throws(EvaluationError) -> String {
        if let text = value.string { return text }
        throw failure(.wrongValue, "a key is a String, and this is \(value.phrase)", at: range, in: scope)
    }

    private func logical(
        _ isAnd: Bool, _ operands: [Code], _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        var unknown: Value?
        for operand in operands {
            let value = try evaluate(operand, in: scope)
            if value.isUnknown {
                unknown = unknown ?? value
            } else if try truth(value, range, scope) != isAnd {
                return .bool(!isAnd)
            }
        }
        return unknown ?? .bool(isAnd)
    }

    // MARK: Comprehensions

    private func listComprehension(
        _ clause: ComprehensionCode, _ element: Code, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        var values: [Value] = []
        let unknown = try forEach(clause, scope) { () throws(EvaluationError) in
            try spend(ValueLimits.item, clause.range, scope)
            values.append(try evaluate(element, in: scope))
            return nil
        }
        return try limited(unknown ?? .list(values), clause.range, scope)
    }

    private func objectComprehension(
        _ clause: ComprehensionCode, _ key: Code, _ value: Code, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        var object = ObjectValue()
        let unknown = try forEach(clause, scope) { () throws(EvaluationError) in
            let name = try evaluate(key, in: scope)
            let item = try evaluate(value, in: scope)
            if name.isUnknown { return name }
            let text = try self.key(name, clause.range, scope)
            guard object[text] == nil else {
                throw failure(
                    .badKey, "the key \"\(text)\" comes twice", at: clause.range, in: scope)
            }
            try spend(ValueLimits.item + text.utf8.count, clause.range, scope)
            object[text] = item
            return nil
        }
        return try limited(unknown ?? .object(object), clause.range, scope)
    }

    /// Calls `body` for each item that the clause lets through.
    ///
    /// - Returns: What is unknown, where the result as a whole cannot be told.
    private func forEach(
        _ clause: ComprehensionCode, _ scope: ScopeInstance, _ body: () throws(EvaluationError) -> Value?
    ) throws(EvaluationError) -> Value? {
        let collection = try evaluate(clause.collection, in: scope)
        let items: [Value]
        var unknown: Value?
        if collection.isUnknown {
            unknown = collection
            items = [collection]
        } else if case .list(let list) = collection {
            items = list
        } else {
            throw failure(
                .wrongValue, "a loop goes through a list, and this is \(collection.phrase)", at: clause.range, in: scope
            )
        }
        let position = base + clause.local
        for item in items {
            try stopIfUnwanted()
            locals.removeSubrange(Swift.min(position, locals.count)...)
            locals.append(item)
            if let condition = clause.condition {
                let value = try evaluate(condition, in: scope)
                if value.isUnknown {
                    unknown = unknown ?? value
                } else if try !truth(value, clause.range, scope) {
                    continue
                }
            }
            locals.removeSubrange((position + 1)...)
            if let found = try body() { unknown = unknown ?? found }
        }
        locals.removeSubrange(Swift.min(position, locals.count)...)
        return unknown
    }

    // MARK: Functions

    private func call(
        _ place: SlotPlace, _ arguments: [Code], _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        var values: [Value] = []
        for argument in arguments { values.append(try evaluate(argument, in: scope)) }
        let home = scope.scope(at: place.level)
        guard home.code.definitions.indices.contains(place.index) else { return .null }
        let definition = home.code.definitions[place.index]
        return try deeper(definition.range, home) { () throws(EvaluationError) in
            try inFrame(values) { () throws(EvaluationError) in
                try limited(try evaluate(definition.body, in: home), definition.range, home)
            }
        }
    }

    private func call(
        _ function: VocabularyFunction, _ arguments: [Code], _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        var values: [Value] = []
        for argument in arguments { values.append(try evaluate(argument, in: scope)) }
        for value in values {
            if let unknown = value.firstUnknown { return .unknown(unknown) }
        }
        let result: Value
        do {
            result = try function.call(values)
        } catch {
            var diagnostic = error.diagnostic
            if diagnostic.labels.isEmpty { diagnostic.labels = [DiagnosticLabel(scope.code.source.place(range))] }
            throw .failed(diagnostic)
        }
        return try limited(result, range, scope)
    }

    private func call(
        _ builtin: Builtin, _ arguments: [Code], _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        var values: [Value] = []
        var function: (local: Int, body: Code)?
        for argument in arguments {
            if case .lambda(let local, let body) = argument {
                function = (local, body)
                values.append(.null)
            } else {
                values.append(try evaluate(argument, in: scope))
            }
        }
        for value in values {
            if case .unknown = value { return value }
            if !builtin.isShallow, let unknown = value.firstUnknown { return .unknown(unknown) }
            if value.containsSecret, !builtin.passesSecrets {
                throw failure(
                    .secretUsed, "\(builtin.schema.name) is given a secret", at: range, in: scope,
                    notes: ["secrets pass and interpolate; they are never compared, measured or branched on"])
            }
        }
        let apply = { (value: Value) throws(EvaluationError) -> Value in
            guard let function else { return value }
            try self.stopIfUnwanted()
            let position = self.base + function.local
            self.locals.removeSubrange(Swift.min(position, self.locals.count)...)
            self.locals.append(value)
            defer { self.locals.removeSubrange(Swift.min(position, self.locals.count)...) }
            return try self.evaluate(function.body, in: scope)
        }
        let call = BuiltinCall(
            arguments: values, clock: clock, files: program?.files ?? .none, hasFunction: function != nil, apply: apply,
            spend: { (bytes) throws(EvaluationError) in try self.spend(bytes, range, scope) },
            fail: { message in self.failure(.functionFailed, message, at: range, in: scope) })
        return try limited(try builtin.evaluate(call), range, scope)
    }
}

extension Value {
    /// The value with its type, for messages.
    var phrase: String {
        switch self {
        case .null: "null"
        case .secret: "a secret"
        case .unknown: "not known yet"
        default: RecipeType(of: self).phrase
        }
    }
}
