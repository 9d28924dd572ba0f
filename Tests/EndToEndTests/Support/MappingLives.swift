// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import MappingTrials

/// Runs `Tests/Moto/forms.py` over the forms of mappings.
struct MappingLives: Sendable {
    /// True where everything is tried, which takes hours.
    static let isWhole = ProcessInfo.processInfo.environment["CONVERGE_MAPPINGS"] == "all"

    /// The mappings: `DataLakeStorage by S3`. With `CONVERGE_MAPPING=Lake,Redshift` those alone whose name holds one of
    /// the words.
    static let names: [String] = {
        let words = ProcessInfo.processInfo.environment["CONVERGE_MAPPING"]?.split(separator: ",").map(String.init)
        let names = ((try? PluginTexts().trials) ?? []).map(\.description)
        if let words { return names.filter { name in words.contains { name.contains($0) } } }
        return names
    }()

    private static let ends = ["by default", "all together"]

    private let script: MotoScript

    /// - Parameter isWhole: Whether all forms are tried, and each by itself too; else the first and the last.
    init(isWhole: Bool) {
        script = MotoScript("forms.py", subjects: Self.names, size: isWhole ? 2 : 4, movers: 3) { names in
            let texts = try PluginTexts()
            let project = try Project()
            let mappings = texts.trials.filter { names.contains($0.description) }.map { trial in
                let forms = trial.report().forms.filter { isWhole || Self.ends.contains($0.name) }
                return Value.object([
                    "name": .string(trial.description),
                    "forms": .list(forms.map { .object(["name": .string($0.name), "text": .string($0.text)]) })
                ])
            }
            try project.write(Value.list(mappings).json(), to: "forms.json")
            return (project, [Project.executable, project.path("forms.json")] + (isWhole ? ["--each"] : []))
        }
    }

    func word(of name: String) async throws -> String { try await script.word(of: name) }
}
