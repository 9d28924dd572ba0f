// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The entry that the host looks up in this library.
@c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(LocalPlugin()).handOver() }

/// The embedded local platform: folders, SQLite databases and supervised processes below one folder of the project.
struct LocalPlugin: Plugin {
    func contents() throws(CallError) -> PluginContents {
        var contents = PluginContents(
            name: "local", version: "1.0.0",
            doc: "The embedded local platform: folders, SQLite databases and supervised processes of this machine")
        contents.provider = ProviderSchema(doc: "This machine; everything is kept in the project's own folder")
        contents.resourceKinds = LocalProvider.kinds.map { $0.schema }
        contents.diagnosticCodes = DiagnosticCode.allOfLocal
        contents.supervisedServices = [EndpointService()]
        contents.texts = [
            PluginText(
                path: "Mappings/DataIngestionIntegration.recipe",
                utf8: PackageResources.DataIngestionIntegration_recipe),
            PluginText(path: "Mappings/DataLakeStorage.recipe", utf8: PackageResources.DataLakeStorage_recipe),
            PluginText(path: "Mappings/DataWarehousing.recipe", utf8: PackageResources.DataWarehousing_recipe),
            PluginText(path: "Mappings/ExperimentTracking.recipe", utf8: PackageResources.ExperimentTracking_recipe),
            PluginText(path: "Mappings/MonitoringLogging.recipe", utf8: PackageResources.MonitoringLogging_recipe),
            PluginText(path: "Mappings/ModelServing.recipe", utf8: PackageResources.ModelServing_recipe)
        ]
        contents.priceTables = [PluginText(path: "Prices/Local.json", utf8: PackageResources.Local_json)]
        contents.exportTables = [
            PluginText(path: "Terraform/LocalTerraform.json", utf8: PackageResources.LocalTerraform_json)
        ]
        contents.connect = { request throws(CallError) in
            LocalProvider(folder: request.folder, services: request.services)
        }
        return contents
    }
}
