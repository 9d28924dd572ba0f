// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The entry that the host looks up in this library.
@c(converge_plugin)
public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(AWSPlugin()).handOver() }

/// Amazon Web Services: native kinds as tables over the services' own HTTP APIs.
struct AWSPlugin: Plugin {
    func contents() throws(CallError) -> PluginContents {
        var contents = PluginContents(
            name: "aws", version: "0.1.0", doc: "Amazon Web Services, by the services' own HTTP APIs")
        var provider = ProviderSchema(
            doc: "An account and region of AWS, with credentials found as every tool of AWS finds them",
            settings: AWSSettings.schema)
        provider.rules = AWSSettings.rules
        contents.provider = provider
        contents.describeKinds = { () throws(CallError) in try KindTable.shared.schemas() }
        contents.diagnosticCodes = DiagnosticCode.allOfAWSClient + DiagnosticCode.allOfEngine
        contents.texts = Self.texts(in: "Mappings", ending: ".recipe")
        contents.priceTables = Self.texts(in: "Prices", ending: ".json")
        contents.exportTables = Self.texts(in: "Terraform", ending: ".json")
        contents.connect = { request throws(CallError) in
            do throws(AWSFailure) {
                let client = try AWSClient(settings: AWSSettings(request.settings), services: request.services)
                try await client.begin(
                    CallContext(
                        token: OperationToken(String(repeating: "0", count: 32)), run: "connect",
                        operation: request.alias))
                return AWSProvider(client: client, services: request.services)
            } catch {
                throw error.callError
            }
        }
        return contents
    }

    private static func texts(in folder: String, ending: String) -> [PluginText] {
        Tables.names(in: folder).compactMap { name in
            Tables.bytes(name).map { PluginText(path: name + ending, utf8: $0) }
        }
    }
}
