// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Shell

extension Workspace {
    /// For a recorded run: the recipe, environment and parameters that it was started with.
    ///
    /// - Throws: A diagnostic where another environment is named.
    static func recorded(_ run: RunRecord, _ shared: SharedOptions, near other: Workspace) async throws -> Workspace {
        let named = shared.environment ?? other.invocation.inherited.environment
        if let named, named != run.environment {
            throw Diagnostic(
                .versionsApart, "\(run.id) is of environment \(run.environment), not of \(named)",
                help: ["--env \(run.environment)    acts on that one", "runs    lists the runs of all environments"])
        }
        var own = shared
        own.settings = run.settings.map { "\($0.key)=\($0.value.string ?? $0.value.literal)" }
        var version: RecordedVersion?
        if let basis = run.basis {
            guard let texts = try await other.engine.ledger.texts(digest: basis.source) else {
                throw Diagnostic(
                    .versionWithoutTexts, "the text that \(run.id) went by is not kept any more",
                    notes: ["a repair of the ledger could not save it"],
                    help: ["\(run.command)    begins anew, with the recipe as it is"])
            }
            version = RecordedVersion(texts: texts, parameters: basis.parameters)
        }
        let origin = try other.origin(of: run, version)
        return try Workspace(other.invocation, origin, own, environment: run.environment, version: version)
    }

    /// Where the recipe of a run is, with its text as it was then where that is known.
    private func origin(of run: RunRecord, _ version: RecordedVersion?) throws(Diagnostic) -> RecipeOrigin? {
        let path = run.recipe.map { Paths.join(engine.project.folder, $0) }
        guard let version else {
            if let path { return try RecipeOrigin.file(path) }
            if let origin { return origin }
            return try RecipeOrigin.module(of: ScratchKeeper(project: engine.project).module())
        }
        return RecipeOrigin(
            source: SourceText(name: path.map { Paths.shown($0) } ?? run.module, version.texts.recipe), path: path,
            module: run.module, folder: path.map { Paths.parent($0) } ?? origin?.folder ?? Paths.absolute("."))
    }

    /// What a run went by.
    struct RecordedVersion {
        let texts: RecipeTexts
        /// Nil for those that the settings and the environment give now.
        let parameters: ObjectValue?
    }

    /// For a recipe as it was when it was read last without errors.
    ///
    /// - Parameters:
    ///   - recipe: Its path below the project's folder.
    ///   - texts: Its own and those of its imports.
    static func served(
        _ recipe: String?, texts: RecipeTexts, settings: ObjectValue, _ shared: SharedOptions, near other: Workspace
    ) throws -> Workspace {
        var own = shared
        own.settings = settings.map { "\($0.key)=\($0.value.string ?? $0.value.literal)" }
        let path = Paths.join(other.engine.project.folder, recipe ?? "")
        let origin = RecipeOrigin(
            source: SourceText(name: Paths.shown(path), texts.recipe), path: path,
            module: other.engine.project.moduleName(ofRecipe: path), folder: Paths.parent(path))
        return try Workspace(
            other.invocation, origin, own, environment: other.environment,
            version: RecordedVersion(texts: texts, parameters: nil))
    }
}
