// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What a run goes by, kept with it: a run that goes on later means the same, and a version can be returned to.
package struct RunBasis: Sendable, Hashable {
    /// The digest under which the ledger keeps the texts of the recipe and its imports.
    package var source: String
    /// The values of the module's parameters.
    package var parameters: ObjectValue

    package init(source: String, parameters: ObjectValue) {
        self.source = source
        self.parameters = parameters
    }
}

/// The texts that a module was made from.
package struct RecipeTexts: Sendable, Hashable {
    package var recipe: String
    /// Imported texts by their path: below the project's folder relative, else absolute.
    package var imports: [String: String]

    package init(recipe: String, imports: [String: String]) {
        self.recipe = recipe
        self.imports = imports
    }

    /// As the ledger keeps them: the same texts give the same bytes.
    package var encoded: String {
        Value.object([
            "recipe": .string(recipe),
            "imports": .object(
                ObjectValue(imports.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        ]).json(.exact)
    }

    /// Nil for a text that is none of these.
    package init?(encoded: String) {
        let value: Value
        do { value = try Value(json: encoded) } catch { return nil }
        guard let recipe = value.object?["recipe"]?.string, let imports = value.object?["imports"]?.object else {
            return nil
        }
        self.init(
            recipe: recipe,
            imports: Dictionary(
                imports.compactMap { entry in entry.value.string.map { (entry.key, $0) } },
                uniquingKeysWith: { first, _ in first }))
    }
}
