// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A recipe that a step plans or applies, as far as the text names it.
struct AppliedRecipe {
    let path: String
    let text: SourceText
    /// Of the name.
    let place: SourcePlace
    /// What the step gives to its parameters; nil where the text does not tell which.
    let parameters: ObjectValue?
    let parametersPlace: SourcePlace
}

extension ModuleChecker {
    /// Keeps the recipe that a step would plan or apply, and tells of one that cannot be read.
    func checkRecipe(_ code: StepCode) {
        guard ["Plan", "Apply"].contains(code.contract.name), let path, let field = code.field("module"),
            let name = field.code.told.string
        else { return }
        switch session.modules.applied(name, at: path) {
        case nil: return
        case .failure(let fault)?:
            report(
                .recipeUnreadable, fault.message, at: field.range,
                help: ["paths are relative to the folder of the recipe that has the step"])
        case .success(let found)?:
            let given = code.field("params")
            session.applied.append(
                AppliedRecipe(
                    path: found.path, text: found.text, place: source.place(field.range),
                    parameters: given.map(\.code.toldEntries) ?? [:],
                    parametersPlace: source.place(given?.range ?? field.range)))
        }
    }
}

extension CheckSession {
    /// Checks the recipes that steps plan or apply, each by itself; what those apply in their turn is theirs to tell.
    func checkApplied(_ vocabulary: Vocabulary, _ environment: EnvironmentDefinition, root: String) {
        var known: [String: (module: CheckedModule, diagnostics: [Diagnostic])] = [:]
        let beside = modules.beside
        // The recipe itself is being checked.
        for recipe in applied where recipe.path != root {
            let (module, diagnostics) =
                known[recipe.path]
                ?? RecipeCheck.check(
                    Recipe.parse(recipe.text), at: recipe.path, vocabulary: vocabulary, environment: environment,
                    modules: beside, packs: beside)
            known[recipe.path] = (module, diagnostics)
            let errors = diagnostics.filter { $0.severity == .error }
            if errors.isEmpty {
                checkParameters(of: recipe, module)
            } else {
                report.add(
                    Diagnostic(
                        .recipeUnreadable,
                        "\(recipe.text.name) has \(ExpressionChecker.count(errors.count, "error"))", at: recipe.place,
                        notes: errors.prefix(3).map { error in
                            let line = error.labels.first.map { " (\($0.place.file):\($0.place.start.line))" } ?? ""
                            return "\(error.code.text): \(error.message)\(line)"
                        }, help: ["check \(recipe.text.name)"]))
            }
        }
    }

    private func checkParameters(of recipe: AppliedRecipe, _ module: CheckedModule) {
        guard let given = recipe.parameters else { return }
        let names = module.parameters.map(\.name)
        for entry in given where !names.contains(entry.key) {
            report.add(
                Diagnostic(
                    .parameterUnknown, "\(recipe.text.name) has no parameter '\(entry.key)'",
                    at: recipe.parametersPlace,
                    notes: names.isEmpty ? [] : ["it has " + names.joined(separator: ", ")],
                    help: NearestName.find(entry.key, in: names).map { ["did you mean '\($0)'?"] } ?? []))
        }
        // Where the step gives none, the variables of the command may.
        if given.isEmpty { return }
        for missing in module.missingParameters(.none) where given[missing.name] == nil {
            report.add(
                Diagnostic(
                    .missingField, "the parameter '\(missing.name)' of \(recipe.text.name) has no value",
                    at: recipe.parametersPlace, help: ["params: { \(missing.name): … }"]))
        }
    }
}
