// SPDX-License-Identifier: Apache-2.0
import AWS
package import ConvergeSDK
import Foundation
package import Planning
package import RecipeRuntime
import RecipeSyntax

/// The contracts as the repository has them, and what the plugin adds: enough to plan recipes for AWS, offline.
package struct PluginTexts: Sendable {
    package let vocabulary: Vocabulary

    package init() throws {
        guard let box = convergePlugin() else { throw Missing(what: "the plugin of AWS") }
        let aws = try PluginBox.adopt(box).plugin.contents()
        let standard = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Plugins/Standard").standardizedFileURL
        var texts: [PluginText] = []
        for folder in ["Capabilities", "Shapes"] {
            let files = try FileManager.default.contentsOfDirectory(
                at: standard.appendingPathComponent(folder), includingPropertiesForKeys: nil)
            for file in files.sorted(by: { $0.path < $1.path }) {
                texts.append(
                    PluginText(path: "\(folder)/\(file.lastPathComponent)", utf8: [UInt8](try Data(contentsOf: file))))
            }
        }
        vocabulary = Vocabulary([
            VocabularyPlugin(name: "standard", texts: VocabularyTexts(texts)),
            VocabularyPlugin(
                name: aws.name, version: aws.version, doc: aws.doc, provider: aws.provider,
                resourceKinds: VocabularyKinds(try aws.everyResourceKind()), texts: VocabularyTexts(aws.texts))
        ])
    }

    struct Missing: Error {
        let what: String
    }

    /// The contracts of the paper that something on AWS fulfils.
    package var capabilities: [CapabilityExplanation] {
        vocabulary.capabilityNames.compactMap { name in
            guard case .capability(let found)? = vocabulary.explain(name) else { return nil }
            // Those of the plugin itself are parts of others, with which they are tried.
            return !found.functionality.isEmpty && found.services.contains { $0.provider == "aws" } ? found : nil
        }
    }

    func shape(_ name: String) -> [ParameterExplanation]? {
        guard case .shape(_, let fields)? = vocabulary.explain(name) else { return nil }
        return fields
    }

    package func capability(_ name: String) -> CapabilityExplanation? {
        guard case .capability(let found)? = vocabulary.explain(name) else { return nil }
        return found
    }

    /// Every mapping that fulfils a contract of the paper on AWS.
    package var trials: [MappingTrial] {
        capabilities.flatMap { contract in
            contract.services.filter { $0.provider == "aws" }.map {
                MappingTrial(contract: contract, service: $0, texts: self)
            }
        }
    }

    /// The recipe as it is planned before anything is there.
    package func program(_ text: String) throws(Diagnostics) -> Program {
        let environment = EnvironmentDefinition(
            name: "default",
            connections: [ConnectionDefinition(alias: "aws", plugin: "aws", settings: ["region": "eu-west-1"])])
        let (module, diagnostics) = RecipeCheck.check(
            Recipe.parse(SourceText(name: "trial.recipe", text)), at: "trial.recipe", vocabulary: vocabulary,
            environment: environment)
        if module.hasErrors { throw Diagnostics(diagnostics) }
        // What is packed is told by its names: the archive itself is the host's business.
        let files = RecipeFiles { folder, texts in ([folder ?? ""] + texts.map(\.name)).joined(separator: " ") }
        return try module.program(
            module: "trial", recipeFolder: "/", now: Timestamp(nanoseconds: 1_793_000_000_000_000_000), files: files)
    }
}
