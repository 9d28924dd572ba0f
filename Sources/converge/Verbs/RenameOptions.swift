// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Ledger
import Planning

/// What is to become of the things of a recipe that seems to have another name now.
struct RenameOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The recipe's former name, whose things are its own from now on; `none` makes everything anew.",
            valueName: "file"))
    var renamedFrom: String?

    /// The answer that makes everything anew.
    private static let none = "none"

    /// Takes over what a recipe of another name has made, where that is wanted.
    ///
    /// - Parameter ask: Puts the question to a person; throws where there is nobody.
    func settle(
        _ program: Program, in workspace: Workspace, ask: (String) async throws -> Bool
    ) async throws {
        let engine = workspace.engine
        guard renamedFrom != Self.none else { return }
        if let renamedFrom {
            let module = engine.project.moduleName(ofRecipe: renamedFrom)
            let moved = try await engine.moveRows(of: module, to: program.module)
            // The same command may be given again.
            let isKnown = try await engine.ledger.hasTakenOver(
                module, by: program.module, environment: program.environment)
            if moved.isEmpty, !isKnown {
                throw Diagnostic(
                    .noFormerModule, "\(renamedFrom) has made nothing in environment \(program.environment)",
                    help: ["show    lists what there is"])
            }
            return
        }
        guard let former = try await engine.formerModule(of: program) else { return }
        do {
            if try await ask(former.sentence + " Was it renamed, so that they are this recipe's now?") {
                _ = try await engine.moveRows(of: former.name, to: program.module)
            }
        } catch let problem as Diagnostic where problem.code == .needsYes {
            throw Diagnostic(
                .renamedOrNew, former.sentence,
                help: [
                    "--renamed-from \(former.recipe)    takes them over", "--renamed-from none    makes everything anew"
                ])
        }
    }
}
