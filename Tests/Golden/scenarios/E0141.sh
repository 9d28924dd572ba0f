FROM=$(dirname "$(readlink -f "$(command -v converge)")")
mkdir -p -m 700 .converge/plugins
cat > much.swift <<'SWIFT'
import ConvergeSDK

@c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Much()).handOver() }

struct Much: Plugin {
    func contents() throws(CallError) -> PluginContents {
        var contents = PluginContents(name: "much", version: "1.0.0", doc: "Gives much")
        contents.stepKinds = [
            StepKindSchema(
                name: "Give", doc: "Gives much", example: "step g: Give { size: 1 }",
                fields: [FieldSchema("size", .int, "how much")], outputs: [.output("text", .string, "what it gives")])
        ]
        contents.executors = [Give()]
        return contents
    }
}

struct Give: StepExecutor {
    let kind = "Give"
    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        StepResponse(outputs: ["text": .string(String(repeating: "x", count: Int(request.inputs["size"]?.int ?? 0)))])
    }
}
SWIFT
command -v swiftc >/dev/null && [ -d "$FROM/Modules" ] || { echo "not possible here: no Swift compiler"; exit; }
swiftc -swift-version 6 -emit-library -module-name Much -I "$FROM/Modules" -L "$FROM" -lConvergeSDK \
  much.swift -o .converge/plugins/libMuch.so >/dev/null 2>&1 || { echo "not possible here: no plugin can be built"; exit; }
converge plugin manifest .converge/plugins/libMuch.so >/dev/null
cat > shop.recipe <<'RECIPE'
workflow work { step much: Give { size: 40000000 } }
RECIPE
converge run shop.recipe --yes
