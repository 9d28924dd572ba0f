// SPDX-License-Identifier: Apache-2.0
import RecipeRuntime
import Testing

@Suite("Mappings of AWS")
struct MappingTests {
    private static let texts = Result { try PluginTexts() }

    private static let trials: [MappingTrial] = {
        guard case .success(let texts) = texts else { return [] }
        return texts.capabilities.flatMap { contract in
            contract.services.filter { $0.provider == "aws" }.map {
                MappingTrial(contract: contract, service: $0, texts: texts)
            }
        }
    }()

    @Test("plan offline and give every output: by default, with each parameter alone, and with all", arguments: trials)
    func plan(_ trial: MappingTrial) {
        for problem in trial.problems() { Issue.record("\(trial): \(problem)") }
    }
}
