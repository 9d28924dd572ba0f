// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import PluginHost
import RecipeRuntime

/// Environments that commands name.
extension Workspace {
    /// For a verb about the project as a whole; an environment that it is given must be declared all the same.
    init(projectOf shared: SharedOptions) throws {
        try self.init(RecipeArgument(nil), shared, needsRecipe: false)
        if shared.environment != nil { try checkDeclared() }
    }

    /// Refuses an environment that is not declared.
    ///
    /// A project file that cannot be read is told by whoever needs more of it.
    func checkDeclared() throws {
        do {
            _ = try engine.environmentDefinition()
        } catch let problem as Diagnostic where problem.code == .noSuchEnvironment {
            throw problem
        } catch {}
    }

    /// Refuses an environment that is not declared and holds nothing.
    func checkEnvironment() async throws {
        do {
            _ = try engine.environmentDefinition()
        } catch let problem as Diagnostic where problem.code == .noSuchEnvironment {
            let runs = try await engine.ledger.runs(environment: environment, limit: 1)
            if runs.isEmpty { throw problem }
        }
    }
}
