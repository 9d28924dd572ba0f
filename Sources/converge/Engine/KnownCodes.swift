// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import RecipeRuntime
import RecipeSyntax

/// Every diagnostic code that this installation can show.
enum KnownCodes {
    static func all(_ catalog: PluginCatalog) -> [DiagnosticCode] {
        let own =
            DiagnosticCode.allOfCalls + DiagnosticCode.allOfSyntax + DiagnosticCode.allOfRecipes
            + DiagnosticCode.allOfPlanning + DiagnosticCode.allOfExecution + DiagnosticCode.allOfLedger
            + DiagnosticCode.allOfPluginHost + DiagnosticCode.allOfCommands
        return own + catalog.plugins.flatMap(\.manifest.diagnosticCodes)
    }
}
