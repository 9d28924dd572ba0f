cat > acme.swift <<'SWIFT'
import ConvergeSDK

@c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Acme()).handOver() }

struct Acme: Plugin {
    func contents() throws(CallError) -> PluginContents {
        var contents = PluginContents(name: "acme", version: "1.0.0", doc: "Things that Acme makes")
        contents.provider = ProviderSchema(doc: "Acme's platform")
        contents.resourceKinds = [
            ResourceKindSchema(
                name: "acme.Anvil", doc: "An anvil", example: "resource anvil: acme.Anvil { metal: \"iron\" }",
                fields: [FieldSchema("metal", .string, "what it is made of")], outputs: [])
        ]
        contents.connect = { request throws(CallError) in Forge(services: request.services) }
        return contents
    }
}

struct Forge: Provider {
    let services: any HostServices

    func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
        throw CallError(
            .unsupported(feature: "gold"), "anvils are not made of gold", help: [#"take metal: "iron""#]
        ).about("metal")
    }
    func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse { .gone }
    func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse { UpdateResponse(outputs: [:]) }
    func delete(_ request: DeleteRequest) async throws(CallError) {}
    func settle(_ request: SettleRequest) async throws(CallError) -> Settlement { .didNotHappen }
    func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
        throw CallError(.unsupported(feature: request.facet), "anvils offer nothing")
    }
}
SWIFT
FROM=$(dirname "$(command -v converge)")
mkdir plugins
swiftc -emit-library -module-name Acme -I "$FROM/Modules" -L "$FROM" -lConvergeSDK acme.swift -o plugins/libAcme.so
export CONVERGE_PLUGIN_PATH=$PWD/plugins
converge plugin manifest plugins/libAcme.so >/dev/null
echo 'environment default { use acme }' > converge.project
cat > shop.recipe <<'RECIPE'
resource anvil: acme.Anvil { metal: "gold" }
RECIPE
converge apply shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
