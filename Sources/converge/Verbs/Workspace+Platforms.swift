// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime
import RecipeSyntax

extension Workspace {
    /// The names where all of them are platforms; nil where one is none.
    func platforms(_ names: [String]) -> [String]? {
        names.allSatisfy { name in engine.vocabulary.plugin(name)?.provider != nil } ? names : nil
    }

    /// What the recipe becomes on each platform; nil without a recipe.
    ///
    /// Settings of a connection come from an environment that has one to the platform; nobody is contacted.
    func comparison(on platforms: [String]) throws -> PlatformComparison? {
        guard let reading, let origin, origin.path != nil || !origin.source.utf8.isEmpty else { return nil }
        let readings = try platforms.map { platform -> PlatformComparison.Reading in
            var environment = EnvironmentDefinition(
                name: platform, connections: [ConnectionDefinition(alias: platform, plugin: platform)])
            if let known = try declaredEnvironments().first(where: { definition in
                definition.connections.contains { $0.plugin == platform }
            }) {
                environment.values = known.values
                environment.connections = known.connections.filter { $0.plugin == platform }
            }
            let there = reading.reading(in: environment)
            let found = try there.check().diagnostics
            if found.contains(where: { $0.severity == .error }) {
                return PlatformComparison.Reading(program: nil, problems: found)
            }
            do {
                return PlatformComparison.Reading(program: try there.partialProgram(), problems: found)
            } catch let more as Diagnostics {
                return PlatformComparison.Reading(program: nil, problems: found + more.all)
            }
        }
        return PlatformComparison(reading.parsed().file, on: platforms, engine.vocabulary, readings)
    }

    /// The environments of the project's file; none where there is no such file.
    private func declaredEnvironments() throws -> [EnvironmentDefinition] {
        let file = engine.project.environmentsFile
        guard Paths.isFile(file) else { return [] }
        return EnvironmentReader.environments(
            in: Recipe.parse(try RecipeReader.file(file)), at: file, vocabulary: engine.vocabulary
        ).0
    }
}
