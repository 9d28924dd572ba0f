// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

@c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Forge()).handOver() }

/// Parts that a remote server makes in two strokes, jobs that it does, prices, and a table for Terraform.
struct Forge: Plugin {
    func contents() throws(CallError) -> PluginContents {
        var contents = PluginContents(name: "forge", version: "1.0.0", doc: "Parts from a forge over HTTP")
        contents.provider = ProviderSchema(
            doc: "A forge",
            settings: [
                FieldSchema("url", .string, "its address", example: "http://127.0.0.1:8080"),
                FieldSchema(
                    "region", .string, "where it stands", presence: .optional(defaultValue: "north"))
            ])
        contents.resourceKinds = [
            ResourceKindSchema(
                name: "forge.Part", doc: "A part", example: #"resource bolt: forge.Part { name: "bolt" }"#,
                fields: [
                    FieldSchema("name", .string, "what it is called", example: "bolt"),
                    FieldSchema("size", .int, "in millimetres", presence: .optional(defaultValue: 1)),
                    FieldSchema(
                        "finish", .string, "its surface", presence: .optional(defaultValue: "raw"),
                        allowed: ["raw", "polished", "gilded"]),
                    FieldSchema(
                        "mark", .optional(.secret(.string)), "a secret mark",
                        presence: .optional(defaultValue: .null), isSensitive: true),
                    FieldSchema(
                        "labels", .map(.string), "labels", presence: .optional(defaultValue: .object([:])))
                ],
                outputs: [.output("id", .string, "its number"), .output("url", .string, "where it lies")]),
            ResourceKindSchema(
                name: "forge.Fire", doc: "A fire, of which nobody knows what it costs",
                example: "resource f: forge.Fire {}",
                fields: [], outputs: [.output("id", .string, "its number")])
        ]
        contents.stepKinds = [Strike.schema]
        contents.executors = [Strike()]
        contents.priceTables = [PluginText(path: "Prices/Forge.json", utf8: PackageResources.Forge_json)]
        contents.exportTables = [
            PluginText(path: "Terraform/ForgeTerraform.json", utf8: PackageResources.ForgeTerraform_json)
        ]
        contents.connect = { (request) throws(CallError) in
            ForgeProvider(remote: Remote(request.settings["url"]?.string ?? "", request.services))
        }
        return contents
    }
}
