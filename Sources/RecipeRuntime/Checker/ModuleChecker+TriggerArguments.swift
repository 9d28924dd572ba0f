// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ModuleChecker {
    /// Checks what a trigger gives to the parameters of its workflow.
    ///
    /// - Parameters:
    ///   - with: The entries of that name.
    ///   - event: What `event` has.
    func checkArguments(
        _ with: [ObjectEntry], event: [FieldSchema], of workflow: WorkflowDeclaration, _ scope: NameScope,
        _ node: OnTrigger
    ) -> (arguments: [(name: String, field: FieldCode)], passesEvent: Bool) {
        var checker = ExpressionChecker(module: self, scope: root)
        let fields = event.map { ($0.name, RecipeType($0.type, session.library)) }
        checker.locals = [("event", .record(Dictionary(uniqueKeysWithValues: fields)))]
        let parameters = scope.slots.compactMap { slot -> ContractParameter? in
            if case .parameter(let parameter) = slot.code.form { parameter.contract } else { nil }
        }
        var arguments: [(name: String, field: FieldCode)] = []
        var isWhole = true
        for (position, entry) in with.enumerated() {
            guard position == 0 else {
                checker.reportRepeated("with", entry.key.range)
                continue
            }
            guard case .object(let object) = entry.value else {
                isWhole = false
                if entry.value.isInvalid { continue }
                report(
                    .triggerMisused, "'with' takes the parameters of the run by name", at: entry.value.range,
                    help: ["with: { day: event.date }"])
                continue
            }
            isWhole = object.isWhole
            arguments = check(object, parameters, of: workflow, checker, &isWhole)
        }
        let names = Set(arguments.map(\.name))
        let passesEvent =
            !names.contains("event")
            && parameters.contains { $0.name == "event" && [.object, .any].contains($0.type.unwrapped) }
        if isWhole {
            for parameter in parameters where parameter.isRequired && !names.contains(parameter.name) {
                if parameter.name == "event", passesEvent { continue }
                report(
                    .triggerMisused,
                    "'on \(node.event.text)' gives no value to the parameter '\(parameter.name)' of '\(workflow.name.text)'",
                    at: node.event.range,
                    help: [
                        "{ with: { \(parameter.name): … } }", "or give the parameter a default, which is taken then"
                    ])
            }
        }
        return (arguments, passesEvent)
    }

    private func check(
        _ object: ObjectExpression, _ parameters: [ContractParameter], of workflow: WorkflowDeclaration,
        _ checker: ExpressionChecker, _ isWhole: inout Bool
    ) -> [(name: String, field: FieldCode)] {
        var arguments: [(name: String, field: FieldCode)] = []
        for entry in object.entries {
            guard let name = entry.key.plain else {
                report(
                    .computedField, "a parameter is named by an expression", at: entry.key.range,
                    help: ["write the parameter's name itself, without brackets"])
                isWhole = false
                continue
            }
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                let nearest = NearestName.find(name, in: parameters.map(\.name))
                if nearest != nil { isWhole = false }
                report(
                    .parameterUnknown, "the workflow '\(workflow.name.text)' has no parameter '\(name)'",
                    at: entry.key.range, nearest.map { "did you mean '\($0)'?" } ?? "",
                    notes: nearest == nil && !parameters.isEmpty
                        ? ["it has " + parameters.map(\.name).joined(separator: ", ")] : [])
                _ = checker.check(entry.value)
                continue
            }
            if arguments.contains(where: { $0.name == name }) {
                checker.reportRepeated(name, entry.key.range)
                continue
            }
            let code = checker.check(entry.value, as: parameter.type, "the parameter '\(name)'")
            arguments.append(
                (name, FieldCode(code: code, range: entry.value.range, keyRange: entry.key.range)))
        }
        return arguments
    }

    /// The workflows of this module, and those of its imports with the import's name in front.
    var workflowNames: [String] {
        root.bindings.filter { if case .workflow = $0.value.binding { true } else { false } }.map(\.key)
            + imports.flatMap { draft in
                (draft.module?.code.workflows ?? []).map { "\(draft.statement.alias.text).\($0.name)" }
            }
    }
}
