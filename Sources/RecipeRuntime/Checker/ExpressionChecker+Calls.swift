// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ExpressionChecker {
    func call(_ call: CallExpression) -> Checked {
        switch call.function {
        case .invalid: return checkLoosely(call)
        case .name(let name):
            if locals.contains(where: { $0.name == name.text }) { break }
            switch scope.find(name.text) {
            case .definition(let place, let signature)?: return self.call(call, place, signature)
            case .poison?: return checkLoosely(call)
            case nil:
                if name.text == "secret" { return secret(call) }
                if let builtin = Builtins.all[name.text] { return self.call(call, builtin) }
                reportUnknownFunction(name.text, name.range)
                return checkLoosely(call)
            default: break
            }
        case .member:
            guard let dotted = Self.path(call.function), let first = dotted.split(separator: ".").first,
                scope.find(String(first)) == nil, !locals.contains(where: { $0.name == first })
            else { break }
            if let function = library.vocabulary.functions[dotted] { return self.call(call, function) }
            reportUnknownFunction(dotted, call.function.range)
            return checkLoosely(call)
        default: break
        }
        let function = check(call.function)
        if function.type != .poison {
            report(
                .functionMisplaced, "what is called is no function but \(function.type.phrase)",
                at: call.function.range)
        }
        return checkLoosely(call)
    }

    /// The arguments alone, so that errors in them are told although the call means nothing.
    private func checkLoosely(_ call: CallExpression) -> Checked {
        for argument in call.arguments {
            if case .lambda = argument.value { continue }
            _ = check(argument.value)
        }
        return .poison
    }

    private func reportUnknownFunction(_ name: String, _ range: SourceRange) {
        let nearest = module.session.nearest(name, in: scope) {
            let known = Array(Builtins.all.keys) + Array(library.vocabulary.functions.keys) + ["secret"]
            return known + scope.allNames
        }
        report(
            .unknownFunction, "there is no function '\(name)'", at: range,
            nearest.map { "did you mean '\($0)'?" } ?? "", help: nearest == nil ? ["help functions"] : [])
    }

    // MARK: secret

    private func secret(_ call: CallExpression) -> Checked {
        guard call.arguments.count == 1, case .string(let string) = call.arguments[0].value,
            let name = string.plainText, !name.isEmpty
        else {
            report(
                .wrongArguments, "secret takes the name of a secret as a literal", at: call.range,
                help: ["secret(\"DB_PASSWORD\")"])
            return .poison
        }
        let reference = SecretReference(source: "env", name: name)
        module.session.secrets.insert(reference)
        return Checked(code: .constant(.secret(reference)), type: .secret(.string))
    }

    // MARK: Functions of the text

    private func call(
        _ call: CallExpression, _ place: SlotPlace, _ signature: DefinitionSignature
    ) -> Checked {
        let schemas = signature.parameters.map { FieldSchema($0.name, $0.type.schemaType, "") }
        guard let arguments = assign(call, to: schemas, isVariadic: false, signature.name) else {
            return Checked(code: checkLoosely(call).code, type: signature.result)
        }
        let codes = zip(signature.parameters, arguments).map { parameter, argument -> Code in
            guard let argument = argument.first else { return .constant(.null) }
            return check(argument, as: parameter.type, "'\(parameter.name)' of \(signature.name)")
        }
        return Checked(code: .definition(place, codes), type: signature.result)
    }

    // MARK: Functions of plugins

    private func call(_ call: CallExpression, _ function: VocabularyFunction) -> Checked {
        let schema = function.schema
        let result = RecipeType(schema.result, library)
        guard let arguments = assign(call, to: schema.parameters, isVariadic: schema.isVariadic, schema.name) else {
            return Checked(code: checkLoosely(call).code, type: result)
        }
        var codes: [Code] = []
        for (parameter, given) in zip(schema.parameters, arguments) {
            let type = RecipeType(parameter.type, library)
            if given.isEmpty, let value = parameter.defaultValue { codes.append(.constant(value)) }
            for argument in given {
                codes.append(
                    check(argument, as: type, allowed: parameter.allowed, "'\(parameter.name)' of \(schema.name)"))
            }
        }
        return Checked(code: .pluginFunction(function, codes, call.range), type: result)
    }

    // MARK: Functions of the language

    private func call(_ call: CallExpression, _ builtin: Builtin) -> Checked {
        let schema = builtin.schema
        if builtin.isClock, !allowsClock {
            report(
                .clockMisplaced, "\(schema.name)() is read outside of a parameter's default", at: call.range,
                notes: ["a run that is taken up again must see the same time as before"],
                help: ["take it as a parameter: `param now: \(schema.result) = \(schema.name)()`"])
            return Checked(code: .invalid, type: RecipeType(schema.result, library))
        }
        guard let arguments = assign(call, to: schema.parameters, isVariadic: schema.isVariadic, schema.name) else {
            return Checked(code: checkLoosely(call).code, type: .poison)
        }
        var codes: [Code] = []
        var types: [RecipeType] = []
        for (offset, (parameter, given)) in zip(schema.parameters, arguments).enumerated() {
            if given.isEmpty, let value = parameter.defaultValue {
                codes.append(.constant(value))
                types.append(RecipeType(of: value))
            }
            for argument in given {
                let checked =
                    offset == builtin.functionParameter
                    ? lambda(argument, of: types.first ?? .any, builtin, call)
                    : self.argument(argument, RecipeType(parameter.type, library), parameter.name, schema.name)
                codes.append(checked.code)
                types.append(checked.type)
            }
        }
        if types.contains(.poison) { return Checked(code: .invalid, type: .poison) }
        return Checked(code: .builtin(builtin, codes, call.range), type: builtin.result(types))
    }

    private func argument(
        _ expression: Expression, _ wanted: RecipeType, _ parameter: String, _ function: String
    ) -> Checked {
        let checked = check(expression, wanted.textType == nil ? nil : wanted)
        let subject = "'\(parameter)' of \(function)"
        if checked.type.holdsSecret {
            report(
                .secretUsed, "\(subject) is a secret", at: expression.range,
                notes: ["secrets pass and interpolate; they are never compared, measured or branched on"])
            return .poison
        }
        if checked.type.isNoValue, checked.type.listElement != nil || checked.type.mapElement != nil { return checked }
        let code = convert(checked, to: wanted, subject, expression)
        if case .invalid = code { return .poison }
        return Checked(code: code, type: checked.type)
    }

    private func lambda(
        _ expression: Expression, of collection: RecipeType, _ builtin: Builtin, _ call: CallExpression
    ) -> Checked {
        guard case .lambda(let lambda) = expression else {
            if case .literal(let literal) = expression, literal.value == .null {
                return Checked(code: .constant(.null), type: .null)
            }
            report(
                .wrongArguments, "\(builtin.schema.name) takes a function here", at: expression.range,
                help: [builtin.schema.example])
            return .poison
        }
        var inner = self
        inner.locals.append((lambda.parameter.text, collection.listElement ?? .any))
        if let wanted = builtin.functionResult {
            let code = inner.check(lambda.body, as: wanted, "the result of the function")
            return Checked(code: .lambda(local: locals.count, body: code), type: .function(wanted))
        }
        let body = inner.item(lambda.body, as: nil)
        return Checked(code: .lambda(local: locals.count, body: body.code), type: .function(body.type))
    }

    // MARK: Arguments

    /// The arguments by parameter; nil, and a report, where they do not go with the parameters.
    private func assign(
        _ call: CallExpression, to parameters: [FieldSchema], isVariadic: Bool, _ name: String
    ) -> [[Expression]]? {
        var assigned = [[Expression]](repeating: [], count: parameters.count)
        var next = 0
        for argument in call.arguments {
            if let label = argument.label {
                guard let offset = parameters.firstIndex(where: { $0.name == label.text }) else {
                    let nearest = NearestName.find(label.text, in: parameters.map(\.name))
                    report(
                        .wrongArguments, "\(name) has no parameter '\(label.text)'", at: label.range,
                        nearest.map { "did you mean '\($0)'?" } ?? "", help: [signature(name, parameters, isVariadic)])
                    return nil
                }
                if !assigned[offset].isEmpty {
                    report(.wrongArguments, "'\(label.text)' of \(name) is given twice", at: label.range)
                    return nil
                }
                assigned[offset].append(argument.value)
                continue
            }
            guard next < parameters.count else {
                report(
                    .wrongArguments,
                    "\(name) takes \(Self.count(parameters.count, "argument")), not \(call.arguments.count)",
                    at: call.range, help: [signature(name, parameters, isVariadic)])
                return nil
            }
            assigned[next].append(argument.value)
            if !(isVariadic && next == parameters.count - 1) { next += 1 }
        }
        let missing = zip(parameters, assigned).filter { parameter, given in given.isEmpty && parameter.isRequired }
        guard missing.isEmpty else {
            let names = missing.map { "'\($0.0.name)'" }.joined(separator: ", ")
            report(
                .wrongArguments, "\(name) needs \(names)", at: call.range,
                help: [signature(name, parameters, isVariadic)])
            return nil
        }
        return assigned
    }

    private func signature(_ name: String, _ parameters: [FieldSchema], _ isVariadic: Bool) -> String {
        let list = parameters.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        return "\(name)(\(list)\(isVariadic ? ", …" : ""))"
    }

    static func count(_ number: Int, _ word: String) -> String {
        number == 0 ? "no \(word)" : number == 1 ? "one \(word)" : "\(number) \(word)s"
    }
}
