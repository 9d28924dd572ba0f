// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

/// What a look may ask: the platforms, the ledger and the program that is served.
struct LookSurroundings: Sendable {
    let identity: TriggerIdentity
    let recipe: ServedRecipe

    var engine: Engine { recipe.workspace.engine }
    var program: Program { recipe.program }

    /// For calls that only look: they have no effect to be told from another's.
    var context: CallContext {
        CallContext(token: OperationToken("look"), run: "serve", operation: identity.trigger)
    }

    /// What a resource offers; nil where it is not made yet, and so holds nothing.
    func facet(_ name: String, of resource: Address) async throws -> (any Facet)? {
        let snapshot = try await engine.snapshot(environment: program.environment, module: program.module)
        do throws(CallError) {
            return try await OfferedFacets(gateway: engine, program: program, records: snapshot.records)
                .facet(named: name, of: resource)
        } catch {
            if error.diagnostic.code == .notApplied { return nil }
            throw error
        }
    }

    func observations(of snapshot: LedgerSnapshot) async throws(Diagnostic) -> [Address: Observation] {
        let surroundings = engine.surroundings(
            interruption: recipe.workspace.interruption, parallelism: 8, onEvent: { _ in })
        return try await Refresher(surroundings: surroundings).observations(of: snapshot)
    }
}
