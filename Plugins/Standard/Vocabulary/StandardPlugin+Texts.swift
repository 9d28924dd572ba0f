// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StandardPlugin {
    /// The contracts of the paper's 24 functionalities, in the order of its tables.
    static let capabilityTexts: [PluginText] = [
        text("ContainerOrchestration", PackageResources.ContainerOrchestration_recipe),
        text("DataLakeStorage", PackageResources.DataLakeStorage_recipe),
        text("DataWarehousing", PackageResources.DataWarehousing_recipe),
        text("DataPipelineOrchestration", PackageResources.DataPipelineOrchestration_recipe),
        text("WorkflowManagement", PackageResources.WorkflowManagement_recipe),
        text("IdentityAccessManagement", PackageResources.IdentityAccessManagement_recipe),
        text("MonitoringLogging", PackageResources.MonitoringLogging_recipe),
        text("ServerlessComputing", PackageResources.ServerlessComputing_recipe),
        text("APIGateway", PackageResources.APIGateway_recipe),
        text("DataIngestionIntegration", PackageResources.DataIngestionIntegration_recipe),
        text("DataTransformationEnrichment", PackageResources.DataTransformationEnrichment_recipe),
        text("DataModelingAnalysis", PackageResources.DataModelingAnalysis_recipe),
        text("DataVisualizationReporting", PackageResources.DataVisualizationReporting_recipe),
        text("DataPipelineMonitoring", PackageResources.DataPipelineMonitoring_recipe),
        text("ModelTrainingInfrastructure", PackageResources.ModelTrainingInfrastructure_recipe),
        text("ModelServing", PackageResources.ModelServing_recipe),
        text("ExperimentTracking", PackageResources.ExperimentTracking_recipe),
        text("ModelMonitoring", PackageResources.ModelMonitoring_recipe),
        text("FeatureStore", PackageResources.FeatureStore_recipe),
        text("ModelDevelopmentTraining", PackageResources.ModelDevelopmentTraining_recipe),
        text("ModelValidationTesting", PackageResources.ModelValidationTesting_recipe),
        text("ModelDeploymentIntegration", PackageResources.ModelDeploymentIntegration_recipe),
        text("ModelMonitoringRetraining", PackageResources.ModelMonitoringRetraining_recipe),
        text("FeatureEngineering", PackageResources.FeatureEngineering_recipe)
    ]

    /// The record types that fields of steps and of several capabilities take.
    static let shapeTexts: [PluginText] = [
        PluginText(path: "Shapes/ReportSection.recipe", utf8: PackageResources.ReportSection_recipe),
        PluginText(path: "Shapes/WorkflowTask.recipe", utf8: PackageResources.WorkflowTask_recipe)
    ]

    private static func text(_ name: String, _ utf8: [UInt8]) -> PluginText {
        PluginText(path: "Capabilities/\(name).recipe", utf8: utf8)
    }
}
