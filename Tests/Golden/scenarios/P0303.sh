cat > acme.swift <<'SWIFT'
import ConvergeSDK

@c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Acme()).handOver() }

struct Acme: Plugin {
    func contents() throws(CallError) -> PluginContents {
        var contents = PluginContents(name: "acme", version: "1.0.0", doc: "Bells")
        contents.verbs = [Ring()]
        return contents
    }
}

struct Ring: PluginVerb {
    let schema = VerbSchema(name: "acme.ring", doc: "Rings the bell", example: "acme.ring")

    func run(_ request: VerbRequest) async throws(CallError) -> VerbResponse {
        let bell = SupervisedServiceSpecification(id: "acme/bell", plugin: "acme", service: "bell", configuration: [:])
        try await request.services.supervisor.ensure(bell)
        return VerbResponse(value: try await request.services.supervisor.call("acme/bell", "ring", timeout: .seconds(1)))
    }
}
SWIFT
FROM=$(dirname "$(command -v converge)")
mkdir plugins
swiftc -emit-library -module-name Acme -I "$FROM/Modules" -L "$FROM" -lConvergeSDK acme.swift -o plugins/libAcme.so
export CONVERGE_PLUGIN_PATH=$PWD/plugins
converge plugin manifest plugins/libAcme.so >/dev/null
converge acme.ring
