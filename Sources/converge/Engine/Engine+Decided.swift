// SPDX-License-Identifier: Apache-2.0
import Ledger
import Planning
import RecipeRuntime

extension Engine {
    /// The program with what is recorded deciding its loops, conditions and keys.
    func decided(_ program: Program) async throws -> Program {
        if program.deferrals.isEmpty { return program }
        let snapshot = try await ledger.snapshot(environment: program.environment, module: program.module)
        return try program.evaluation.program(in: PhasedPlan.known(snapshot)) ?? program
    }
}
