// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

extension Engine {
    /// Keeps what a run goes by; nil where there are no texts to keep.
    func basis(_ texts: RecipeTexts?, of program: Program) async throws(Diagnostic) -> RunBasis? {
        guard let texts else { return nil }
        let source = digest(Array(texts.encoded.utf8))
        try await ledger.keep(texts, digest: source)
        return RunBasis(source: source, parameters: program.parameters)
    }
}
