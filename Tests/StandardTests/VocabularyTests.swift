// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import RecipeSyntax
import Testing

struct VocabularyTests {
    private let plugin = LoadedPlugins.standard

    private static let texts = LoadedPlugins.standard.texts

    /// The paper's table as the facts have it.
    private static let rows = [
        "ContainerOrchestration", "DataLakeStorage", "DataWarehousing", "DataPipelineOrchestration",
        "WorkflowManagement",
        "IdentityAccessManagement", "MonitoringLogging", "ServerlessComputing", "APIGateway",
        "DataIngestionIntegration",
        "DataTransformationEnrichment", "DataModelingAnalysis", "DataVisualizationReporting", "DataPipelineMonitoring",
        "ModelTrainingInfrastructure", "ModelServing", "ExperimentTracking", "ModelMonitoring", "FeatureStore",
        "ModelDevelopmentTraining", "ModelValidationTesting", "ModelDeploymentIntegration", "ModelMonitoringRetraining",
        "FeatureEngineering"
    ]

    @Test func `Every row of the paper has a contract, in the order of its tables`() {
        let names = plugin.texts.filter { $0.path.hasPrefix("Capabilities/") }.map(\.path)
        #expect(names == Self.rows.map { "Capabilities/\($0).recipe" })
    }

    @Test func `Every contract in the folder is shipped`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Plugins/Standard/Capabilities").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files == Self.rows.map { $0 + ".recipe" }.sorted())
    }

    @Test(arguments: texts)
    func `Every text parses`(text: PluginText) {
        let parsed = Recipe.parse(SourceText(name: text.path, text.text))
        #expect(parsed.diagnostics.map(\.message) == [])
    }

    @Test(arguments: texts)
    func `Every text is formatted already`(text: PluginText) throws {
        let parsed = Recipe.parse(SourceText(name: text.path, text.text))
        #expect(try Recipe.format(parsed) == text.text)
    }

    @Test func `No name is given twice and every kind is executed`() {
        let kinds = plugin.stepKinds.map(\.name)
        #expect(Set(kinds).count == kinds.count)
        #expect(plugin.executors.map(\.kind).sorted() == kinds.sorted())
        let codes = plugin.diagnosticCodes.map(\.text)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.hasPrefix("D") && $0.count == 5 })
    }

    @Test(arguments: LoadedPlugins.standard.stepKinds)
    func `Every field says what it is, and defaults are of the field's type`(kind: StepKindSchema) throws {
        for field in kind.fields + kind.outputs {
            #expect(!field.doc.isEmpty && !field.doc.hasSuffix("."), "\(kind.name).\(field.name)")
        }
        for field in kind.fields {
            guard let value = field.defaultValue else { continue }
            if value.isNull { #expect(field.type.allowsNull, "\(kind.name).\(field.name)") }
            if !field.allowed.isEmpty { #expect(field.allowed.contains(value), "\(kind.name).\(field.name)") }
        }
        if let placement = kind.placement { #expect(kind.field(placement) != nil) }
    }

    @Test(arguments: LoadedPlugins.standard.stepKinds)
    func `Every rule marks a field of its kind and has a code of the plugin`(kind: StepKindSchema) {
        for rule in kind.rules {
            #expect(kind.field(rule.field) != nil, "\(kind.name): \(rule.condition)")
            #expect(plugin.diagnosticCodes.contains { $0.text == rule.code }, "\(kind.name): \(rule.condition)")
            #expect(!rule.message.hasSuffix(".") && !rule.help.isEmpty, "\(kind.name): \(rule.condition)")
        }
    }

    @Test(arguments: LoadedPlugins.standard.stepKinds)
    func `What a kind lacks is asked for by a field of it, and says why`(kind: StepKindSchema) {
        for lack in kind.lacks {
            #expect(kind.field(lack.field) != nil, "\(kind.name): \(lack.feature)")
            #expect(!lack.reason.isEmpty && !lack.reason.hasSuffix(".") && !lack.help.isEmpty, "\(kind.name)")
        }
    }

    @Test(arguments: LoadedPlugins.standard.stepKinds)
    func `The example of every kind parses inside a workflow`(kind: StepKindSchema) {
        let parsed = Recipe.parse(SourceText(name: kind.name, "workflow w {\n\(kind.example)\n}\n"))
        #expect(parsed.diagnostics.map(\.message) == [])
        #expect(kind.example.contains(": \(kind.name) {"))
    }

    @Test(arguments: LoadedPlugins.standard.functions.map(\.schema))
    func `The example of every function parses`(function: FunctionSchema) {
        let parsed = Recipe.parse(SourceText(name: function.name, "let x = \(function.example)\n"))
        #expect(parsed.diagnostics.map(\.message) == [])
    }
}
