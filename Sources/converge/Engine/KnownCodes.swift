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
        let plugins = catalog.plugins.flatMap(\.manifest.diagnosticCodes)
        return own + plugins.map { DiagnosticCode($0.code, $0.title, $0.explanation) }
    }
}
